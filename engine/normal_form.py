"""One way of saying what BPMN lets diagrams say in several, so that the checks and the engine read the same.

References lose the prefix of their own file, booleans become `true` or `false`, expressions plain text; an event that
refers to a definition gets it, a pair of link events the flow it stands for; pictures, and processes that are only
there to show a partner, go. What cannot be resolved is left as it is: the checks name it.
"""

import copy
from collections.abc import Iterator

from lxml import etree

from engine.bindings import BPMN, parse_xml

DRAWING = "http://www.omg.org/spec/BPMN/20100524/DI"
BOOLEANS = frozenset(
    {
        "cancelActivity", "instantiate", "isCollection", "isExecutable", "isForCompensation", "isImmediate",
        "isInterrupting", "isSequential", "parallelMultiple", "testBefore", "triggeredByEvent",
    }
)  # fmt: skip
AS_TRUTH = {"true": "true", "1": "true", "false": "false", "0": "false"}
# Attributes and elements that name another element, perhaps with a prefix.
REFERENCES = frozenset(
    {
        "attachedToRef", "calledElement", "default", "errorRef", "escalationRef", "messageRef", "noneBehaviorEventRef",
        "oneBehaviorEventRef", "processRef", "signalRef", "sourceRef", "targetRef",
    }
)  # fmt: skip
NAMING = frozenset({"eventDefinitionRef", "incoming", "outgoing", "flowNodeRef", "source", "target", "operationRef"})
EXPRESSIONS = frozenset(
    {
        "conditionExpression", "timeDate", "timeDuration", "timeCycle", "completionCondition", "loopCardinality",
        "loopCondition", "condition", "script",
    }
)  # fmt: skip
THROWS, CATCHES = f"{{{BPMN}}}intermediateThrowEvent", f"{{{BPMN}}}intermediateCatchEvent"
LINK = f"{{{BPMN}}}linkEventDefinition"


def read_bpmn(content: bytes) -> etree._Element:
    """The root of a BPMN file in its normal form. Raises BundleRefused for what is not XML."""
    root = parse_xml(content)
    to_normal_form(root)
    return root


def to_normal_form(root: etree._Element) -> None:
    """Brings a parsed file into its normal form, in place."""
    for drawing in [*root.iterchildren(f"{{{DRAWING}}}BPMNDiagram")]:
        root.remove(drawing)
    leave_partners_out(root)
    own = root.get("targetNamespace")
    for number, xml in enumerate(_bpmn(root)):
        _plain(xml, own)
        if not xml.get("id") and xml.tag == f"{{{BPMN}}}sequenceFlow":
            xml.set("id", f"flow {number}")  # no id of a file can be like this
    _give_definitions(root)
    _draw_links(root)


def text_of(xml: etree._Element) -> str:
    """The text of an element without that of the documentation and extensions in it."""
    return (xml.text or "") + "".join(child.tail or "" for child in xml)


def links(root: etree._Element) -> Iterator[tuple[etree._Element, list[etree._Element]]]:
    """Each event that throws a link, with those in the same process or subprocess that catch it."""
    for thrown in root.iter(THROWS):
        if (name := _link(thrown)) and thrown.getparent() is not None:
            yield thrown, [event for event in thrown.getparent().iterchildren(CATCHES) if _link(event) == name]


def _link(event: etree._Element) -> str:
    found = event.find(LINK)
    return "" if found is None else " ".join(str(found.get("name", "")).split())


def _bpmn(root: etree._Element) -> list[etree._Element]:
    return [xml for xml in root.iter() if isinstance(xml.tag, str) and xml.tag.startswith(f"{{{BPMN}}}")]


def leave_partners_out(root: etree._Element) -> None:
    """A process that is marked as not executable is a picture of a partner, beside one that is executed."""
    processes = [*root.iterchildren(f"{{{BPMN}}}process")]
    partners = [xml for xml in processes if AS_TRUTH.get(str(xml.get("isExecutable", "true")).strip()) == "false"]
    if len(partners) < len(processes):
        for partner in partners:
            root.remove(partner)


def _plain(xml: etree._Element, own: str | None) -> None:
    for name, value in xml.attrib.items():
        if name in BOOLEANS:
            xml.set(name, AS_TRUTH.get(str(value).strip(), str(value)))
        elif name in REFERENCES:
            xml.set(name, _without_prefix(xml, str(value), own))
    local = etree.QName(xml).localname
    if local in NAMING and xml.text:
        xml.text = _without_prefix(xml, xml.text, own)
    if local in EXPRESSIONS and len(xml):
        text = text_of(xml)
        for child in [*xml]:
            xml.remove(child)
        xml.text = text


def _without_prefix(xml: etree._Element, name: str, own: str | None) -> str:
    """`tns:Ask` as `Ask`, where `tns` stands for the file itself."""
    prefix, colon, local = name.strip().partition(":")
    return local if colon and own is not None and xml.nsmap.get(prefix) == own else name.strip()


def _give_definitions(root: etree._Element) -> None:
    shared = {str(xml.get("id")): xml for xml in root if xml.get("id") and _is_definition(xml)}
    for reference in [*root.iter(f"{{{BPMN}}}eventDefinitionRef")]:
        definition = shared.get(str(reference.text or "").strip())
        event = reference.getparent()
        if definition is not None and event is not None:
            own = copy.deepcopy(definition)
            del own.attrib["id"]
            own.tail = None
            event.replace(reference, own)


def _is_definition(xml: etree._Element) -> bool:
    return isinstance(xml.tag, str) and xml.tag.startswith(f"{{{BPMN}}}") and xml.tag.endswith("EventDefinition")


def _draw_links(root: etree._Element) -> None:
    for thrown, caught in [*links(root)]:
        if len(caught) == 1 and thrown.get("id") and caught[0].get("id"):
            source, target = str(thrown.get("id")), str(caught[0].get("id"))
            attributes = {"id": f"link {source}", "sourceRef": source, "targetRef": target}
            etree.SubElement(thrown.getparent(), f"{{{BPMN}}}sequenceFlow", attributes)
