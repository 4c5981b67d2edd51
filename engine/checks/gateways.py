"""Whether every gateway knows which way to go."""

from collections.abc import Iterator

from engine.checks.diagram import CONDITIONAL, GATEWAYS, Diagram, Flow, Node
from engine.checks.finding import Finding
from engine.checks.material import Material


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:  # noqa: ARG001 - every check is called alike
    """Gateways without conditions or default, and conditions where nothing asks for them."""
    for node in diagram.nodes:
        outgoing = node.scope.outgoing(node)
        if node.kind in CONDITIONAL:
            yield from _ways(diagram, node, outgoing)
            continue
        for flow in outgoing:
            if flow.condition is not None:
                problem = "The condition of this flow is never asked, because it does not leave an exclusive gateway."
                yield Finding(diagram.file, flow.id, problem, "Draw an exclusive gateway before it.")
        if len(outgoing) > 1 and node.kind not in GATEWAYS:
            problem = f"{len(outgoing)} flows leave this step at once."
            yield Finding(diagram.file, node.id, problem, "Draw a parallel or an exclusive gateway after it.")


def _ways(diagram: Diagram, node: Node, outgoing: list[Flow]) -> Iterator[Finding]:
    default = str(node.xml.get("default", ""))
    if default and default not in {flow.id for flow in outgoing}:
        problem = f"Its default flow {default} does not leave this gateway."
        yield Finding(diagram.file, node.id, problem, "Choose one of its own flows as the default.")
    if len(outgoing) == 1 and outgoing[0].condition is not None and not default:
        problem = "Its only way out has a condition, so a case could find no way."
        yield Finding(diagram.file, node.id, problem, "Draw another way as the default, or remove the condition.")
    if len(outgoing) < 2:
        return
    open_ways = [flow for flow in outgoing if flow.condition is None and flow.id != default]
    for flow in open_ways:
        problem = f"The flow {flow.id} has no condition and is not the default."
        advice = "Write its condition, or make it the default."
        yield Finding(diagram.file, node.id, problem, advice)
    for flow in outgoing:
        if flow.condition == "":
            yield Finding(
                diagram.file, flow.id, "The condition of this flow is empty.", "Write one, such as kind == 'panel'."
            )
