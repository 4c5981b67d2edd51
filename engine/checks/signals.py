"""Signals and links: what is thrown and caught inside a bundle, by name."""

from collections.abc import Iterator

from lxml import etree

from engine.bindings import BPMN
from engine.checks.diagram import Diagram, Node
from engine.checks.finding import Finding
from engine.checks.material import Material

THROWERS = frozenset({"intermediateThrowEvent", "endEvent"})


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Signals that nobody throws or hears, links that lead nowhere."""
    thrown, heard = _names(material, thrown=True), _names(material, thrown=False)
    for node in diagram.nodes:
        if node.event == "signal":
            yield from _signal(diagram, material, node, thrown, heard)
        elif node.event == "link":
            yield from _link(diagram, node)


def signal_of(diagram: Diagram, definition: etree._Element) -> str:
    """The name of the signal that a definition refers to; signals that bear one name are one."""
    wanted = definition.get("signalRef")
    for xml in diagram.root.iterfind(f"{{{BPMN}}}signal"):
        if wanted and xml.get("id") == wanted:
            return str(xml.get("name", ""))
    return ""


def thrown_by(diagram: Diagram, node: Node) -> Iterator[etree._Element]:
    """The signal definitions that a node throws: an event, or a step done several times."""
    if node.event == "signal" and node.kind in THROWERS:
        yield node.events[0]
    instances = node.xml.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if instances is not None:
        wanted = {instances.get("noneBehaviorEventRef"), instances.get("oneBehaviorEventRef")} - {None}
        for xml in diagram.root.iterfind(f"{{{BPMN}}}signalEventDefinition"):
            if xml.get("id") in wanted:
                yield xml


def _names(material: Material, *, thrown: bool) -> set[str]:
    found: set[str] = set()
    for diagram in material.diagrams.values():
        for node in diagram.nodes:
            if thrown:
                found |= {signal_of(diagram, definition) for definition in thrown_by(diagram, node)}
            elif node.event == "signal" and node.kind not in THROWERS:
                found.add(signal_of(diagram, node.events[0]))
    return found


def _signal(diagram: Diagram, material: Material, node: Node, thrown: set[str], heard: set[str]) -> Iterator[Finding]:
    name = signal_of(diagram, node.events[0])
    if not name:
        problem = "This event names no signal of this file that has a name."
        yield Finding(diagram.file, node.id, problem, "Choose a signal, and give it a name.")
    elif not material.could_read_every(".bpmn"):
        return
    elif node.kind in THROWERS and name not in heard:
        problem = f"Nobody in this bundle waits for the signal {name}, and it does not leave the case."
        yield Finding(diagram.file, node.id, problem, "Draw an event that hears it, or leave the signal out.")
    elif node.kind not in THROWERS and name not in thrown:
        problem = f"Nothing in this bundle throws the signal {name}, and none comes from outside."
        yield Finding(diagram.file, node.id, problem, "Draw an event that throws it, or wait for a message.")


def _link(diagram: Diagram, node: Node) -> Iterator[Finding]:
    name = _name(node)
    partners = [
        other
        for other in node.scope.nodes.values()
        if other.event == "link" and _name(other) == name and other is not node
    ]
    throws = [other for other in partners if other.kind == "intermediateThrowEvent"]
    catches = [other for other in partners if other.kind == "intermediateCatchEvent"]
    where = "the same process or subprocess"
    if not name:
        yield Finding(diagram.file, node.id, "This link has no name.", "Give it the name of its partner.")
    elif node.kind == "intermediateThrowEvent" and len(catches) != 1:
        number = f"{len(catches)} events catch" if catches else "no event catches"
        problem = f"The link {name} leads nowhere: {number} it in {where}."
        yield Finding(diagram.file, node.id, problem, "Draw exactly one event that catches it, or draw the flow.")
    elif node.kind == "intermediateCatchEvent" and not throws:
        problem = f"Nothing throws the link {name} in {where}."
        yield Finding(diagram.file, node.id, problem, "Draw an event that throws it, or draw the flow.")
    # Some tools write the partner down, too; it must be the one that the name means.
    said = {
        "".join(xml.itertext()).strip()
        for kind in ("source", "target")
        for xml in node.events[0].iter(f"{{{BPMN}}}{kind}")
    }
    meant = {ref for other in partners for ref in (other.id, str(other.events[0].get("id", "")))}
    for other_name in sorted(said - meant):
        problem = f"This link names the partner {other_name}, which has another name."
        yield Finding(diagram.file, node.id, problem, "Leave source and target out: links go by their name.")


def _name(node: Node) -> str:
    return " ".join(str(node.events[0].get("name", "")).split())
