"""What one calendar says otherwise than another: days that close or open, days that are working days or no longer."""

from dataclasses import dataclass
from datetime import date

from attendance.calendar import SchoolCalendar
from attendance.working_days import SATURDAY, WorkingDays, bank_holidays_of


@dataclass(frozen=True)
class ClosedDay:
    """A day that is no school day any more, and why."""

    day: date
    because: str


@dataclass(frozen=True)
class Difference:
    """What a change does to days. Each in order."""

    closed: tuple[ClosedDay, ...]
    opened: tuple[date, ...]
    new_bank_holidays: tuple[date, ...]  # weekdays that were working days
    former_bank_holidays: tuple[date, ...]  # weekdays that are working days again


def difference(before: SchoolCalendar, after: SchoolCalendar) -> Difference:
    """What changes from one calendar to the other."""
    was, becomes = set(before.school_days), set(after.school_days)
    old, new = _bank_holidays(before.days, after.days), _bank_holidays(after.days, before.days)
    return Difference(
        closed=tuple(ClosedDay(day, why_closed(after, day)) for day in sorted(was - becomes)),
        opened=tuple(sorted(becomes - was)),
        new_bank_holidays=tuple(sorted(new - old)),
        former_bank_holidays=tuple(sorted(old - new)),
    )


def why_closed(calendar: SchoolCalendar, day: date) -> str:
    """Why there is no school on a day; "" when there is."""
    if calendar.is_school_day(day):
        return ""
    if day.weekday() >= SATURDAY:
        return "a weekend"
    if calendar.days.is_bank_holiday(day):
        return "a bank holiday"
    if day in calendar.closures:
        closure = calendar.closures[day]
        return f"closed: {closure.reason} ({closure.mark})" if closure.reason else f"closed ({closure.mark})"
    if day in calendar.inset:
        return "a staff day"
    return "outside the terms"


def _bank_holidays(days: WorkingDays, other: WorkingDays) -> set[date]:
    """The weekdays off in each year of which either knows something of its own."""
    own = days.proclaimed | days.replaced | other.proclaimed | other.replaced
    candidates = own | {day for year in {day.year for day in own} for day in bank_holidays_of(year)}
    return {day for day in candidates if days.is_bank_holiday(day) and day.weekday() < SATURDAY}
