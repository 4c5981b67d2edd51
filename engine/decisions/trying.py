"""Trying a decision table with values of one's own: what comes out, by which rules, or why it cannot be decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.decisions.feel import plain_name
from engine.decisions.problems import DecisionError, Problem
from engine.decisions.reading import read_decisions
from engine.decisions.tables import Decision
from engine.errors import NotFound
from engine.expressions import JSON, Evaluator, ExpressionRefusedError
from engine.expressions.names import why_not


@dataclass(frozen=True)
class Tried:
    """What a table decides; where it cannot, nothing, and the reason."""

    decision: str
    result: JSON = None
    rules: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def try_decision(content: bytes, *, decision: str = "", inputs: Mapping[str, JSON], policy: object = None) -> Tried:
    """Decides one table of a DMN file. Inputs by the names that the table asks for, facts that it calls among them.

    decision: its id or name; not needed where the file holds one. A value that is not given is nothing.
    Raises NotFound when there is no such decision in the file.
    """
    try:
        found = _chosen(read_decisions(content), decision)
    except DecisionError as error:
        return Tried(decision, problems=error.problems)
    values = {plain_name(name): value for name, value in inputs.items()}
    asked = [used for one in (found, *(needed for _, needed in found.needs)) for _, used in one.expressions()]
    missing = {name: None for used in asked for name in used.names | used.functions}
    called = {name for used in asked for name in used.functions}
    given = {name: value for name, value in (missing | values).items() if not why_not(name)}
    functions = {name: _answering(value) for name, value in given.items() if name in called}
    data = {name: value for name, value in given.items() if name not in called}
    try:
        decided = found.decide(Evaluator(functions, policy), data)
    except ExpressionRefusedError as refused:
        element, _, sentence = str(refused).partition(": ")
        return Tried(found.id, problems=((element, sentence),))
    return Tried(found.id, decided.value, decided.rules)


def _chosen(decisions: Mapping[str, Decision], wanted: str) -> Decision:
    found = [one for one in decisions.values() if wanted in (one.id, one.name) or (not wanted and len(decisions) == 1)]
    if len(found) != 1:
        raise NotFound(f"Name one of the decisions in this file: {', '.join(decisions)}.")
    return found[0]


def _answering(value: JSON):  # type: ignore[no-untyped-def]
    return lambda *_arguments, **_named: value
