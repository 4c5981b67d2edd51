"""What is wrong with a decision table, and where."""

from collections.abc import Sequence
from typing import TypeAlias

from engine.errors import BundleRefused

Problem: TypeAlias = tuple[str, str]  # id of the element, and the sentence


class DecisionError(BundleRefused):
    """This decision table cannot be read or does not decide."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(f"{element}: {sentence}" for element, sentence in problems))
        self.problems = tuple(problems)
