"""Says in time that a calendar is about to end: the bank holidays that are published, or a school's own terms."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from attendance.calendar import SchoolCalendar
from attendance.months import months_after
from attendance.words import in_words

# From the panel to the limit a case may last eighteen months, and next year's list is published every autumn.
BANK_HOLIDAY_MONTHS = 18
SCHOOL_MONTHS = 12


class Ends(StrEnum):
    """What ends."""

    BANK_HOLIDAYS = "bank_holidays"
    SCHOOL_CALENDAR = "school_calendar"


@dataclass(frozen=True)
class Alert:
    """Something that ends soon, or has ended."""

    what: Ends
    until: date
    sentence: str


def bank_holiday_alert(published_until: date, *, today: date) -> Alert | None:
    """Whether the published bank holidays end within 18 months."""
    if published_until > months_after(BANK_HOLIDAY_MONTHS, today):
        return None
    return Alert(
        Ends.BANK_HOLIDAYS,
        published_until,
        f"The published bank holidays are known until {in_words(published_until)}; later ones are worked out by rule. "
        "When the next list is published, say so and add what differs.",
    )


def school_alert(calendar: SchoolCalendar, *, school: str, today: date) -> Alert | None:
    """Whether a school's calendar ends within 12 months: dates past its end cannot be worked out."""
    if calendar.end > months_after(SCHOOL_MONTHS, today):
        return None
    ends = "ended" if calendar.end < today else "ends"
    return Alert(
        Ends.SCHOOL_CALENDAR,
        calendar.end,
        f"The calendar of {school} {ends} on {in_words(calendar.end)}. Import the next school year.",
    )
