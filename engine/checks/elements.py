"""Elements of BPMN that this engine does not execute, each with what to draw instead."""

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bindings import ZEEBE
from engine.checks.diagram import FLOW_NODES, Diagram, Node, children, is_refused, tag
from engine.checks.finding import Finding
from engine.checks.material import Material

MOST_NODES = 400  # in one process or subprocess: whoever reads it follows the flow by recursion

INSTEAD: Mapping[str, str] = {
    "task": "Choose what kind of task it is: a user task, a service task, a script task or a business rule task.",
    "manualTask": "Draw a user task, so that somebody can say that it is done.",
    "sendTask": "Draw a service task whose handler sends it.",
    "receiveTask": "Draw a message event.",
    "transaction": "Draw an ordinary subprocess.",
    "adHocSubProcess": "Draw an ordinary subprocess with a parallel gateway in it.",
    "complexGateway": "Draw exclusive or parallel gateways.",
    "eventBasedGateway": "Draw a subprocess: parallel gateway, a branch for each event, a terminate end after each.",
    "standardLoopCharacteristics": "Draw an exclusive gateway and a flow back.",
    "compensateEventDefinition": "Draw the step that takes it back.",
    "signalEventDefinition": "Use an escalation inside a subprocess, or a message from outside.",
    "linkEventDefinition": "Draw the flow.",
    "conditionalEventDefinition": "Draw a message event, or a timer and an exclusive gateway.",
    "cancelEventDefinition": "Use an escalation.",
    "eventDefinitionRef": "Put the event's definition into the event itself.",
    "dataObject": "Leave it out: facts are read when a step runs.",
    "dataObjectReference": "Leave it out: facts are read when a step runs.",
    "dataStore": "Leave it out: facts are read when a step runs.",
    "dataStoreReference": "Leave it out: facts are read when a step runs.",
    "dataInputAssociation": "Leave it out; write what a step needs as its properties.",
    "dataOutputAssociation": "Leave it out; name a service's result in its property `result`.",
    "property": "Leave it out; a script step sets a name.",
    "correlationKey": "Write the key at the message itself (zeebe:subscription correlationKey).",
    "correlationProperty": "Write the key at the message itself (zeebe:subscription correlationKey).",
    "loopCardinality": "Name a list that a service sets, and the item.",
    "import": "Leave it out; all files of the bundle are read together.",
    "callConversation": "Draw a process.",
    "choreography": "Draw a process.",
    "globalTask": "Draw the task in the process.",
    "globalUserTask": "Draw the task in the process.",
    "globalManualTask": "Draw the task in the process.",
    "globalScriptTask": "Draw the task in the process.",
    "globalBusinessRuleTask": "Draw the task in the process.",
}
# What a process may hold beside its nodes.
BESIDE = frozenset(
    {
        "documentation", "extensionElements", "ioSpecification", "laneSet", "sequenceFlow", "textAnnotation",
        "association", "group", "incoming", "outgoing", "auditing", "monitoring", "multiInstanceLoopCharacteristics",
    }
)  # fmt: skip
# Extensions that another engine would act on, and this one does not.
NOT_READ: Mapping[str, str] = {
    "ioMapping": "Write inputs as properties, and name a service's result in its property `result`.",
    "script": "Write the lines in a script task.",
    "calledElement": "Name the process in the call activity's calledElement.",
    "executionListener": "Draw a step.",
    "taskListener": "Draw a step.",
    "adHoc": "Draw an ordinary subprocess.",
    "conditionalFilter": "Draw an exclusive gateway.",
}
EXECUTED: Mapping[str, frozenset[str]] = {
    "startEvent": frozenset(),
    "endEvent": frozenset({"terminate", "escalation", "error"}),
    "intermediateThrowEvent": frozenset({"escalation"}),
    "intermediateCatchEvent": frozenset({"timer", "message"}),
    "boundaryEvent": frozenset({"timer", "message", "escalation", "error"}),
}
WAITING = frozenset({"intermediateCatchEvent", "boundaryEvent"})


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:  # noqa: ARG001 - every check is called alike
    """Everything drawn that would not be done."""
    for xml in diagram.root.iter():
        found = tag(xml) if isinstance(xml.tag, str) else ""
        if found in INSTEAD:
            yield Finding(diagram.file, _named(xml), f"This engine does not execute {_words(found)}.", INSTEAD[found])
        elif isinstance(xml.tag, str) and xml.tag.startswith(f"{{{ZEEBE}}}"):
            yield from _extension(diagram, xml)
    for scope in diagram.scopes:
        for child in children(scope.xml):
            if tag(child) not in FLOW_NODES | BESIDE | INSTEAD.keys():
                advice = "Leave it out, or draw it with tasks, events and gateways."
                yield Finding(
                    diagram.file, _named(child), f"This engine does not execute {_words(tag(child))}.", advice
                )
        if len(scope.nodes) > MOST_NODES:
            problem = f"There are {len(scope.nodes)} steps in it, more than the {MOST_NODES} that can be read."
            yield Finding(diagram.file, scope.id, problem, "Put parts of it into subprocesses or called processes.")
    for node in diagram.nodes:
        yield from _node(diagram, node)


def _node(diagram: Diagram, node: Node) -> Iterator[Finding]:
    if node.scope.parent is not None and is_refused(node.scope.parent):
        return
    if node.is_event_subprocess:
        advice = (
            "Draw a listening branch: parallel gateway, exclusive gateway, message event, steps, back to the gateway."
        )
        yield Finding(diagram.file, node.id, "This engine does not execute event subprocesses.", advice)
    if node.kind not in EXECUTED:
        return
    if len(node.events) > 1:
        problem = "This event has several definitions, and this engine does not execute that."
        yield Finding(diagram.file, node.id, problem, "Draw one event for each.")
    elif node.kind in WAITING and not node.events:
        yield Finding(diagram.file, node.id, "This event waits for nothing.", "Make it a timer or a message event.")
    elif node.event and node.event not in EXECUTED[node.kind] and f"{node.event}EventDefinition" not in INSTEAD:
        yield Finding(diagram.file, node.id, *_misplaced(node))
    if node.xml.get("parallelMultiple") == "true" and len(node.events) <= 1:
        yield Finding(
            diagram.file, node.id, "This engine does not execute parallel events.", "Draw one event for each."
        )


def _misplaced(node: Node) -> tuple[str, str]:
    if node.kind == "startEvent":
        return (
            f"A start event of the kind {node.event} starts nothing here.",
            "Draw a plain start event; a case is opened by a person or an import.",
        )
    if node.event == "message":
        return "This engine does not throw messages.", "Draw a service task whose handler tells whoever is to know."
    allowed = " or ".join(sorted(EXECUTED[node.kind])) or "plain"
    return f"{_words(node.kind).capitalize()} cannot be of the kind {node.event}.", f"Use one of the kind {allowed}."


def _extension(diagram: Diagram, xml: etree._Element) -> Iterator[Finding]:
    name = str(etree.QName(xml).localname)
    if name in NOT_READ and not (name == "calledElement" and not xml.get("processId")):
        yield Finding(diagram.file, _named(xml), f"This engine does not read zeebe:{name}.", NOT_READ[name])


def _named(xml: etree._Element) -> str:
    """The id of an element that people see: its own, or that of the step it belongs to."""
    found: etree._Element | None = xml
    while found is not None:
        drawn = tag(found) if isinstance(found.tag, str) else ""
        if found.get("id") and not drawn.endswith(("EventDefinition", "Association", "Characteristics", "property")):
            return str(found.get("id"))
        found = found.getparent()
    return ""


def _words(name: str) -> str:
    """`sendTask` as `a send task`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    spaced = spaced.replace(" event definition", " event").replace(" characteristics", "")
    return f"{'an' if spaced[0] in 'aeiou' else 'a'} {spaced}"
