"""Loops that would never rest, or rest wrongly."""

from collections.abc import Iterator

from engine.checks.diagram import ACTIVITIES, CONDITIONAL, Diagram, Node, Scope
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.checks.paths import Paths


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:  # noqa: ARG001 - every check is called alike
    """Loops without their exclusive gateway, inclusive joins in loops, boundary events that lead straight back."""
    for scope in diagram.scopes:
        paths = Paths(scope)
        stops = {node.id for node in scope.nodes.values() if _stops(node)}
        bare = [node for node in scope.nodes.values() if _loops_without(paths, node, stops)]
        yield from _bare_loops(diagram, bare)
        for node in scope.nodes.values():
            joins = node.kind == "inclusiveGateway" and len(scope.incoming(node)) > 1
            if joins and paths.loops(node):
                problem = "This gateway joins branches inside a loop, where nobody can say which it still waits for."
                advice = (
                    "Put the steps into a subprocess, each with a plain end event; it waits for all that were begun."
                )
                yield Finding(diagram.file, node.id, problem, advice)
            yield from _straight_back(diagram, scope, node)


def _stops(node: Node) -> bool:
    """The library looks ahead along flows until it cannot know which is taken."""
    if node.kind in (*CONDITIONAL, "boundaryEvent", "eventBasedGateway"):
        return True
    return node.kind in ACTIVITIES and any(flow.condition is not None for flow in node.scope.outgoing(node))


def _loops_without(paths: Paths, node: Node, stops: set[str]) -> bool:
    return node.id not in stops and paths.loops(node, without=stops)


def _bare_loops(diagram: Diagram, bare: list[Node]) -> Iterator[Finding]:
    listening = [node for node in bare if node.kind == "intermediateCatchEvent"]
    for node in listening:
        problem = "This event is waited for again and again without an exclusive gateway, and would hold up every case."
        advice = "Draw an exclusive gateway before it, and lead the flow back to that gateway."
        yield Finding(diagram.file, node.id, problem, advice)
    if bare and not listening:
        # One sentence for the loop, at the step where it begins in the file.
        problem = "A loop leads back to this step without an exclusive gateway in it."
        advice = "Draw an exclusive gateway that decides whether to go round again, or at least one before this step."
        yield Finding(diagram.file, bare[0].id, problem, advice)


def _straight_back(diagram: Diagram, scope: Scope, node: Node) -> Iterator[Finding]:
    if node.kind != "boundaryEvent" or not node.interrupts:
        return
    if any(flow.target == node.attached_to for flow in scope.outgoing(node)):
        problem = f"This event leads straight back into {node.attached_to}, on whose border it sits."
        advice = "Draw an exclusive gateway or a step between them."
        yield Finding(diagram.file, node.id, problem, advice)
