"""Chance that is the same in every release of Python: only `random()` promises that."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


def pick(random: Random, things: Sequence[Thing]) -> Thing:
    """One of them."""
    return things[number(random, below=len(things))]


def number(random: Random, *, below: int) -> int:
    """A whole number from 0."""
    return int(random.random() * below)


def shuffled(random: Random, things: Sequence[Thing]) -> list[Thing]:
    """All of them, in another order."""
    drawn = [(random.random(), place) for place in range(len(things))]
    return [things[place] for _, place in sorted(drawn)]
