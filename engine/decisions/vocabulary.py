"""What a DMN file calls its data, of which types they are, and which decision needs which."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.decisions.elements import children, named, tag, text_of


def names_in(root: etree._Element) -> Iterator[str]:
    """What a file calls its data and its decisions."""
    for node in children(root):
        if tag(node) in ("inputData", "decision"):
            for holder in (node, *named(node, "variable")):
                if " " in (name := holder.get("name", "").strip()):
                    yield name


@dataclass(frozen=True)
class Type:
    """A type of the file's own: which it restricts (none where it has parts, or is a list), and to which values."""

    of: str
    allowed: str


def types_in(root: etree._Element) -> dict[str, Type]:
    """The types that a file defines, by their names."""
    return {node.get("name", ""): Type(_restricted(node), _allowed(node)) for node in named(root, "itemDefinition")}


def types_of_data(root: etree._Element) -> dict[str, str]:
    """Of which types a file's input data are, by their names."""
    data = ((node, variable) for node in named(root, "inputData") for variable in named(node, "variable"))
    return {node.get("name", ""): variable.get("typeRef", "") for node, variable in data}


def needed_by(decision: etree._Element) -> Iterator[str]:
    """The ids of the decisions whose results a decision reads."""
    for requirement in named(decision, "informationRequirement"):
        for needed in named(requirement, "requiredDecision"):
            yield str(needed.get("href", "")).rpartition("#")[2]


def _restricted(definition: etree._Element) -> str:
    found = named(definition, "typeRef")
    return (found[0].text or "").strip() if found and definition.get("isCollection") != "true" else ""


def _allowed(definition: etree._Element) -> str:
    found = named(definition, "allowedValues")
    return text_of(found[0]) if found else ""
