"""Decision tables, as the steps that call them would use them."""

from collections.abc import Iterator

from engine.checks.finding import Finding
from engine.checks.material import Material, in_two
from engine.checks.names import Names
from engine.decisions import Decision
from engine.expressions import Checked


def check_decisions(material: Material) -> Iterator[Finding]:
    """What a table uses that is not there where a step calls it; of a table that no step calls, all but its names."""
    callers: dict[str, list[Names]] = {}
    for node in material.nodes.values():
        if node.kind == "businessRuleTask":
            callers.setdefault(node.binding.decision, []).append(material.names.at(node))
    for file, decision in material.decisions.values():
        for names in callers.get(decision.id, [Names(open=True)]):
            every = {name for used in _expressions(decision) for name in used.names} - material.functions.keys()
            for element, sentence in decision.findings(material.known(names.known | (every if names.open else set()))):
                # Without a readable policy every number of it would be named; that file has its own finding.
                if material.policy is not None or "in the policy" not in sentence:
                    yield Finding(file, element, *in_two(sentence))


def _expressions(decision: Decision) -> Iterator[Checked]:
    for column in decision.inputs:
        yield column.expression
        if column.allowed is not None:
            yield from column.allowed.expressions()
    yield from (output.default for output in decision.outputs if output.default is not None)
    for rule in decision.rules:
        for _, cell in rule.cells:
            yield from cell.expressions()
        yield from (used for _, used in rule.outputs)
