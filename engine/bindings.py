"""What a diagram's elements are bound to: handlers, forms, roles, decisions, messages, due dates."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.errors import BundleRefused, NotXml

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"

# Properties that the engine itself reads; every other one is an input of the handler.
RESERVED = frozenset(
    {
        *("result", "prepare", "accept", "form", "groups", "metBy", "reschedules"),
        *("byHand", "byHandRule", "byHandFrom", "byHandUntil"),
    }
)
# The id of an input, output or item is a variable's name, so several processes may have it.
VARIABLES = frozenset({"dataInput", "dataOutput", "inputDataItem", "outputDataItem"})


@dataclass(frozen=True)
class Binding:
    """One element of a diagram and what it is bound to. Expressions keep their leading `=`."""

    id: str
    kind: str  # the BPMN tag: userTask, serviceTask …
    name: str
    handler: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    groups: tuple[str, ...] = ()
    due: str = ""
    decision: str = ""
    result: str = ""
    message: str = ""
    key: str = ""
    timer: str = ""
    attached_to: str = ""  # of a boundary event: the activity on whose border it is

    @property
    def inputs(self) -> dict[str, str]:
        """The properties that go to the handler."""
        return {name: value for name, value in self.properties.items() if name not in RESERVED}


def parse_xml(content: bytes) -> etree._Element:
    """The root of an XML file. Raises BundleRefused for a DOCTYPE, NotXml for what is none."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        # The parser names the line twice, after a name that it gives to every file.
        raise NotXml(f"This is not readable as XML: {re.sub(r' .<string>, line [0-9]+.$', '', str(error))}") from error
    if root.getroottree().docinfo.doctype:
        raise BundleRefused("A DOCTYPE is not allowed. Remove the <!DOCTYPE …> line.")
    return root


def read_bindings(root: etree._Element) -> Iterator[Binding]:
    """Every flow node of a BPMN file that has an id, in document order."""
    messages = {m.get("id"): m for m in root.iter(f"{{{BPMN}}}message")}
    for node in root.iter():
        is_bpmn = isinstance(node.tag, str) and node.tag.startswith(f"{{{BPMN}}}")
        if is_bpmn and node.get("id") and etree.QName(node).localname not in VARIABLES:
            yield _binding(node, messages)


def _binding(node: etree._Element, messages: Mapping[str | None, etree._Element]) -> Binding:
    properties = {
        p.get("name", ""): p.get("value", "") for p in node.iterfind(f"{_own()}/{_z('properties')}/{_z('property')}")
    }
    is_receiving = node.tag == f"{{{BPMN}}}receiveTask"
    definition = node if is_receiving else node.find(f"{{{BPMN}}}messageEventDefinition")
    message = messages.get(definition.get("messageRef")) if definition is not None else None
    timer = node.find(f"{{{BPMN}}}timerEventDefinition/{{{BPMN}}}timeDate")
    groups = _attribute(node, "assignmentDefinition", "candidateGroups") or properties.get("groups", "")
    return Binding(
        id=node.get("id", ""),
        kind=etree.QName(node).localname,
        name=" ".join(node.get("name", "").split()),
        handler=_attribute(node, "taskDefinition", "type"),
        properties=properties,
        form=_attribute(node, "formDefinition", "formId") or properties.get("form", ""),
        groups=tuple(g.strip() for g in groups.split(",") if g.strip()),
        due=_attribute(node, "taskSchedule", "dueDate"),
        decision=_attribute(node, "calledDecision", "decisionId"),
        result=_attribute(node, "calledDecision", "resultVariable") or properties.get("result", ""),
        message=message.get("name", "") if message is not None else "",
        key=_attribute(message, "subscription", "correlationKey") if message is not None else "",
        timer=(timer.text or "").strip() if timer is not None else "",
        attached_to=node.get("attachedToRef", ""),
    )


def _own() -> str:
    return f"{{{BPMN}}}extensionElements"


def _z(tag: str) -> str:
    return f"{{{ZEEBE}}}{tag}"


def _attribute(node: etree._Element, tag: str, attribute: str) -> str:
    found = node.find(f"{_own()}/{_z(tag)}")
    return found.get(attribute, "") if found is not None else ""
