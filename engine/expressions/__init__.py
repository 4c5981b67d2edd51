"""The small language of diagrams, decision tables and due dates: a fenced subset of Python expressions."""

from engine.expressions.evaluator import Evaluator
from engine.expressions.names import Known, check_names, problems
from engine.expressions.refusing import ExpressionRefusedError
from engine.expressions.syntax import Assignment, Checked, check, check_script
from engine.expressions.values import JSON, to_json_value

__all__ = [
    "JSON",
    "Assignment",
    "Checked",
    "Evaluator",
    "ExpressionRefusedError",
    "Known",
    "check",
    "check_names",
    "check_script",
    "problems",
    "to_json_value",
]
