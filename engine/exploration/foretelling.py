"""What an act does to one token, known from when it was done before.

Most acts move one token along its own branch, whatever stands on the others. Their outcome need not be executed again
where it leads to a standing that is known already; where it leads to a new one, it is executed.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.exploration.choices import Chosen
from engine.exploration.standing import Spot, Standing
from engine.exploration.stories import Act
from engine.exploration.world import World
from engine.invariants import Happening, Watch


@dataclass(frozen=True)
class Outcome:
    """What came of an act that was executed."""

    standing: Standing
    seen: tuple[Happening, ...]
    passed: frozenset[str]
    chosen: tuple[Chosen, ...]


@dataclass(frozen=True)
class Effect:
    """One way in which an act went: what was so, what happened, and which tokens came instead of its own."""

    chosen: tuple[Chosen, ...]
    seen: tuple[Happening, ...]
    come: tuple[tuple[Spot, int], ...]
    in_company: bool  # its branch ended, which ends what is around it unless other tokens are there


class Foretelling:
    """The effects of the acts that were executed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._effects: dict[tuple[Act, Spot], list[Effect] | None] = {}

    def known(self, act: Act, standing: Standing) -> list[Effect]:
        """All that an act can do here; nothing where that depends on more than its own token, or was never seen."""
        spot = standing.spot(act.path, act.item)
        if spot is None:
            return []
        effects = self._effects.get((act, spot)) or []
        alone = any(effect.in_company for effect in effects) and not standing.has_others(spot)
        return [] if alone else effects

    def outcome(self, act: Act, standing: Standing, effect: Effect) -> tuple[Standing, Watch]:
        """Where an act leads that goes as it went before, with what must hold asked again."""
        watch = Watch(self._world.rules, standing.marks)
        for happening in effect.seen:
            watch.see(happening)
        spot = standing.spot(act.path, act.item)
        gone = Counter([spot]) if spot is not None else Counter[Spot]()
        after = standing.changed(gone, Counter(dict(effect.come)), watch.marks)
        watch.rest(*self._world.called(after.elements))
        return after, watch

    def learn(self, act: Act, before: Standing, outcomes: Iterable[Outcome | None]) -> None:
        """Keeps what an act did in each way in which it went."""
        spot = before.spot(act.path, act.item)
        if spot is None or (act, spot) in self._effects:
            return
        effects: list[Effect] | None = []
        for outcome in outcomes:
            effect = self._effect(act, spot, before, outcome)
            if effect is None or effects is None:
                effects = None
                break
            effects.append(effect)
        self._effects[act, spot] = effects

    def _effect(self, act: Act, spot: Spot, before: Standing, outcome: Outcome | None) -> Effect | None:
        """What the act did, if it moved its own token and nothing else could have been different."""
        is_one_of_several = bool(spot[1])  # what follows waits for the others of its list
        if outcome is None or is_one_of_several or self._world.touching & outcome.passed:
            return None
        gone, come = before.differs(outcome.standing)
        if not gone and not self._world.is_beside(act.element):
            # It has come back to where it was, as one who listens again.
            gone, come = Counter([spot]), come + Counter([spot])
        if gone != Counter([spot]) or any(self._meets(path) for path, _, _ in come):
            return None
        ends = not come and not self._world.is_beside(act.element)
        return Effect(outcome.chosen, outcome.seen, tuple(come.items()), ends)

    def _meets(self, path: str) -> bool:
        """Whether a token waits there for others, who may have come already another time."""
        return not self._world.touching.isdisjoint(path.split("/"))
