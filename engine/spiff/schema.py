"""BPMN 2.0 as its own schema has it: which elements there are, what may stand in them, and their attributes.

The library carries the schema's files and leaves it to others to read them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

XSD = "{http://www.w3.org/2001/XMLSchema}"
ANYTHING = frozenset({"tDocumentation", "tText", "tScript", "tExtensionElements"})
MANY = 10**9


@dataclass(frozen=True)
class Attribute:
    """One attribute: whether it must be there, and its values; `values` is empty where any text may stand."""

    type: str
    required: bool
    values: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Child:
    """One element that may stand in another: its type there, and how often."""

    type: str
    least: int
    most: int


@dataclass(frozen=True)
class Type:
    """What an element of one type may hold. `open`: anything at all, which means nothing to an engine."""

    attributes: Mapping[str, Attribute]
    children: Mapping[str, Child]
    abstract: bool
    open: bool = False


@dataclass(frozen=True)
class Schema:
    """The types by name, the elements by tag with their types, and which of them are only kinds of others."""

    types: Mapping[str, Type]
    elements: Mapping[str, frozenset[str]] = field(default_factory=dict)
    abstract: frozenset[str] = frozenset()


@cache
def bpmn20() -> Schema:
    """The schema of BPMN 2.0, without that of pictures."""
    files = (Path(XSD_PATH).with_name(name) for name in ("BPMN20.xsd", "Semantic.xsd"))
    return _Reader([etree.parse(str(file)).getroot() for file in files]).schema()


class _Reader:
    def __init__(self, roots: list[etree._Element]) -> None:
        self._types = {xml.get("name"): xml for root in roots for xml in root.iterfind(f"{XSD}complexType")}
        self._simple = {xml.get("name"): xml for root in roots for xml in root.iterfind(f"{XSD}simpleType")}
        self._elements = {xml.get("name"): xml for root in roots for xml in root.iterfind(f"{XSD}element")}

    def schema(self) -> Schema:
        """Everything, read once."""
        types = {name: self._type(name) for name in self._types}
        elements: dict[str, set[str]] = {tag: {self._local(xml.get("type"))} for tag, xml in self._elements.items()}
        for found in types.values():
            for tag, child in found.children.items():
                elements.setdefault(tag, set()).add(child.type)
        abstract = frozenset(tag for tag in self._elements if self._is_abstract(tag))
        return Schema(types, {tag: frozenset(names) for tag, names in elements.items()}, abstract)

    def _type(self, name: str) -> Type:
        attributes: dict[str, Attribute] = {}
        children: dict[str, Child] = {}
        for xml in self._bases(name):
            attributes |= {str(a.get("name")): self._attribute(a) for a in xml.iter(f"{XSD}attribute")}
            for element in xml.iter(f"{XSD}element"):
                for tag, child in self._children(element):
                    children[tag] = child
        return Type(attributes, children, self._types[name].get("abstract") == "true", name in ANYTHING)

    def _bases(self, name: str) -> Iterator[etree._Element]:
        while name in self._types:
            yield self._types[name]
            extension = self._types[name].find(f".//{XSD}extension")
            name = "" if extension is None else self._local(extension.get("base"))

    def _attribute(self, xml: etree._Element) -> Attribute:
        kind = self._local(xml.get("type"))
        values = (
            [str(value.get("value")) for value in self._simple[kind].iter(f"{XSD}enumeration")]
            if kind in self._simple
            else []
        )
        # A union takes any address beside its own words.
        is_closed = kind in self._simple and self._simple[kind].find(f"{XSD}union") is None
        return Attribute(kind, xml.get("use") == "required", frozenset(values if is_closed else ()))

    def _children(self, xml: etree._Element) -> Iterator[tuple[str, Child]]:
        is_choice = next(xml.iterancestors(f"{XSD}choice"), None) is not None
        least = 0 if is_choice else int(xml.get("minOccurs", "1"))
        most = MANY if xml.get("maxOccurs") == "unbounded" else int(xml.get("maxOccurs", "1"))
        if xml.get("name"):
            yield str(xml.get("name")), Child(self._local(xml.get("type")), least, most)
            return
        tags = [tag for tag in self._standing_for(self._local(xml.get("ref"))) if not self._is_abstract(tag)]
        for tag in tags:
            # One of several must be there, not each.
            yield tag, Child(self._local(self._elements[tag].get("type")), least if len(tags) == 1 else 0, most)

    def _standing_for(self, head: str) -> Iterator[str]:
        if head in self._elements:
            yield head
        for tag, xml in self._elements.items():
            if self._local(xml.get("substitutionGroup")) == head:
                yield from self._standing_for(tag)

    def _is_abstract(self, tag: str) -> bool:
        xml = self._elements[tag]
        return "true" in (xml.get("abstract"), self._types[self._local(xml.get("type"))].get("abstract"))

    def _local(self, name: str | None) -> str:
        return (name or "").rpartition(":")[2]
