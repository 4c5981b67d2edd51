"""A BPMN file as its checks see it: processes, subprocesses, nodes and flows, whatever else is wrong with them."""

import copy
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.bindings import BPMN, ZEEBE, Binding, read_bindings
from engine.normal_form import leave_partners_out, to_normal_form

EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
TASKS = frozenset({"userTask", "serviceTask", "businessRuleTask", "scriptTask"})
PASSED = frozenset({"task", "manualTask"})  # no engine executes these, by BPMN 2.0
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | PASSED | SUBPROCESSES | {"callActivity", "sendTask", "receiveTask"}
CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})
GATEWAYS = CONDITIONAL | {"parallelGateway", "eventBasedGateway", "complexGateway"}
FLOW_NODES = EVENTS | ACTIVITIES | GATEWAYS


@dataclass(frozen=True, eq=False)
class Flow:
    """An arrow. `condition` is None where there is none."""

    id: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True)
class Repetition:
    """How a step is done once for each of a list. Names stand without their `=`."""

    collection: str
    item: str
    output: str
    output_item: str
    times: str  # instead of a list: an expression
    condition: str


@dataclass(frozen=True, eq=False)
class Node:
    """An event, activity or gateway."""

    id: str
    kind: str
    xml: etree._Element
    scope: "Scope"
    binding: Binding

    @property
    def events(self) -> list[etree._Element]:
        """What an event waits for or throws."""
        return [child for child in children(self.xml) if tag(child).endswith("EventDefinition")]

    @property
    def event(self) -> str:
        """The kind of an event, such as `timer`; empty when it has none or several. A receive task hears a message."""
        if self.kind == "receiveTask":
            return "message"
        return tag(self.events[0]).removesuffix("EventDefinition") if len(self.events) == 1 else ""

    @property
    def loop(self) -> etree._Element | None:
        """How the step is done again while a condition holds."""
        return self.xml.find(f"{{{BPMN}}}standardLoopCharacteristics")

    @property
    def attached_to(self) -> str:
        """The activity on whose border this event sits."""
        return str(self.xml.get("attachedToRef", "")) if self.kind == "boundaryEvent" else ""

    @property
    def interrupts(self) -> bool:
        """Whether a boundary event ends the activity it sits on."""
        return str(self.xml.get("cancelActivity", "true")).lower() == "true"

    @property
    def is_event_subprocess(self) -> bool:
        """Whether an event would begin this subprocess; the engine does not execute that."""
        return self.kind == "subProcess" and self.xml.get("triggeredByEvent") == "true"

    @property
    def repetition(self) -> Repetition | None:
        """The step's list, when it is done once for each of one."""
        found = self.xml.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
        return None if found is None else _repetition(found)


@dataclass(eq=False)
class Scope:
    """A process or an embedded subprocess, with what stands directly in it."""

    id: str
    xml: etree._Element
    file: str
    parent: Node | None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    @property
    def process(self) -> "Scope":
        """The process that this stands in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent.scope
        return scope

    @property
    def starts(self) -> list[Node]:
        """Its start events."""
        return [node for node in self.nodes.values() if node.kind == "startEvent"]

    def outgoing(self, node: Node) -> list[Flow]:
        """The arrows that leave a node."""
        return [flow for flow in self.flows if flow.source == node.id]

    def incoming(self, node: Node) -> list[Flow]:
        """The arrows that reach a node."""
        return [flow for flow in self.flows if flow.target == node.id]


@dataclass(eq=False)
class Diagram:
    """One BPMN file: as it is but for partners that are only shown, and in its normal form."""

    file: str
    raw: etree._Element
    root: etree._Element
    scopes: list[Scope] = field(default_factory=list)
    inside: dict[int, Scope] = field(default_factory=dict)

    @property
    def processes(self) -> list[Scope]:
        """Its processes, without what is nested in them."""
        return [scope for scope in self.scopes if scope.parent is None]

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node at every depth."""
        for scope in self.scopes:
            yield from scope.nodes.values()

    def within(self, node: Node) -> Scope | None:
        """What stands in an embedded subprocess."""
        return self.inside.get(id(node))


def read_diagram(file: str, raw: etree._Element) -> Diagram:
    """The file's processes and everything in them."""
    leave_partners_out(raw)
    root = copy.deepcopy(raw)
    to_normal_form(root)
    diagram = Diagram(file, raw, root)
    bindings = {binding.id: binding for binding in read_bindings(root)}
    waiting = deque[tuple[etree._Element, Node | None]]((xml, None) for xml in root.iterfind(f"{{{BPMN}}}process"))
    while waiting:
        xml, parent = waiting.popleft()
        scope = Scope(str(xml.get("id", "")), xml, file, parent)
        diagram.scopes.append(scope)
        if parent is not None:
            diagram.inside[id(parent)] = scope
        for child in children(xml):
            if tag(child) == "sequenceFlow":
                scope.flows.append(_flow(child))
            elif tag(child) in FLOW_NODES:
                node = _node(child, scope, bindings)
                scope.nodes[node.id] = node
                if node.kind in SUBPROCESSES:
                    waiting.append((child, node))
    return diagram


def is_refused(subprocess: Node) -> bool:
    """Whether a kind of subprocess is refused as a whole, so that what is wrong inside need not be said."""
    return subprocess.kind in ("transaction", "adHocSubProcess") or subprocess.is_event_subprocess


def tag(xml: etree._Element) -> str:
    """The tag of a BPMN element; empty for anything else."""
    name = xml.tag if isinstance(xml.tag, str) else ""
    return name.removeprefix(f"{{{BPMN}}}") if name.startswith(f"{{{BPMN}}}") else ""


def named(xml: etree._Element) -> str:
    """The id of an element that people see: its own, or that of the step it belongs to."""
    found: etree._Element | None = xml
    while found is not None:
        drawn, parent = tag(found), found.getparent()
        is_inside = drawn.endswith(("EventDefinition", "Association", "Characteristics", "property", "ioSpecification"))
        if drawn and found.get("id") and not (is_inside and parent is not None and tag(parent) != "definitions"):
            return str(found.get("id"))
        found = parent
    return ""


def children(xml: etree._Element) -> list[etree._Element]:
    """The BPMN elements directly inside."""
    return [child for child in xml if tag(child)]


def text_of(xml: etree._Element | None) -> str:
    """The text of an element, stripped."""
    return "" if xml is None else "".join(xml.itertext()).strip()


def plain(expression: str) -> str:
    """An expression without the `=` that editors put before it."""
    return expression.strip().removeprefix("=").strip()


def _node(xml: etree._Element, scope: Scope, bindings: Mapping[str, Binding]) -> Node:
    kind = tag(xml)
    # Without an id a node still has its place, so that the rest can be checked.
    name = str(xml.get("id", "")) or f"{kind} without an id ({len(scope.nodes) + 1})"
    return Node(name, kind, xml, scope, bindings.get(name) or Binding(name, kind, ""))


def _flow(xml: etree._Element) -> Flow:
    condition = xml.find(f"{{{BPMN}}}conditionExpression")
    return Flow(
        str(xml.get("id", "")),
        str(xml.get("sourceRef", "")),
        str(xml.get("targetRef", "")),
        None if condition is None else text_of(condition),
    )


def _repetition(xml: etree._Element) -> Repetition:
    zeebe = xml.find(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}loopCharacteristics")
    given = {} if zeebe is None else dict(zeebe.attrib)

    def named(attribute: str, reference: str, item: str = "") -> str:
        standard = xml.find(f"{{{BPMN}}}{reference}")
        text = "" if standard is None else str(standard.get(item, "")) if item else text_of(standard)
        return plain(str(given.get(attribute, ""))) or text

    return Repetition(
        collection=named("inputCollection", "loopDataInputRef"),
        item=named("inputElement", "inputDataItem", "id"),
        output=named("outputCollection", "loopDataOutputRef"),
        output_item=named("outputElement", "outputDataItem", "id"),
        times=plain(text_of(xml.find(f"{{{BPMN}}}loopCardinality"))),
        condition=text_of(xml.find(f"{{{BPMN}}}completionCondition")),
    )
