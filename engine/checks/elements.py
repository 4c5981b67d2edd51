"""Elements and attributes of BPMN that this engine does not execute, each with what to draw instead."""

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bindings import BPMN
from engine.checks.bpmn20 import INSTEAD, LIMITS
from engine.checks.diagram import PASSED, Diagram, Node, is_refused, named, tag
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.spiff.schema import bpmn20

MOST_NODES = 400  # in one process or subprocess: whoever reads it follows the flow by recursion

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
EXECUTED: Mapping[str, frozenset[str]] = {
    "startEvent": frozenset(),
    "endEvent": frozenset({"terminate", "escalation", "error", "signal"}),
    "intermediateThrowEvent": frozenset({"escalation", "signal", "link"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "link"}),
    "boundaryEvent": frozenset({"timer", "message", "escalation", "error", "signal"}),
}
DECLARED = frozenset({"dataInput", "dataOutput", "inputSet", "outputSet"})
WAITING = frozenset({"intermediateCatchEvent", "boundaryEvent"})


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Everything drawn that would not be done."""
    for xml in diagram.raw.iter(f"{{{BPMN}}}*"):
        if tag(xml) in INSTEAD:
            problem = f"This engine does not execute {in_words(tag(xml))}."
            yield Finding(diagram.file, named(xml), problem, INSTEAD[tag(xml)])
        elif not _is_inside_refused(xml):
            yield from _attributes(diagram, xml)
        if _declares_for_itself(xml):
            problem = f"{in_words(tag(xml.getparent())).capitalize()} has inputs and outputs of its own here."
            advice = "Write what it needs as its properties; only a called process declares inputs and outputs."
            yield Finding(diagram.file, named(xml), problem, advice)
    for scope in diagram.scopes:
        if len(scope.nodes) > MOST_NODES:
            problem = f"There are {len(scope.nodes)} steps in it, more than the {MOST_NODES} that can be read."
            yield Finding(diagram.file, scope.id, problem, "Put parts of it into subprocesses or called processes.")
    for reference in diagram.root.iter(f"{{{BPMN}}}eventDefinitionRef"):
        problem = f"This event refers to a definition {(reference.text or '').strip()} that is not there."
        yield Finding(diagram.file, named(reference), problem, "Put the event's definition into the event itself.")
    for node in diagram.nodes:
        if node.scope.parent is None or not is_refused(node.scope.parent):
            yield from _node(diagram, node, material)


def _attributes(diagram: Diagram, xml: etree._Element) -> Iterator[Finding]:
    here = tag(xml)
    for name, value in xml.attrib.items():
        limit = LIMITS.get((here, str(name))) or LIMITS.get(("*", str(name)))
        if limit is None or value.strip() in limit.values:
            continue
        if (here, name) == ("import", "importType") and value.strip() != MODEL:
            continue  # what is described elsewhere describes only
        if here not in bpmn20().elements:
            continue  # named by the check of the schema
        problem = f"This engine does not execute {name}={_shown(str(value))} of {in_words(here)}."
        yield Finding(diagram.file, named(xml), problem, limit.advice)


def _declares_for_itself(xml: etree._Element) -> bool:
    """Whether a step or event declares what only a process may; calls have a sentence of their own."""
    parent = "" if xml.getparent() is None else tag(xml.getparent())
    if tag(xml) == "ioSpecification":
        return parent not in ("process", "callActivity")
    return tag(xml) in DECLARED and parent.endswith("Event")


def _is_inside_refused(xml: etree._Element) -> bool:
    parent = xml.getparent()
    while parent is not None:
        if tag(parent) in INSTEAD:
            return True
        parent = parent.getparent()
    return False


def _node(diagram: Diagram, node: Node, material: Material) -> Iterator[Finding]:
    if node.is_event_subprocess:
        advice = (
            "Draw a listening branch: parallel gateway, exclusive gateway, message event, steps, back to the gateway."
        )
        yield Finding(diagram.file, node.id, "This engine does not execute event subprocesses.", advice)
    if node.kind in PASSED and not material.is_plain:
        problem = f"This engine does not execute {in_words(node.kind)}."
        kinds = "a user task, a service task, a script task or a business rule task"
        yield Finding(diagram.file, node.id, problem, f"Choose what kind of task it is: {kinds}.")
    if node.kind not in EXECUTED:
        return
    if len(node.events) > 1:
        problem = "This event has several definitions, and this engine does not execute that."
        yield Finding(diagram.file, node.id, problem, "Draw one event for each.")
    elif node.kind in WAITING and not node.events:
        yield Finding(diagram.file, node.id, "This event waits for nothing.", "Make it a timer or a message event.")
    elif node.event and node.event not in EXECUTED[node.kind] and f"{node.event}EventDefinition" not in INSTEAD:
        yield Finding(diagram.file, node.id, *_misplaced(node))


def _misplaced(node: Node) -> tuple[str, str]:
    if node.kind == "startEvent":
        return (
            f"A start event of the kind {node.event} starts nothing here.",
            "Draw a plain start event; a case is opened by a person or an import.",
        )
    if node.event == "message":
        return "This engine does not throw messages.", "Draw a service task whose handler tells whoever is to know."
    allowed = " or ".join(sorted(EXECUTED[node.kind])) or "plain"
    return f"{in_words(node.kind).capitalize()} cannot be of the kind {node.event}.", f"Use one of the kind {allowed}."


def _shown(value: str) -> str:
    return repr(value if len(value) <= 40 else f"{value[:39]}…")


def in_words(name: str) -> str:
    """`sendTask` as `a send task`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    spaced = spaced.replace(" event definition", " event").replace(" characteristics", "")
    return f"{'an' if spaced[:1] in 'aeio' else 'a'} {spaced or 'element'}"
