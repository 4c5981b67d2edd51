"""The cells of a decision table's rules: what each asks of its input."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from engine.decisions.feel import Names, read_feel
from engine.expressions import Checked, ExpressionRefusedError
from engine.expressions.operators import compare

ANY = ("", "-")
# Longest first, so that <= is not read as <.
COMPARISONS = ("<=", ">=", "!=", "==", "<", ">", "=")

Value: TypeAlias = Callable[[Checked], object]


class Cell(Protocol):
    """One test of an input."""

    def accepts(self, given: object, value: Value) -> bool:
        """Whether the input passes; `value` evaluates the expressions in the cell."""

    def expressions(self) -> Iterator[Checked]:
        """The expressions in the cell."""


@dataclass(frozen=True)
class Anything:
    """An empty cell or a dash."""

    def accepts(self, given: object, value: Value) -> bool:  # noqa: ARG002
        return True

    def expressions(self) -> Iterator[Checked]:
        return iter(())


@dataclass(frozen=True)
class Comparison:
    """`>= 9`, or `9` alone for equality."""

    symbol: str
    expression: Checked

    @property
    def orders(self) -> bool:
        """Whether it asks which of two is larger: of nothing, nobody can say."""
        return self.symbol not in ("==", "!=")

    def accepts(self, given: object, value: Value) -> bool:
        other = value(self.expression)
        if not self.orders:
            is_same = same(given, other)
            if isinstance(other, list) and not isinstance(given, list):
                is_same = any(same(given, one) for one in other)
            return is_same is (self.symbol == "==")
        return given is not None and other is not None and compare(self.symbol, given, other)

    def expressions(self) -> Iterator[Checked]:
        yield self.expression


@dataclass(frozen=True)
class Range:
    """`[5..10]` with its ends, `(5..10)` without."""

    above: Comparison
    below: Comparison

    def accepts(self, given: object, value: Value) -> bool:
        return self.above.accepts(given, value) and self.below.accepts(given, value)

    def expressions(self) -> Iterator[Checked]:
        yield from self.above.expressions()
        yield from self.below.expressions()


@dataclass(frozen=True)
class AnyOf:
    """Alternatives with commas between them; `not(…)` around them turns the answer round, where there is one."""

    alternatives: tuple[Cell, ...]
    negated: bool = False

    def accepts(self, given: object, value: Value) -> bool:
        if any(cell.accepts(given, value) for cell in self.alternatives):
            return not self.negated
        nobody_can_say = given is None and any(_orders(cell) for cell in self.alternatives)
        return self.negated and not nobody_can_say

    def expressions(self) -> Iterator[Checked]:
        for cell in self.alternatives:
            yield from cell.expressions()


def same(left: object, right: object) -> bool:
    """Whether two values are equal; yes is not the number 1."""
    return isinstance(left, bool) is isinstance(right, bool) and left == right


def _orders(cell: Cell) -> bool:
    return isinstance(cell, Range) or (isinstance(cell, Comparison) and cell.orders)


def read_cell(text: str, names: Names | None = None) -> Cell:
    """What a rule's cell asks. Raises ExpressionRefusedError when it cannot be read."""
    text = text.strip()
    if text in ANY:
        return Anything()
    if (inside := _negated(text)) is not None:
        return AnyOf(tuple(_test(part, names) for part in split(inside, ",")), negated=True)
    parts = split(text, ",")
    return _test(parts[0], names) if len(parts) == 1 else AnyOf(tuple(_test(part, names) for part in parts))


def split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside quotes and brackets."""
    parts, begins, depth = [], 0, 0
    for position, character in _outside_quotes(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and position >= begins and text.startswith(separator, position):
            parts.append(text[begins:position])
            begins = position + len(separator)
    return [*parts, text[begins:]]


def _outside_quotes(text: str) -> Iterator[tuple[int, str]]:
    quote, is_escaped = "", False
    for position, character in enumerate(text):
        if quote:
            if not is_escaped and character == quote:
                quote = ""
            is_escaped = character == "\\" and not is_escaped
        elif character in "'\"":
            quote = character
        else:
            yield position, character


def _negated(text: str) -> str | None:
    """What stands in `not(…)`, when its bracket spans the whole cell."""
    opening = re.match(r"not\s*\(", text)
    if opening is None:
        return None
    depth = 0
    for position, character in _outside_quotes(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character == ")":
            return text[opening.end() : position] if position == len(text) - 1 else None
    return None


def _test(text: str, names: Names | None) -> Cell:
    text = text.strip()
    if text in ANY:
        raise ExpressionRefusedError("One of the alternatives is empty. Remove the comma, or write what is meant.")
    if re.match(r"not\s*\(", text):
        raise ExpressionRefusedError("`not( )` stands around the whole cell: not('a', 'b').", text)
    if (span := _range(text, names)) is not None:
        return span
    for symbol in COMPARISONS:
        if text.startswith(symbol):
            return Comparison("==" if symbol == "=" else symbol, read_feel(text.removeprefix(symbol), names))
    return Comparison("==", read_feel(text, names))


def _range(text: str, names: Names | None) -> Range | None:
    """`[5..10]`; a bracket that is turned away, as in `]5..10[`, leaves its end out as a round one does."""
    if text[0] not in "[(]" or text[-1] not in "])[":
        return None
    ends = split(text[1:-1], "..")
    if len(ends) != 2:
        return None
    above, below = (read_feel(end, names) for end in ends)
    return Range(
        Comparison(">=" if text[0] == "[" else ">", above), Comparison("<=" if text[-1] == "]" else "<", below)
    )
