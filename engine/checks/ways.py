"""Which ways a set of conditions leaves open: none at all for some values, or several at once."""

import ast
import operator as operators
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations, pairwise, product
from typing import Any

from engine.expressions import Checked

MOST_TRIED = 4_096  # combinations of values; beyond them nothing is said
Value = bool | float | str | None
OPPOSITE = {ast.NotEq: ast.Eq, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.NotIn: ast.In}
MIRRORED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq}
ORDER: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operators.lt,
    ast.LtE: operators.le,
    ast.Gt: operators.gt,
    ast.GtE: operators.ge,
}
ANOTHER = "\0another"  # a text that no condition names


def always_one(conditions: Sequence[Checked], *, options: Mapping[str, Collection[str]] | None = None) -> bool:
    """Whether one of the conditions holds whatever the values are, as far as that can be seen.

    options: the only values that some names can have.
    """
    tried = _Tried(conditions, options or {})
    return tried.few and all(any(row) for row in tried.rows())


def both_at_once(conditions: Sequence[Checked]) -> tuple[int, int] | None:
    """Two conditions about one value that can hold together; None where there are none, or it cannot be seen."""
    for first, second in combinations(range(len(conditions)), 2):
        tried = _Tried([conditions[first], conditions[second]])
        if len(tried.subjects) == 1 and not tried.opaque and tried.few and any(all(row) for row in tried.rows()):
            return first, second
    return None


class _Tried:
    """Conditions tried with every combination of values that makes a difference to them."""

    def __init__(self, conditions: Sequence[Checked], options: Mapping[str, Collection[str]] | None = None) -> None:
        self.trees = [condition.tree for condition in conditions]
        self.subjects: dict[str, set[Value]] = {}
        self.opaque: set[str] = set()
        for tree in self.trees:
            self._look(tree)
        self.values = {name: _candidates(literals) for name, literals in self.subjects.items()}
        self.values |= {name: [*values] for name, values in (options or {}).items() if name in self.values}
        self.values |= {name: [True, False] for name in self.opaque}

    @property
    def few(self) -> bool:
        """Whether they can all be tried."""
        number = 1
        for values in self.values.values():
            number *= len(values)
        return number <= MOST_TRIED

    def rows(self) -> Iterator[list[bool]]:
        """For each combination of values, which conditions hold."""
        names = list(self.values)
        for combination in product(*self.values.values()):
            given = dict(zip(names, combination, strict=True))
            yield [self._holds(tree, given) for tree in self.trees]

    def _look(self, tree: ast.expr) -> None:
        for part in _parts(tree):
            match part:
                case ast.Constant():
                    continue
                case ast.Compare() if (test := _test(part)) is not None:
                    subject, _, literals = test
                    self.subjects.setdefault(subject, set()).update(literals)
                case ast.Compare(ops=[_]):
                    self.opaque.add(_canonical(part)[0])
                case _:
                    self.opaque.add(ast.unparse(part))

    def _holds(self, tree: ast.expr, given: Mapping[str, Value]) -> bool:
        match tree:
            case ast.BoolOp(op=ast.And(), values=values):
                return all(self._holds(value, given) for value in values)
            case ast.BoolOp(values=values):
                return any(self._holds(value, given) for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self._holds(operand, given)
            case ast.Constant(value=value):
                return bool(value)
            case ast.Compare() if (test := _test(tree)) is not None:
                subject, operator, literals = test
                return _compare(given[subject], operator, literals)
            case ast.Compare(ops=[_]):
                text, is_opposite = _canonical(tree)
                return bool(given[text]) != is_opposite
            case _:
                return bool(given[ast.unparse(tree)])


def _parts(tree: ast.expr) -> Iterator[ast.expr]:
    match tree:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _parts(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _parts(operand)
        case _:
            yield tree


def _test(tree: ast.Compare) -> tuple[str, type[ast.cmpop], tuple[Value, ...]] | None:
    """A comparison of something with a literal, or with a list of them."""
    if len(tree.ops) != 1:
        return None
    left, operator, right = tree.left, type(tree.ops[0]), tree.comparators[0]
    if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant) and operator in MIRRORED:
        left, operator, right = right, MIRRORED[operator], left
    if isinstance(left, ast.Constant):
        return None
    if isinstance(right, ast.Constant) and operator not in (ast.In, ast.NotIn):
        literals: list[Any] = [right.value]
        return ast.unparse(left), operator, tuple(literals)
    if isinstance(right, ast.List) and operator in (ast.In, ast.NotIn):
        literals = [part.value for part in right.elts if isinstance(part, ast.Constant)]
        return (ast.unparse(left), operator, tuple(literals)) if len(literals) == len(right.elts) else None
    return None


def _canonical(tree: ast.Compare) -> tuple[str, bool]:
    """A comparison of two unknown things, so that one and its opposite have the same text."""
    operator = type(tree.ops[0])
    plain = OPPOSITE.get(operator, operator)
    return f"{ast.unparse(tree.left)} {plain.__name__} {ast.unparse(tree.comparators[0])}", plain is not operator


def _candidates(literals: set[Value]) -> list[Value]:
    numbers = sorted(value for value in literals if isinstance(value, int | float) and not isinstance(value, bool))
    found: list[Value] = [value for value in literals if value not in numbers or isinstance(value, bool)]
    if numbers:
        found += [numbers[0] - 1, *numbers, numbers[-1] + 1]
        found += [(low + high) / 2 for low, high in pairwise(numbers)]
    if any(isinstance(value, str) for value in literals):
        found.append(ANOTHER)
    if None in literals and len(literals) == 1:
        found.append(ANOTHER)
    return found if set(map(type, literals)) != {bool} else [True, False]


def _compare(value: Value, operator: type[ast.cmpop], literals: tuple[Value, ...]) -> bool:
    if operator in (ast.In, ast.NotIn):
        return (value in literals) == (operator is ast.In)
    if operator in (ast.Eq, ast.NotEq):
        return (value == literals[0]) == (operator is ast.Eq)
    try:
        return bool(ORDER[operator](value, literals[0]))
    except (TypeError, KeyError):
        return False
