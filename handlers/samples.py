"""A case that never was, on which the expressions of diagrams are tried: everything in it happens today."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, partial
from types import SimpleNamespace

from attendance.calendar import SchoolCalendar
from attendance.errors import AttendanceError
from attendance.moments import LONDON
from handlers import REGISTRY, calendar_facts

FARTHEST = 400  # so many days or weeks are counted on, and no more
BEGINS, MEETS = time(9), time(9, 30)
# The parts of a usual school year, from month and day to month and day.
TERMS = ((9, 2, 10, 23), (11, 2, 12, 18), (1, 4, 2, 12), (2, 22, 3, 25), (4, 12, 5, 28), (6, 7, 7, 21))
SEPTEMBER = 9


class TooFar(AttendanceError):
    """A sample is not counted on so far."""


@dataclass(frozen=True)
class SampleCase:
    """Sample facts of a pupil with nine of sixty sessions, whose letters arrive and whose parents come."""

    today: date

    def facts(self) -> Mapping[str, Callable[..., object]]:
        """Every fact of the registry: those that count days really count, in a usual school's calendar."""
        counting = {name: f for name, f in REGISTRY.facts.items() if f.__module__ == calendar_facts.__name__}
        return {name: partial(self._count, function) for name, function in counting.items()} | {
            name: partial(_answer, value) for name, value in self.answers.items()
        }

    @cached_property
    def answers(self) -> Mapping[str, object]:
        """What the facts say that would be read from records."""
        days = (
            "held_on", "look_again_on", "outcome_on", "internal_review_on", "referred_on", "next_limitation_date",
            "invite_to_review_on", "latest_posting_day", "notice_runs_from",
        )  # fmt: skip
        return dict.fromkeys(days, self.today) | {
            "meeting_starts": datetime.combine(self.today, MEETS, LONDON).isoformat(),
            "possible_sessions": 60,
            "unauthorised_sessions": 9,
            "further_unauthorised": 2,
            "target_met": False,
            "improved": True,
            "defence_suggested": False,
            "still_chargeable": True,
            "posted_in_time": True,
            "notice_long_enough": True,
            "notice_stands": True,
            "reply_undecided": False,
        }

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """School years as they usually are, around today."""
        first = self.today.year - (self.today.month < SEPTEMBER) - 1
        return SchoolCalendar(
            terms=tuple(
                (date(year + (month < SEPTEMBER), month, day), date(year + (until < SEPTEMBER), until, last))
                for year in range(first, first + 4)
                for month, day, until, last in TERMS
            )
        )

    def _count(self, function: Callable[..., object], *given: object, **named: object) -> object:
        if any(type(number) is int and number > FARTHEST for number in (*given, *named.values())):
            raise TooFar(f"A sample is not counted on by more than {FARTHEST}.")
        opened = datetime.combine(self.today, BEGINS, LONDON)
        sample = SimpleNamespace(calendar=self.calendar, case=SimpleNamespace(opened_at=opened), now=opened)
        return function(sample, *given, **named)


def _answer(value: object, *_: object, **__: object) -> object:
    return value
