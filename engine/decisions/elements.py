"""The elements of a DMN file, whatever its namespace is."""

from collections.abc import Iterator

from lxml import etree


def children(node: etree._Element) -> Iterator[etree._Element]:
    """The elements directly inside."""
    return (child for child in node if isinstance(child.tag, str))


def named(node: etree._Element, name: str) -> list[etree._Element]:
    """The elements of a name directly inside."""
    return [child for child in children(node) if tag(child) == name]


def tag(node: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(node).localname)


def id_of(node: etree._Element, around: etree._Element | None = None) -> str:
    """The element's id, or that of what is around it, or its tag."""
    if node.get("id") or around is None:
        return str(node.get("id") or tag(node))
    return id_of(around)


def text_of(node: etree._Element) -> str:
    """The text of an expression or cell."""
    return "".join(part.text or "" for part in named(node, "text")).strip()
