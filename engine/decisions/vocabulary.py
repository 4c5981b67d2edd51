"""What a DMN file calls its data, of which kinds they are, and which decision needs which."""

from collections.abc import Iterator

from lxml import etree

from engine.decisions.elements import children, named, tag
from engine.decisions.kinds import NOT_READ, Kind, kind_named


def names_in(root: etree._Element) -> Iterator[str]:
    """What a file calls its data and its decisions."""
    for node in children(root):
        if tag(node) in ("inputData", "decision"):
            for holder in (node, *named(node, "variable")):
                if " " in (name := holder.get("name", "").strip()):
                    yield name


def kinds_in(root: etree._Element) -> Iterator[tuple[str, Kind | None]]:
    """The simple types that a file defines, and the types of its input data, as the names of kinds."""
    own = {node.get("name", ""): _type_of(node) for node in named(root, "itemDefinition")}
    for name, of in own.items():
        if of:
            yield name, of if of in NOT_READ else kind_named(of)
    for node in named(root, "inputData"):
        for variable in named(node, "variable"):
            of = variable.get("typeRef", "")
            yield node.get("name", ""), kind_named(own.get(of) or of)


def needed_by(decision: etree._Element) -> Iterator[str]:
    """The ids of the decisions whose results a decision reads."""
    for requirement in named(decision, "informationRequirement"):
        for needed in named(requirement, "requiredDecision"):
            yield str(needed.get("href", "")).rpartition("#")[2]


def _type_of(definition: etree._Element) -> str:
    """The type that a type of the file's own restricts; empty when it has parts or is a list."""
    found = named(definition, "typeRef")
    return (found[0].text or "").strip() if found and definition.get("isCollection") != "true" else ""
