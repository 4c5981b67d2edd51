"""Decision tables: read from DMN, evaluated on the engine's own expressions."""

from engine.decisions.problems import DecisionError, Problem
from engine.decisions.reading import check_decisions, read_decisions
from engine.decisions.tables import Decided, Decision
from engine.decisions.trying import Tried, try_decision

__all__ = [
    "Decided",
    "Decision",
    "DecisionError",
    "Problem",
    "Tried",
    "check_decisions",
    "read_decisions",
    "try_decision",
]
