"""Messages, errors, escalations, and what stands behind the border of an activity."""

from collections.abc import Iterator

from engine.bindings import BPMN
from engine.checks.diagram import Diagram, Node
from engine.checks.finding import Finding
from engine.checks.material import Material, called_by
from engine.checks.paths import Paths

THROWN = {"error": ("errorRef", "errorCode"), "escalation": ("escalationRef", "escalationCode")}


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Events that nobody could send, catch, or finish."""
    for node in diagram.nodes:
        if node.event == "message":
            yield from _message(diagram, node)
        elif node.event in THROWN:
            yield from _code(diagram, material, node)
        if node.kind == "boundaryEvent" and not node.interrupts and node.attached_to in node.scope.nodes:
            yield from _beside(diagram, material, node)


def _message(diagram: Diagram, node: Node) -> Iterator[Finding]:
    reference = str(node.events[0].get("messageRef", ""))
    declared = [xml for xml in diagram.root.iterfind(f"{{{BPMN}}}message") if xml.get("id") == reference]
    if not reference or not declared:
        problem = "This event names no message of this file." if not reference else f"There is no message {reference}."
        yield Finding(diagram.file, node.id, problem, "Choose a message, or make a new one.")
    elif not declared[0].get("name"):
        yield Finding(diagram.file, node.id, f"The message {reference} has no name.", "Give it one: reports go by it.")


def code_of(diagram: Diagram, node: Node) -> str:
    """The code that an error or escalation event throws or catches."""
    reference, code = THROWN[node.event]
    wanted = node.events[0].get(reference)
    for xml in diagram.root.iterfind(f"{{{BPMN}}}{node.event}"):
        if wanted and xml.get("id") == wanted:
            return str(xml.get(code, ""))
    return ""


def _code(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    code = code_of(diagram, node)
    if not code:
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
        node.attached_to == activity.id and node.event == event and code_of(diagram, node) == code
        for node in activity.scope.nodes.values()
        if node.kind == "boundaryEvent"
    )


def _beside(diagram: Diagram, material: Material, node: Node) -> Iterator[Finding]:
    """What a non-interrupting boundary event leads to."""
    if node.event == "message":
        problem = "This event hears its message only once, because it does not interrupt."
        advice = (
            "Draw a listening branch inside the subprocess: parallel gateway, exclusive gateway, message event, back."
        )
        yield Finding(diagram.file, node.id, problem, advice)
    for name in sorted(Paths(node.scope).after(node)):
        found = _task_of_a_person(material, node.scope.nodes[name], set())
        if found is not None:
            problem = f"{found.id} is a person's task behind the event {node.id}, which does not interrupt."
            advice = "It would keep the case open for ever. Let a service raise it, or make the event interrupt."
            yield Finding(diagram.file, name, problem, advice)


def _task_of_a_person(material: Material, node: Node, seen: set[str]) -> Node | None:
    """A user task in a step, however deep."""
    if node.kind == "userTask":
        return node
    inner = material.diagrams[node.scope.file].within(node)
    if node.kind == "callActivity" and called_by(node) not in seen:
        inner = material.processes.get(called_by(node))
        seen = seen | {called_by(node)}
    if inner is None:
        return None
    found = (_task_of_a_person(material, step, seen) for step in inner.nodes.values())
    return next((step for step in found if step is not None), None)
