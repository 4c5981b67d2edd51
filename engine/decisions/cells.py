"""The cells of a decision table's rules: what each asks of its input."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from engine.expressions import Checked, ExpressionRefusedError, check
from engine.expressions.operators import compare

ANY = ("", "-")
# Longest first, so that <= is not read as <.
COMPARISONS = ("<=", ">=", "!=", "==", "<", ">", "=")
LITERALS: Mapping[str, str] = {"true": "True", "false": "False", "null": "None"}  # as other editors write them

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

    def accepts(self, given: object, value: Value) -> bool:
        other = value(self.expression)
        if self.symbol in ("==", "!="):
            return same(given, other) is (self.symbol == "==")
        return compare(self.symbol, given, other)

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
    """Alternatives with commas between them; `not(…)` around them turns the answer round."""

    alternatives: tuple[Cell, ...]
    negated: bool = False

    def accepts(self, given: object, value: Value) -> bool:
        return any(cell.accepts(given, value) for cell in self.alternatives) is not self.negated

    def expressions(self) -> Iterator[Checked]:
        for cell in self.alternatives:
            yield from cell.expressions()


def same(left: object, right: object) -> bool:
    """Whether two values are equal; yes is not the number 1."""
    return isinstance(left, bool) is isinstance(right, bool) and left == right


def read_cell(text: str) -> Cell:
    """What a rule's cell asks. Raises ExpressionRefusedError when it cannot be read."""
    text = text.strip()
    if text in ANY:
        return Anything()
    if (inside := _negated(text)) is not None:
        return AnyOf(tuple(_test(part) for part in split(inside, ",")), negated=True)
    parts = split(text, ",")
    return _test(parts[0]) if len(parts) == 1 else AnyOf(tuple(_test(part) for part in parts))


def read_value(text: str) -> Checked:
    """The expression of an output cell or of one end of a comparison; `true`, `false` and `null` are understood."""
    text = text.strip()
    return check(LITERALS.get(text, text))


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


def _test(text: str) -> Cell:
    text = text.strip()
    if text in ANY:
        raise ExpressionRefusedError("One of the alternatives is empty. Remove the comma, or write what is meant.")
    if re.match(r"not\s*\(", text):
        raise ExpressionRefusedError("`not( )` stands around the whole cell: not('a', 'b').", text)
    if (span := _range(text)) is not None:
        return span
    for symbol in COMPARISONS:
        if text.startswith(symbol):
            return Comparison("==" if symbol == "=" else symbol, read_value(text.removeprefix(symbol)))
    return Comparison("==", read_value(text))


def _range(text: str) -> Range | None:
    if text[0] not in "[(" or text[-1] not in "])":
        return None
    ends = split(text[1:-1], "..")
    if len(ends) != 2:
        return None
    above, below = (read_value(end) for end in ends)
    return Range(
        Comparison(">=" if text[0] == "[" else ">", above), Comparison("<=" if text[-1] == "]" else "<", below)
    )
