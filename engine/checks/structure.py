"""Whether the flow holds together: starts, ends, arrows, ids, and steps that nothing reaches or leaves."""

import re
from collections.abc import Iterator

from engine.bindings import VARIABLES
from engine.checks.diagram import ACTIVITIES, Diagram, Node, Scope, children, is_refused, tag, text_of
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.checks.paths import Paths

LONGEST_NAME = 300  # it stands in lists
NCNAME = re.compile(r"[^\W\d][\w.\-]*")


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:  # noqa: ARG001 - every check is called alike
    """Faults of one file's flow."""
    for scope in diagram.processes:
        if scope.xml.get("isExecutable", "true") != "true":
            problem = f"The process {scope.id} is marked as not executable."
            yield Finding(diagram.file, scope.id, problem, 'Set isExecutable="true".')
    if not diagram.scopes:
        yield Finding(diagram.file, "", "There is no process in this file.", "Draw one, or leave the file out.")
    yield from _listed_flows(diagram)
    for scope in diagram.scopes:
        if scope.parent is not None and is_refused(scope.parent):
            continue
        yield from _starts_and_ends(diagram, scope)
        yield from _flows(diagram, scope)
        for node in scope.nodes.values():
            if not is_refused(node):
                yield from _node(diagram, scope, node)
        yield from _unreachable(diagram, scope)


def check_ids(material: Material) -> Iterator[Finding]:
    """Ids that stand twice in a bundle: both would count as one."""
    seen: dict[str, str] = {}
    for file, diagram in material.diagrams.items():
        for xml in diagram.raw.iter():
            found = tag(xml) if isinstance(xml.tag, str) else ""
            name = str(xml.get("id", ""))
            if not found or not name or found in VARIABLES:
                continue
            if len(name) > LONGEST_NAME:
                problem = f"The id of {found} has {len(name)} characters."
                yield Finding(file, name, problem, f"Keep it within {LONGEST_NAME}.")
            elif not NCNAME.fullmatch(name):
                problem = f"The id {name!r} has characters that an id may not have."
                advice = "Begin with a letter, and go on with letters, digits, hyphens, full stops and underscores."
                yield Finding(file, name, problem, advice)
            if name in seen:
                where = "this file" if seen[name] == file else seen[name]
                yield Finding(
                    file, name, f"The id {name} is used twice, also in {where}.", "Give one of them another id."
                )
            seen.setdefault(name, file)


def _listed_flows(diagram: Diagram) -> Iterator[Finding]:
    """The flows that a step lists as its own must be those that lead to it and from it."""
    for scope in diagram.scopes:
        flows = {flow.id: flow for flow in scope.flows}
        for node in scope.nodes.values():
            for xml in children(node.xml):
                end = {"incoming": "target", "outgoing": "source"}.get(tag(xml))
                if end is None:
                    continue
                flow = flows.get(text_of(xml))
                if flow is None or getattr(flow, end) != node.id:
                    problem = f"This step lists {text_of(xml)!r} as {tag(xml)}, but no such flow is."
                    yield Finding(diagram.file, node.id, problem, "Draw the flow, or take it off the list.")


def _starts_and_ends(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    kind = "process" if scope.parent is None else "subprocess"
    if len(scope.starts) != 1:
        problem = f"This {kind} has {len(scope.starts) or 'no'} start event{'s' * (len(scope.starts) > 1)}."
        yield Finding(diagram.file, scope.id, problem, "Draw exactly one.")
    if not any(node.kind == "endEvent" for node in scope.nodes.values()):
        yield Finding(diagram.file, scope.id, f"This {kind} has no end event.", "Draw one where it is over.")
    if not scope.id:
        yield Finding(diagram.file, "", f"A {kind} has no id.", "Give it one.")


def _flows(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    for flow in scope.flows:
        for end, word in ((flow.source, "begins"), (flow.target, "ends")):
            if end not in scope.nodes:
                where = "the same process or subprocess"
                problem = (
                    f"This flow {word} at {end!r}, which is not in {where}." if end else f"This flow {word} nowhere."
                )
                yield Finding(diagram.file, flow.id, problem, f"Connect two steps of {where}.")


def _node(diagram: Diagram, scope: Scope, node: Node) -> Iterator[Finding]:
    outgoing = scope.outgoing(node)
    if len(node.binding.name) > LONGEST_NAME:
        problem = f"The name of this step has {len(node.binding.name)} characters."
        yield Finding(diagram.file, node.id, problem, f"Keep it within {LONGEST_NAME}.")
    if not node.xml.get("id"):
        yield Finding(diagram.file, node.id, "This step has no id.", "Give it one.")
    if not outgoing and node.kind != "endEvent":
        yield Finding(diagram.file, node.id, "Nothing follows this step.", "Draw a flow on, or an end event.")
    if outgoing and node.kind == "endEvent":
        yield Finding(diagram.file, node.id, "A flow leaves this end event.", "Make it an intermediate event.")
    if node.kind in ("startEvent", "boundaryEvent") and scope.incoming(node):
        yield Finding(diagram.file, node.id, "A flow leads to this event.", "Only flows that leave it mean anything.")
    if node.kind == "boundaryEvent":
        guarded = scope.nodes.get(node.attached_to)
        if guarded is None or guarded.kind not in ACTIVITIES:
            advice = "Put it on a task, a call or a subprocess."
            yield Finding(diagram.file, node.id, "This event sits on the border of nothing.", advice)


def _unreachable(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    if not scope.starts:
        return
    reached = Paths(scope).from_start()
    for node in scope.nodes.values():
        on_nothing = node.kind == "boundaryEvent" and node.attached_to not in scope.nodes
        if node.id not in reached and not on_nothing and not is_refused(node):
            problem = "No flow from the start event reaches this step."
            yield Finding(diagram.file, node.id, problem, "Draw a flow to it, or remove it.")
