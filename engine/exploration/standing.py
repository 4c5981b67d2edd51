"""Where a case stands: what it waits for, and what of its past can still make a difference."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import orjson

from engine.exploration.flow import Flow
from engine.spiff.copying import Token, tokens
from engine.spiff.workflow import CaseWorkflow, Place, WaitingTimer

Spot = tuple[str, str, str]  # path, item, and the values that still decide something


@dataclass(frozen=True)
class Standing:
    """Two cases that stand alike go on alike: tokens at the same spots, and the same marks."""

    spots: frozenset[tuple[Spot, int]]  # with how many tokens
    marks: frozenset[str]

    @cached_property
    def elements(self) -> frozenset[str]:
        """The elements at which tokens stand."""
        return frozenset(path.rpartition("/")[2] for (path, _, _), _ in self.spots)

    @property
    def most_alike(self) -> int:
        """How many tokens stand at one place for one thing, at most, whatever their values."""
        alike: Counter[tuple[str, str]] = Counter()
        for (path, item, _), number in self.spots:
            alike[path, item] += number
        return max(alike.values(), default=0)

    def spot(self, path: str, item: str) -> Spot | None:
        """The one spot that has this path and item; nothing where there are several."""
        found = [spot for spot, _ in self.spots if spot[:2] == (path, item)]
        return found[0] if len(found) == 1 else None

    def has_others(self, spot: Spot) -> bool:
        """Whether other tokens stand in the same process or subprocess as this one, or deeper in it."""
        around, inside, _ = spot[0].rpartition("/")
        return any(other != spot or number > 1 for other, number in self.spots if other[0].startswith(around + inside))

    def differs(self, later: "Standing") -> tuple[Counter[Spot], Counter[Spot]]:
        """The tokens that have gone since, and those that have come."""
        before, after = Counter(dict(self.spots)), Counter(dict(later.spots))
        return before - after, after - before

    def changed(self, gone: Counter[Spot], come: Counter[Spot], marks: Iterable[str]) -> "Standing":
        """This standing without some tokens and with others."""
        spots = Counter(dict(self.spots))
        spots.subtract(gone)
        spots.update(come)
        return Standing(frozenset((spot, number) for spot, number in spots.items() if number), frozenset(marks))


@dataclass(frozen=True)
class Resting:
    """A case that has come to rest."""

    tasks: tuple[Place, ...]
    timers: tuple[WaitingTimer, ...]
    listeners: tuple[Place, ...]
    tokens: tuple[Token, ...]
    is_over: bool

    @classmethod
    def of(cls, case: CaseWorkflow) -> "Resting":
        """What a case waits for."""
        return cls(
            tuple(case.user_tasks()), tuple(case.timers()), tuple(case.listeners()), tuple(tokens(case)), case.is_over
        )

    @cached_property
    def known(self) -> frozenset[UUID]:
        """The tokens of tasks and timers, by which new ones are told."""
        return frozenset([place.token for place in self.tasks] + [timer.place.token for timer in self.timers])

    def new_since(self, before: "Resting | None") -> Iterator[tuple[str, str, str]]:
        """The timers and tasks that have come to wait: kind, element, and the word for it."""
        known = before.known if before is not None else frozenset()
        for timer in self.timers:
            if timer.place.token not in known:
                yield "timer", timer.place.element, "arms"
        for place in self.tasks:
            if place.token not in known:
                yield "task", place.element, "opens"

    @property
    def wrong(self) -> str:
        """What is wrong with resting here; empty when nothing is."""
        if self.is_over:
            left = sorted({token.element for token in self.tokens})
            return f"The case has ended, but something still waits: {', '.join(left)}." if left else ""
        if self.tasks or self.listeners or any(not timer.is_boundary for timer in self.timers):
            return ""
        return "The case rests here for ever: no task, no timer, and nothing that could be reported."

    def standing(self, flow: Flow, marks: Iterable[str]) -> Standing:
        """What of it makes a difference from here on."""
        found = Counter((token.path, token.item, _values(token, flow)) for token in self.tokens)
        return Standing(frozenset(found.items()), frozenset(marks))


def _values(token: Token, flow: Flow) -> str:
    matters = flow.matters(token.element)
    return orjson.dumps({name: token.data[name] for name in sorted(matters) if name in token.data}).decode()
