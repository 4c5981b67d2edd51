"""Which of the timers that wait can be next, as far as their expressions say.

A period counted on from the same day ends the later the longer it is; the day itself comes before any of them. What
the expressions leave open may happen in any order.
"""

import ast
from dataclasses import dataclass

from engine.exploration.world import checked
from engine.policy import Policy


@dataclass(frozen=True)
class Moment:
    """A moment as its expression gives it: so much of something after a day, its start or its end."""

    counted: str  # the function that counts on, empty for the day itself
    number: int
    day: str
    at_end: bool

    def is_before(self, other: "Moment") -> bool:
        """Whether this moment certainly comes first."""
        if self.day != other.day or (self.counted != other.counted and self.counted):
            return False
        return (self.number, self.at_end) < (other.number, other.at_end)


def moment_of(expression: str, policy: Policy) -> Moment | None:
    """What is known of a timer's moment; nothing where the expression is of another shape."""
    used = checked(expression)
    if used is None:
        return None
    tree, at_end = used.tree, False
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and len(tree.args) == 1:
        at_end = tree.func.id.startswith("end_")
        tree = tree.args[0] if tree.func.id in ("start_of", "end_of") else tree
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and len(tree.args) == 2:
        number = _number(tree.args[0], policy)
        if number is not None and tree.func.id.endswith("_after"):
            return Moment(tree.func.id, number, ast.unparse(tree.args[1]), at_end)
    return Moment("", 0, ast.unparse(tree), at_end)


def _number(tree: ast.expr, policy: Policy) -> int | None:
    if isinstance(tree, ast.Constant) and type(tree.value) is int:
        return tree.value
    if isinstance(tree, ast.Attribute):
        return getattr(policy, tree.attr, None)
    return None
