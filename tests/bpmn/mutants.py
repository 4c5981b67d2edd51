"""Copies of a bundle with one step removed, as a process owner might by mistake."""

from lxml import etree

from engine.bindings import BPMN
from engine.bundles import Bundle


def without(bundle: Bundle, element: str) -> Bundle:
    """The bundle without an element: the flows to it lead on to where it led, by its default where it had several.

    What was reached only through it, such as what stands behind a boundary event, goes too.
    """
    file = next(name for name, content in bundle.files.items() if f' id="{element}"'.encode() in content)
    root = etree.fromstring(bundle.files[file])
    (node,) = root.xpath("//*[@id=$id]", id=element)
    ways = _flows(root, "sourceRef", element)
    onward = next((way for way in ways if way.get("id") == node.get("default")), ways[0])
    for flow in _flows(root, "targetRef", element):
        flow.set("targetRef", onward.get("targetRef"))
    for gone in (node, *ways):
        gone.getparent().remove(gone)
    while (loose := _reached_by_nothing(root)) is not None:
        for flow in _flows(root, "sourceRef", loose.get("id")):
            flow.getparent().remove(flow)
        loose.getparent().remove(loose)
    _forget(root)
    return Bundle(bundle.name, {**bundle.files, file: etree.tostring(root)})


def with_changed(bundle: Bundle, file: str, old: str, new: str) -> Bundle:
    """The bundle with some text of a file replaced."""
    content = bundle.files[file].decode()
    assert old in content
    return Bundle(bundle.name, {**bundle.files, file: content.replace(old, new).encode()})


def _flows(root: etree._Element, end: str, element: str) -> list[etree._Element]:
    return [flow for flow in root.iter(f"{{{BPMN}}}sequenceFlow") if flow.get(end) == element]


def _reached_by_nothing(root: etree._Element) -> etree._Element | None:
    targets = {flow.get("targetRef") for flow in root.iter(f"{{{BPMN}}}sequenceFlow")}
    kinds = ("serviceTask", "userTask", "exclusiveGateway", "endEvent")
    steps = [step for kind in kinds for step in root.iter(f"{{{BPMN}}}{kind}")]
    return next((step for step in steps if step.get("id") not in targets), None)


def _forget(root: etree._Element) -> None:
    """Takes away what names elements that are not there any more."""
    known = {found.get("id") for found in root.iter() if isinstance(found.tag, str)}
    tags = ("incoming", "outgoing", "flowNodeRef")
    for reference in [found for tag in tags for found in root.iter(f"{{{BPMN}}}{tag}")]:
        if (reference.text or "").strip() not in known:
            reference.getparent().remove(reference)
