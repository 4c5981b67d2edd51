"""What steps are bound to: handlers with their inputs, forms, roles, decisions, letters, deadlines."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from engine.bindings import Binding
from engine.checks.diagram import Diagram, Node
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.registry import inputs_of

# How many plain arguments each kind of handler is given: the call, and for `accept` the answers.
GIVEN: Mapping[str, tuple[str, ...]] = {
    "handler": ("call",),
    "prepare": ("call",),
    "accept": ("call", "answers"),
}
LISTED = 5


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Steps bound to nothing, or to what is not there."""
    forms = material.bundle.under("forms/", ".json")
    for node in diagram.nodes:
        binding = node.binding
        if node.kind == "serviceTask" and not binding.handler:
            yield Finding(
                diagram.file, node.id, "This service task names no handler.", _one_of(material.registry.handlers)
            )
        if node.kind == "userTask" and not material.is_plain:
            yield from _user_task(diagram, node)
        if node.event == "message" and binding.form and not binding.groups:
            problem = "Nobody may make this report: it names a form, but no groups."
            yield Finding(diagram.file, node.id, problem, "Write its groups as the property `groups`.")
        if node.kind == "businessRuleTask":
            yield from _decision(diagram, material, node)
        if binding.form and f"forms/{binding.form}.json" not in material.bundle.files:
            yield Finding(
                diagram.file,
                node.id,
                f"There is no form {binding.form}.",
                f"Write forms/{binding.form}.json. {_one_of(forms, binding.form)}".strip(),
            )
        yield from _offers(diagram, material, node)
        yield from _handlers(diagram, material, node)
        yield from _references(diagram, material, node)


def _offers(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    """A form whose options or rows nobody would give."""
    form = material.forms.get(node.binding.form)
    if form is None or node.binding.properties.get("prepare"):
        return
    fields = [(field, field.name) for field in form.fields]
    fields += [(part, f"{field.name}.{part.name}") for field in form.fields for part in field.of]
    for field, name in fields:
        if field.offers or field.seeded:
            what = "options" if field.offers else "rows"
            problem = f"The form {node.binding.form} waits for the {what} of {name}, but no handler gives them."
            yield Finding(diagram.file, node.id, problem, "Name a handler as the property `prepare`.")


def _user_task(diagram: Diagram, node: Node) -> Iterator[Finding]:
    if not node.binding.form:
        advice = "Name one (zeebe:formDefinition formId), and write it under forms/."
        yield Finding(diagram.file, node.id, "This user task names no form.", advice)
    if not node.binding.groups:
        advice = "Name who may do it (zeebe:assignmentDefinition candidateGroups)."
        yield Finding(diagram.file, node.id, "This user task names no groups.", advice)


def _decision(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    binding = node.binding
    if not binding.decision:
        advice = f"Name one (zeebe:calledDecision decisionId). {_one_of(material.decisions)}".strip()
        yield Finding(diagram.file, node.id, "This task names no decision.", advice)
    elif binding.decision not in material.decisions and material.could_read_every(".dmn"):
        advice = f"Write it under decisions/. {_one_of(material.decisions, binding.decision)}".strip()
        yield Finding(diagram.file, node.id, f"There is no decision {binding.decision}.", advice)
    if not binding.result:
        problem = "The result of this decision is kept under no name."
        yield Finding(diagram.file, node.id, problem, "Name its result variable (zeebe:calledDecision resultVariable).")


def _handlers(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    binding = node.binding
    named = [("handler", binding.handler)] if node.kind == "serviceTask" else []
    if node.kind == "userTask" or node.event == "message":
        named += [(role, binding.properties.get(role, "")) for role in ("prepare", "accept")]
    for role, name in named:
        if not name:
            continue
        handler = material.registry.handlers.get(name)
        if handler is None:
            problem = f"There is no handler {name}."
            yield Finding(diagram.file, node.id, problem, _one_of(material.registry.handlers, name))
        elif not _takes(handler, GIVEN[role]):
            used = "a service" if role == "handler" else f"`{role}`"
            problem = f"The handler {name} cannot be used as {used}."
            advice = f"Name one that takes {' and '.join(GIVEN[role])}."
            yield Finding(diagram.file, node.id, problem, advice)
        else:
            yield from _inputs(diagram, node, name, handler, binding)


def _inputs(
    diagram: Diagram, node: Node, name: str, handler: Callable[..., Any], binding: Binding
) -> Iterator[Finding]:
    wanted = inputs_of(handler)
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in inspect.signature(handler).parameters.values())
    for given in sorted(binding.inputs):
        if given not in wanted and not takes_any:
            problem = f"The handler {name} has no input {given}."
            yield Finding(
                diagram.file, node.id, problem, _one_of(wanted, given, "It has no inputs: remove the property.")
            )
    for needed, how in wanted.items():
        if how == "required" and needed not in binding.inputs:
            advice = f"Write the property {needed}: a text, or an expression that begins with =."
            yield Finding(diagram.file, node.id, f"The handler {name} needs the input {needed}.", advice)


def _references(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    properties = node.binding.properties
    letter = properties.get("letter", "")
    if letter and not letter.startswith("=") and f"letters/{letter}.md" not in material.bundle.files:
        advice = f"Write letters/{letter}.md. {_one_of(material.bundle.under('letters/', '.md'), letter)}".strip()
        yield Finding(diagram.file, node.id, f"There is no letter {letter}.", advice)
    decision = properties.get("decision", "")
    is_named = decision and not decision.startswith("=") and material.could_read_every(".dmn")
    if is_named and decision not in material.decisions:
        advice = f"Write it under decisions/. {_one_of(material.decisions, decision)}".strip()
        yield Finding(diagram.file, node.id, f"There is no decision {decision}.", advice)
    if not material.could_read_every(".bpmn"):
        return
    met_by = properties.get("metBy", "")
    if met_by and met_by not in material.nodes:
        problem = f"The deadline is met by {met_by}, but there is no such step."
        yield Finding(diagram.file, node.id, problem, _one_of(material.nodes, met_by))
    deadline = properties.get("deadline", "")
    if deadline and not deadline.startswith("="):
        deadlines = {name: other for name, other in material.nodes.items() if other.binding.properties.get("metBy")}
        if deadline not in deadlines:
            problem = f"{deadline} is no deadline: no timer of this name says by which step it is met."
            yield Finding(
                diagram.file, node.id, problem, _one_of(deadlines, deadline, "Write the timer's property metBy.")
            )


def _takes(handler: Callable[..., Any], given: tuple[str, ...]) -> bool:
    """Whether a handler takes these plain arguments and no more."""
    parameters = inspect.signature(handler).parameters.values()
    if any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters):
        return True
    plain = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [parameter for parameter in plain if parameter.default is inspect.Parameter.empty]
    return len(needed) <= len(given) <= len(plain)


def _one_of(known: Mapping[str, Any], near: str = "", otherwise: str = "") -> str:
    """What could have been meant."""
    if not known:
        return otherwise
    close = get_close_matches(near, known, n=1, cutoff=0.6) if near else []
    if close:
        return f"Did you mean {close[0]}?"
    names = sorted(known)
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"There is: {', '.join(names[:LISTED])}{more}."
