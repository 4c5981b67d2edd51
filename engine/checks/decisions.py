"""Decision tables, as the steps that call them would use them."""

from collections.abc import Iterator

from engine.checks.finding import Finding
from engine.checks.material import Material, in_two
from engine.checks.names import Names
from engine.decisions import Decision


def check_decisions(material: Material) -> Iterator[Finding]:
    """What a table uses that is not there where a step calls it; of a table that no step calls, all but its names."""
    callers: dict[str, list[Names]] = {}
    for node in material.nodes.values():
        if node.kind == "businessRuleTask" and node.binding.decision in material.decisions:
            for decision in _with_needs(material.decisions[node.binding.decision][1]):
                callers.setdefault(decision.id, []).append(material.names.at(node))
    for file, decision in material.decisions.values():
        given = {name for name, _ in decision.needs}
        for names in callers.get(decision.id, [Names(open=True)]):
            every = {name for _, used in decision.expressions() for name in used.names} - material.functions.keys()
            known = names.known | given | (every if names.open else set())
            for element, sentence in decision.findings(material.known(known)):
                # Without a readable policy every number of it would be named; that file has its own finding.
                if material.policy is not None or "in the policy" not in sentence:
                    yield Finding(file, element, *in_two(sentence))


def _with_needs(decision: Decision) -> Iterator[Decision]:
    """A decision and all whose results it needs, however far."""
    yield decision
    for _, needed in decision.needs:
        yield from _with_needs(needed)
