"""What a diagram lets people do to a timer by hand. What it does not name, nobody does."""

from dataclasses import dataclass
from enum import StrEnum

from engine.bindings import Binding


class Act(StrEnum):
    """What can be done to a timer. Whatever may be paused may be resumed."""

    RESCHEDULE = "reschedule"
    FIRE = "fire"
    PAUSE = "pause"
    RESUME = "resume"


DRAWN = (Act.RESCHEDULE, Act.FIRE, Act.PAUSE)  # what the property `byHand` may name


@dataclass(frozen=True)
class ByHand:
    """The acts that an element of a diagram allows, the rules that a refusal names, and its first and last moment.

    `first` and `until` are expressions, empty where nothing but good sense bounds a moment set by hand.
    """

    acts: frozenset[str]
    rule: str
    first: str
    until: str


NOTHING = ByHand(frozenset(), "", "", "")


def by_hand(binding: Binding | None) -> ByHand:
    """What an element allows by its properties `byHand…`; nothing where it stands on no diagram."""
    if binding is None:
        return NOTHING
    named = frozenset(word.strip() for word in binding.properties.get("byHand", "").split(",")) - {""}
    return ByHand(
        acts=named | {Act.RESUME} if Act.PAUSE in named else named,
        rule=binding.properties.get("byHandRule", ""),
        first=binding.properties.get("byHandFrom", ""),
        until=binding.properties.get("byHandUntil", ""),
    )
