"""How attendance stands against the target that was agreed, and against what it was before."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Count:
    """Sessions: how many were possible, how many of them unauthorised absence."""

    possible: int
    unauthorised: int


@dataclass(frozen=True)
class Progress:
    """The target period so far, beside the window on which the case was opened."""

    allowed: int
    period_from: date
    period_to: date
    counted_to: date
    since: Count
    before: Count

    @property
    def is_achieved(self) -> bool:
        """No more unauthorised sessions than agreed. A period in which nothing was possible shows nothing."""
        return self.since.possible > 0 and self.since.unauthorised <= self.allowed

    @property
    def has_improved(self) -> bool:
        """A smaller share of the possible sessions is unauthorised than before. Source: R073."""
        return has_improved(self.since, self.before)


def has_improved(since: Count, before: Count) -> bool:
    """Compared in whole numbers, so that no rounding decides. Nothing possible since is no improvement."""
    return since.possible > 0 and since.unauthorised * before.possible < before.unauthorised * since.possible
