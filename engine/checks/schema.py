"""Whether a file keeps to the schema of BPMN 2.0: what stands where it may not would be passed over."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.bindings import BPMN
from engine.checks.bpmn20 import DESCRIBES
from engine.checks.diagram import Diagram, named, tag
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.spiff.schema import Attribute, Type, bpmn20

TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
TRUTHS = frozenset({"true", "false", "1", "0"})
# Missing, they are named where they are used, or make no difference.
NOT_ASKED = frozenset({"sourceRef", "targetRef", "attachedToRef", "targetNamespace"})


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:  # noqa: ARG001 - every check is called alike
    """Elements and attributes that BPMN 2.0 does not have, or not there."""
    if tag(diagram.raw) != "definitions":
        root = etree.QName(diagram.raw).localname
        advice = f"Save it as BPMN 2.0: its root is definitions, in the namespace {BPMN}."
        yield Finding(diagram.file, "", f"This is no BPMN 2.0 file: its root is {root}.", advice)
        return
    waiting = [(diagram.raw, "tDefinitions")]
    while waiting:
        xml, name = waiting.pop()
        kind = bpmn20().types.get(name)
        if kind is None:
            continue  # text alone
        for problem in (*_problems(xml, kind), *_inside(xml)):
            yield Finding(diagram.file, named(xml), problem, "Draw it as BPMN 2.0 has it, or leave it out.")
        if not kind.open:
            for child in xml:
                allowed = kind.children.get(tag(child))
                if allowed is not None:
                    waiting.append((child, _typed(child, allowed.type)))


def _typed(xml: etree._Element, name: str) -> str:
    """The type of an element: an expression may say that it is a formal one."""
    said = str(xml.get(TYPE, "")).rpartition(":")[2]
    return said if name == "tExpression" and said == "tFormalExpression" else name


def _problems(xml: etree._Element, kind: Type) -> Iterator[str]:
    here = tag(xml)
    said = xml.get(TYPE)
    allowed = {"tExpression", "tFormalExpression", *bpmn20().elements.get(here, ())}
    if said is not None and said.rpartition(":")[2] not in allowed:
        yield f"{here} cannot be of the type {said}."
    for name, value in xml.attrib.items():
        if not str(name).startswith("{"):
            attribute = kind.attributes.get(str(name))
            if attribute is None:
                yield f"BPMN 2.0 has no attribute {name} of {here}."
            elif why := _wrong(attribute, str(value)):
                yield f"The attribute {name} of {here} is {value!r}; {why}."
    if here not in DESCRIBES:
        for name, attribute in kind.attributes.items():
            if attribute.required and name not in NOT_ASKED and not xml.get(name):
                yield f"{here} needs the attribute {name}."
    if not kind.open:
        yield from _children(xml, kind)


def _inside(xml: etree._Element) -> Iterator[str]:
    """What may stand in no text and no extension, though the schema lets anything stand there."""
    here = tag(xml)
    for child in xml:
        if here == "script" and isinstance(child.tag, str):
            yield f"There is an element {etree.QName(child).localname} in a script."
        elif here == "extensionElements" and tag(child):
            yield f"BPMN 2.0 allows no {tag(child)} in extensionElements."


def _children(xml: etree._Element, kind: Type) -> Iterator[str]:
    here = tag(xml)
    counted = Counter(tag(child) for child in xml if tag(child))
    for name, count in counted.items():
        allowed = kind.children.get(name)
        if name not in bpmn20().elements:
            yield f"BPMN 2.0 has no element {name}."
        elif allowed is None:
            yield f"BPMN 2.0 allows no {name} in {here}."
        elif count > allowed.most:
            yield f"There are {count} elements {name} in {here}, where BPMN 2.0 allows {allowed.most}."
    for name, allowed in kind.children.items():
        if counted[name] < allowed.least and here not in DESCRIBES:
            yield f"{here} needs the element {name}."


def _wrong(attribute: Attribute, value: str) -> str:
    text = value.strip()
    if attribute.values and text not in attribute.values:
        return f"it is one of {', '.join(sorted(attribute.values))}"
    if attribute.type == "boolean" and text not in TRUTHS:
        return "it is true or false"
    if attribute.type in ("integer", "int") and not text.removeprefix("-").removeprefix("+").isdecimal():
        return "it is a whole number"
    if attribute.type in ("QName", "IDREF", "ID") and (not text or len(text.split()) > 1):
        return "it names one element"
    return ""
