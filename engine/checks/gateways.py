"""Whether every split knows which way to go."""

from collections.abc import Iterator

from engine.checks.diagram import ACTIVITIES, CONDITIONAL, GATEWAYS, Diagram, Flow, Node, plain
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.checks.ways import always_one, both_at_once
from engine.expressions import Checked, ExpressionRefusedError
from engine.expressions import check as check_expression

AWAITED = frozenset({"timer", "message", "signal"})


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Splits without conditions or default, ways that may all be closed, and conditions where nothing asks for them."""
    for node in diagram.nodes:
        outgoing = node.scope.outgoing(node)
        if node.kind in CONDITIONAL | ACTIVITIES:
            yield from _ways(diagram, material, node, outgoing)
        else:
            for flow in outgoing:
                if flow.condition is not None:
                    problem = "The condition of this flow is never asked, because it leaves no gateway that chooses."
                    yield Finding(diagram.file, flow.id, problem, "Draw an exclusive gateway before it.")
        if node.kind == "eventBasedGateway":
            yield from _events(diagram, node, outgoing)
        if node.kind in GATEWAYS:
            yield from _direction(diagram, node)


def _ways(diagram: Diagram, material: Material, node: Node, outgoing: list[Flow]) -> Iterator[Finding]:
    chooses = node.kind in CONDITIONAL
    default = str(node.xml.get("default", ""))
    if default and default not in {flow.id for flow in outgoing}:
        problem = f"Its default flow {default} does not leave this {'gateway' if chooses else 'step'}."
        yield Finding(diagram.file, node.id, problem, "Choose one of its own flows as the default.")
    asked = [flow for flow in outgoing if flow.condition is not None and flow.id != default]
    for flow in asked:
        if flow.condition == "":
            yield Finding(
                diagram.file, flow.id, "The condition of this flow is empty.", "Write one, such as kind == 'panel'."
            )
    open_ways = [flow for flow in outgoing if flow.condition is None and flow.id != default]
    if chooses and len(outgoing) > 1:
        for flow in open_ways:
            problem = f"The flow {flow.id} has no condition and is not the default."
            yield Finding(diagram.file, node.id, problem, "Write its condition, or make it the default.")
    if not asked:
        return
    conditions = [*_read(asked)]
    closed = not default and not open_ways and len(conditions) == len(asked)
    if closed and not always_one(conditions, options=material.options):
        what = "Its only way out has a condition" if len(asked) == 1 else "Each of its ways out has a condition"
        problem = f"{what}, so a case could find no way."
        yield Finding(diagram.file, node.id, problem, "Make one of its ways the default.")
    if node.kind == "exclusiveGateway" and len(conditions) == len(asked):
        pair = both_at_once(conditions)
        if pair is not None:
            problem = f"The conditions of {asked[pair[0]].id} and {asked[pair[1]].id} can hold at the same time."
            yield Finding(diagram.file, node.id, problem, "Write them so that only one of them holds.")


def _read(flows: list[Flow]) -> Iterator[Checked]:
    for flow in flows:
        try:
            yield check_expression(plain(flow.condition or ""))
        except ExpressionRefusedError:
            continue  # named by the check of expressions


def _events(diagram: Diagram, node: Node, outgoing: list[Flow]) -> Iterator[Finding]:
    """What stands behind an event-based gateway."""
    if len(outgoing) < 2:
        advice = "Draw the events that it is to wait for behind it, or leave the gateway out."
        yield Finding(diagram.file, node.id, "This gateway waits for fewer than two events.", advice)
    for flow in outgoing:
        target = node.scope.nodes.get(flow.target)
        if target is None:
            continue  # named by the check of structure
        waits = target.kind == "receiveTask" or (target.kind == "intermediateCatchEvent" and target.event in AWAITED)
        if not waits or target.repetition is not None or target.loop is not None:
            problem = f"{target.id} is nothing that the gateway {node.id} can wait for."
            advice = "Draw a message, timer or signal event, or a receive task, directly behind the gateway."
            yield Finding(diagram.file, target.id, problem, advice)
        if len(node.scope.incoming(target)) > 1:
            problem = f"{target.id} can be reached by another way than by the gateway {node.id}."
            yield Finding(diagram.file, target.id, problem, "Draw an event of its own behind the gateway.")
        if any(other.attached_to == target.id for other in node.scope.nodes.values()):
            problem = f"{target.id} stands behind an event-based gateway and has events on its border."
            yield Finding(diagram.file, target.id, problem, "Draw them behind the gateway, too.")


def _direction(diagram: Diagram, node: Node) -> Iterator[Finding]:
    said = str(node.xml.get("gatewayDirection", "Unspecified")).strip()
    coming, going = len(node.scope.incoming(node)), len(node.scope.outgoing(node))
    wrong = {
        "Converging": going > 1,
        "Diverging": coming > 1,
        "Mixed": coming < 2 or going < 2,
    }
    if wrong.get(said):
        problem = f"This gateway says that it is {said.lower()}, but {coming} flows reach it and {going} leave it."
        yield Finding(diagram.file, node.id, problem, "Leave its direction out, or draw it so.")
