"""What the operators of an expression do, on which kinds of value, and within which bounds."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import TypeAlias

from engine.expressions.limits import ITEMS, TEXT
from engine.expressions.refusing import ExpressionRefusedError
from engine.expressions.values import named

Binary: TypeAlias = Callable[[object, object], object]


def add(left: object, right: object) -> object:
    """The sum of two numbers, or two texts or two lists one after the other."""
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > TEXT:
            raise ExpressionRefusedError(f"The text would be longer than {TEXT:,} characters.")
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        if len(left) + len(right) > ITEMS:
            raise ExpressionRefusedError(f"The list would be longer than {ITEMS:,} items.")
        return left + right
    return _of_numbers("+", operator.add)(left, right)


def is_in(left: object, right: object) -> bool:
    """Whether a value is one of a list's, or a text is part of another."""
    if isinstance(right, str) and isinstance(left, str):
        return left in right
    if isinstance(right, list | tuple):
        return left in right
    raise ExpressionRefusedError(f"`in` looks into a list or a text, not into {named(right)}.")


def compare(symbol: str, left: object, right: object) -> bool:
    """Compares as expressions do. Raises ExpressionRefusedError where the two have no order, as a day and a number."""
    return bool(SYMBOLS[symbol](left, right))


def _ordered(symbol: str, function: Callable[..., object]) -> Binary:
    def ordered(left: object, right: object) -> object:
        try:
            return function(left, right)
        except TypeError:
            raise ExpressionRefusedError(f"`{symbol}` cannot compare {named(left)} with {named(right)}.") from None

    return ordered


def _of_numbers(symbol: str, function: Callable[..., object]) -> Binary:
    def calculated(left: object, right: object) -> object:
        for value in (left, right):
            _check_number(symbol, value)
        try:
            return function(left, right)
        except ZeroDivisionError:
            raise ExpressionRefusedError(f"`{symbol}` divides by zero. Compare with a product instead.") from None
        except OverflowError:
            raise ExpressionRefusedError(f"The result of `{symbol}` is too large.") from None

    return calculated


def _of_one_number(symbol: str, function: Callable[..., object]) -> Callable[[object], object]:
    def calculated(value: object) -> object:
        _check_number(symbol, value)
        return function(value)

    return calculated


def _check_number(symbol: str, value: object) -> None:
    if type(value) not in (int, float):
        advice = (
            " Use a function for days, such as weeks_after(n, day)." if named(value) in ("a day", "a moment") else ""
        )
        raise ExpressionRefusedError(f"`{symbol}` calculates with numbers, not with {named(value)}.{advice}")


SYMBOLS: Mapping[str, Binary] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": _ordered("<", operator.lt),
    "<=": _ordered("<=", operator.le),
    ">": _ordered(">", operator.gt),
    ">=": _ordered(">=", operator.ge),
    "in": is_in,
}

OPERATORS: Mapping[type[ast.AST], Callable[..., object]] = {
    ast.Add: add,
    ast.Sub: _of_numbers("-", operator.sub),
    ast.Mult: _of_numbers("*", operator.mul),
    ast.Div: _of_numbers("/", operator.truediv),
    ast.FloorDiv: _of_numbers("//", operator.floordiv),
    ast.Mod: _of_numbers("%", operator.mod),
    ast.USub: _of_one_number("-", operator.neg),
    ast.UAdd: _of_one_number("+", operator.pos),
    ast.Not: operator.not_,
    ast.Eq: SYMBOLS["=="],
    ast.NotEq: SYMBOLS["!="],
    ast.Lt: SYMBOLS["<"],
    ast.LtE: SYMBOLS["<="],
    ast.Gt: SYMBOLS[">"],
    ast.GtE: SYMBOLS[">="],
    ast.In: SYMBOLS["in"],
    ast.NotIn: lambda left, right: not is_in(left, right),
}
