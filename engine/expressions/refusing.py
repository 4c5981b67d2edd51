"""The error of an expression, with the expression it is about."""

from dataclasses import dataclass

from engine.errors import ExpressionError

SHOWN = 200  # characters of the expression that a message repeats


@dataclass(eq=False)
class ExpressionRefusedError(ExpressionError):
    """What is wrong with an expression, and what to write instead."""

    sentence: str
    expression: str = ""

    def __str__(self) -> str:
        return f"{self.sentence} In: {shortened(self.expression, SHOWN)}" if self.expression else self.sentence


def shortened(text: str, length: int) -> str:
    """The text on one line, printable, cut at a length."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text[: length * 2].split()))
    return line if len(line) <= length else f"{line[: length - 1]}…"
