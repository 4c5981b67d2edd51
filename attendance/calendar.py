"""A school's calendar: its school days, its school weeks, and how far they are known."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from attendance.errors import OutsideCalendar
from attendance.words import in_words
from attendance.working_days import SATURDAY, WorkingDays

JULY = 7  # A school year ends before the first term that begins after July (SI 1999/3181).


@dataclass(frozen=True)
class Closure:
    """A day on which the whole school was closed against its plan, and the mark its register bears."""

    mark: str
    reason: str = ""


@dataclass(frozen=True)
class SchoolCalendar:
    """Terms as pairs of first and last day, in order; staff days; closures. Source: domain.md 3.2, 3.5."""

    terms: tuple[tuple[date, date], ...]
    inset: frozenset[date] = frozenset()
    closures: Mapping[date, Closure] = field(default_factory=dict)
    days: WorkingDays = field(default_factory=WorkingDays)

    @property
    def start(self) -> date:
        """The first day of the first term."""
        return self.terms[0][0]

    @property
    def end(self) -> date:
        """The last day of the last term."""
        return self.terms[-1][1]

    @cached_property
    def known_until(self) -> date:
        """The last day of which it is known whether there is school: the end of the last week, or of July."""
        sunday = monday_of(self.end) + timedelta(days=6)
        return max(sunday, date(self.end.year, JULY, 31)) if self.end.month in (JULY - 1, JULY) else sunday

    @cached_property
    def school_days(self) -> tuple[date, ...]:
        """Monday to Friday inside a term, without staff days, closures and bank holidays."""
        return tuple(
            day
            for first, last in self.terms
            for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
            if day.weekday() < SATURDAY
            and day not in self.inset
            and day not in self.closures
            and not self.days.is_bank_holiday(day)
        )

    @cached_property
    def school_weeks(self) -> tuple[date, ...]:
        """The Mondays of the weeks that have at least one school day."""
        return tuple(dict.fromkeys(monday_of(day) for day in self.school_days))

    def covers(self, day: date) -> bool:
        """Whether the day lies between the first day of the first term and the last day of the last one."""
        return self.start <= day <= self.end

    def is_school_day(self, day: date) -> bool:
        """Whether this calendar has school on the day. A day outside the calendar is none."""
        return day in self._school_days

    def offered(self, day: date) -> date:
        """The last school day on or before a day. Raises OutsideCalendar. Source: domain.md 3.8, E1, E3."""
        self._know(day)
        place = bisect_right(self.school_days, day)
        if not place:
            raise OutsideCalendar(f"The school's calendar has no school day on or before {in_words(day)}.")
        return self.school_days[place - 1]

    def school_days_after(self, number: int, day: date) -> date:
        """The school day that comes `number` school days after `day`. Raises OutsideCalendar."""
        return self._following(self.school_days, number, day, what="school days") if number else day

    def school_weeks_after(self, number: int, day: date) -> date:
        """The same weekday in the `number`-th following school week; school may be closed on it: see `offered`.

        Raises OutsideCalendar past the calendar's end. Source: domain.md 3.8.
        """
        if not number:
            return day
        monday = self._following(self.school_weeks, number, day, what="school weeks")
        return monday + timedelta(days=day.weekday())

    def weeks_until(self, day: date, *, number: int) -> tuple[date, ...]:
        """The Mondays of the last school weeks, that of `day` included; fewer when the calendar begins later."""
        place = bisect_right(self.school_weeks, monday_of(day))
        return self.school_weeks[max(0, place - number) : place]

    def latest_internal_review(self, decided: date, *, weeks: int, school_days: int) -> date:
        """The last school day for an internal review: within so many school weeks, and so many school days.

        Raises OutsideCalendar when the calendar ends before so many weeks. Source: R078, A5.
        """
        by_weeks = self.school_weeks_after(weeks, decided)
        try:
            by_days = self.school_days_after(school_days, decided)
        except OutsideCalendar:  # so many days are more than the weeks hold
            by_days = by_weeks
        return self.offered(min(by_weeks, by_days))

    @cached_property
    def _school_days(self) -> frozenset[date]:
        return frozenset(self.school_days)

    def _following(self, all_of: tuple[date, ...], number: int, day: date, *, what: str) -> date:
        if number < 0:
            raise ValueError(f"A number of {what} is never below 0.")
        if day < monday_of(self.start):
            raise OutsideCalendar(
                f"{in_words(day)} is before the school's calendar, which begins {in_words(self.start)}."
            )
        # The Monday of the day's own week is on or before the day, so that this week is never counted.
        place = bisect_right(all_of, day) + number - 1
        if place >= len(all_of):
            raise OutsideCalendar(
                f"{number} {what} after {in_words(day)} lie past the end of the school's calendar, "
                f"{in_words(self.end)}."
            )
        return all_of[place]

    def _know(self, day: date) -> None:
        if day > self.known_until:
            raise OutsideCalendar(f"{in_words(day)} is past the end of the school's calendar, {in_words(self.end)}.")


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())
