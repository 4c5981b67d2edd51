"""What people may do to timers by hand: only what makes sense, and never what a rule fixes."""

from collections.abc import Iterator

from engine.by_hand import DRAWN, Act, by_hand
from engine.checks.diagram import Diagram, Node, plain, text_of
from engine.checks.expressions import examine
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.checks.timers import check_moment
from engine.expressions import Checked, ExpressionRefusedError
from engine.expressions import check as check_expression

BOUNDS = ("byHandFrom", "byHandUntil")
PROPERTIES = ("byHand", "byHandRule", *BOUNDS)
TAKE_AWAY = "Take the property byHand away."


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Acts by hand on what is no timer, that do not exist, or that a rule leaves to nobody; and timers to move."""
    for node in diagram.nodes:
        yield from _reschedules(diagram, material, node)
        given = [name for name in PROPERTIES if name in node.binding.properties]
        if not given:
            continue
        moment = _expression(node)
        if not moment:
            problem = f"There is no moment here that anybody could change: {given[0]} means nothing."
            yield Finding(diagram.file, node.id, problem, f"Take the property {given[0]} away.")
            continue
        yield from _acts(diagram, node)
        yield from _fixed(diagram, material, node, moment)
        yield from _bounds(diagram, material, node)


def _acts(diagram: Diagram, node: Node) -> Iterator[Finding]:
    for act in sorted(by_hand(node.binding).acts - {*DRAWN, Act.RESUME}):
        problem = f"{act} is nothing that can be done to a timer."
        yield Finding(diagram.file, node.id, problem, f"There is: {', '.join(DRAWN)}.")
    if Act.FIRE in by_hand(node.binding).acts and _is_deadline(node):
        problem = "A deadline is met by what it asks for; nobody ends it by hand."
        yield Finding(diagram.file, node.id, problem, "Take fire out of the property byHand.")


def _fixed(diagram: Diagram, material: Material, node: Node, moment: str) -> Iterator[Finding]:
    used = _checked(moment)
    if used is None or not by_hand(node.binding).acts:
        return
    for name in sorted(used.functions):
        rule = getattr(material.registry.facts.get(name), "__fixed_by__", "")
        if rule:
            problem = f"By {rule} this moment is only worked out: {name} is set by nobody's hand."
            yield Finding(diagram.file, node.id, problem, TAKE_AWAY)
    if _is_deadline(node) and used.policy:
        names = ", ".join(f"policy.{name}" for name in sorted(used.policy))
        problem = f"This deadline is a period of the policy ({names}): it is met or missed, and not moved."
        yield Finding(diagram.file, node.id, problem, TAKE_AWAY)


def _bounds(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    for name in BOUNDS:
        bound = node.binding.properties.get(name, "")
        if not bound:
            continue
        if not by_hand(node.binding).acts:
            problem = f"{name} bounds a moment that nobody may change."
            yield Finding(diagram.file, node.id, problem, f"Take the property {name} away.")
        where = f"The property {name}"
        yield from examine(diagram.file, node.id, where, bound, material.names.at(node), material)
        yield from check_moment(diagram.file, node.id, where, plain(bound), material)


def _reschedules(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    """A step that has timers worked out again must name timers."""
    if not material.could_read_every(".bpmn"):
        return
    for name in node.binding.properties.get("reschedules", "").split(","):
        if name.strip() and (name.strip() not in material.nodes or not _expression(material.nodes[name.strip()])):
            problem = f"This step has {name.strip()} worked out again, but that is no timer."
            yield Finding(diagram.file, node.id, problem, "Name timers of this bundle, or take the property away.")


def _expression(node: Node) -> str:
    """What a timer's moment, or a user task's due date, is worked out with; empty where there is none."""
    if node.event == "timer":
        return plain(text_of(node.events[0]))
    return plain(node.binding.due) if node.kind == "userTask" else ""


def _is_deadline(node: Node) -> bool:
    return node.kind == "userTask" or "metBy" in node.binding.properties


def _checked(expression: str) -> Checked | None:
    try:
        return check_expression(expression)
    except ExpressionRefusedError:
        return None  # named by the check of expressions
