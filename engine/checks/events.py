"""Messages, errors, escalations, and what stands behind the border of an activity."""

import re
from collections.abc import Iterator

from engine.bindings import BPMN
from engine.checks.diagram import Diagram, Node
from engine.checks.finding import Finding
from engine.checks.material import Material, called_by
from engine.checks.paths import Paths
from engine.checks.signals import signal_of

MESSAGE = re.compile(r"[^/\x00-\x1f\x7f]{1,100}")  # its name stands in addresses
THROWN = {"error": ("errorRef", "errorCode"), "escalation": ("escalationRef", "escalationCode")}


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Events that nobody could send, catch, or finish."""
    for node in diagram.nodes:
        if node.event == "message":
            yield from _message(diagram, node)
        elif node.event in THROWN:
            yield from _code(diagram, material, node)
        if node.kind == "boundaryEvent" and node.attached_to in node.scope.nodes:
            yield from _border(diagram, node)
            if not node.interrupts and not material.is_plain:
                yield from _beside(diagram, material, node)


def message_of(node: Node) -> str:
    """The id of the message that an event or a receive task hears."""
    return str((node.xml if node.kind == "receiveTask" else node.events[0]).get("messageRef", ""))


def _message(diagram: Diagram, node: Node) -> Iterator[Finding]:
    reference = message_of(node)
    declared = [xml for xml in diagram.root.iterfind(f"{{{BPMN}}}message") if xml.get("id") == reference]
    if not reference or not declared:
        here = "task" if node.kind == "receiveTask" else "event"
        problem = (
            f"This {here} names no message of this file." if not reference else f"There is no message {reference}."
        )
        yield Finding(diagram.file, node.id, problem, "Choose a message, or make a new one.")
    elif not declared[0].get("name"):
        yield Finding(diagram.file, node.id, f"The message {reference} has no name.", "Give it one: reports go by it.")
    elif not MESSAGE.fullmatch(str(declared[0].get("name"))):
        problem = f"The name of the message {reference} cannot stand in an address, where reports go by it."
        yield Finding(diagram.file, node.id, problem, "Leave slashes out of it, and keep it within 100 characters.")


def code_of(diagram: Diagram, node: Node) -> str:
    """The code that an error or escalation event throws or catches; on a border, none at all catches any."""
    reference, code = THROWN[node.event]
    wanted = node.events[0].get(reference)
    for xml in diagram.root.iterfind(f"{{{BPMN}}}{node.event}"):
        if wanted and xml.get("id") == wanted:
            return str(xml.get(code, ""))
    return ""


def catches_any(node: Node) -> bool:
    """Whether an event on a border catches every error or escalation: it names none."""
    return node.kind == "boundaryEvent" and node.event in THROWN and not node.events[0].get(THROWN[node.event][0])


def _code(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    code = code_of(diagram, node)
    if not code and not catches_any(node):
        problem = f"This {node.event} has no code, and would be taken for any other."
        yield Finding(diagram.file, node.id, problem, f"Choose an {node.event}, and give it a code.")
    elif node.kind != "boundaryEvent" and material.could_read_every(".bpmn") and not _is_caught(material, node, code):
        problem = f"Nothing catches the {node.event} {code} that is thrown here."
        advice = "Draw an event with this code on the border of the subprocess or call around it."
        yield Finding(diagram.file, node.id, problem, advice)


def _is_caught(material: Material, node: Node, code: str) -> bool:
    """Whether a border around a thrown event, here or where this process is called, catches its code."""
    waiting, seen = [node.scope], set[str]()
    while waiting:
        scope = waiting.pop()
        around = [scope.parent] if scope.parent is not None else []
        if scope.parent is None and scope.id not in seen:
            seen.add(scope.id)
            around = [call for call in material.calls if called_by(call) == scope.id]
        if any(_has_border(material, activity, node.event, code) for activity in around):
            return True
        waiting += [activity.scope for activity in around]
    return False


def _has_border(material: Material, activity: Node, event: str, code: str) -> bool:
    diagram = material.diagrams[activity.scope.file]
    return any(
        node.attached_to == activity.id
        and node.event == event
        and (catches_any(node) or code_of(diagram, node) == code)
        for node in activity.scope.nodes.values()
        if node.kind == "boundaryEvent"
    )


def _border(diagram: Diagram, node: Node) -> Iterator[Finding]:
    """Whether an event on a border is the only one there that catches what it catches."""
    if node.event == "error" and not node.interrupts:
        problem = "An error always ends the activity that it comes from; this event says that it does not."
        yield Finding(diagram.file, node.id, problem, "Let it interrupt, or use an escalation.")
    for other in node.scope.nodes.values():
        if other is node:
            return  # each pair is named once
        if other.attached_to == node.attached_to and other.event == node.event and _same(diagram, node, other):
            problem = f"{other.id} on the same border catches the same, so nobody could say which of them happens."
            yield Finding(diagram.file, node.id, problem, "Leave one of them out, or give them different codes.")


def _same(diagram: Diagram, one: Node, other: Node) -> bool:
    if one.event in THROWN:
        return catches_any(one) or catches_any(other) or code_of(diagram, one) == code_of(diagram, other)
    if one.event == "signal":
        return signal_of(diagram, one.events[0]) == signal_of(diagram, other.events[0])
    return one.event == "message" and message_of(one) == message_of(other)


def _beside(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    """What a boundary event that does not interrupt leads to. A plain diagram may mean to wait for whoever is there."""
    for name in sorted(Paths(node.scope).after(node)):
        found = _task_of_a_person(material, node.scope.nodes[name])
        if found is not None:
            problem = f"{found.id} is a person's task behind the event {node.id}, which does not interrupt."
            advice = "It would keep the case open for ever. Let a service raise it, or make the event interrupt."
            yield Finding(diagram.file, name, problem, advice)


def _task_of_a_person(material: Material, node: Node) -> Node | None:
    """A user task in a step, however deep."""
    waiting, seen = [node], set[str]()
    while waiting:
        step = waiting.pop()
        if step.kind == "userTask":
            return step
        inner = material.diagrams[step.scope.file].within(step)
        if step.kind == "callActivity" and called_by(step) not in seen:
            seen.add(called_by(step))
            inner = material.processes.get(called_by(step))
        if inner is not None:
            waiting += inner.nodes.values()
    return None
