"""The earliest days on which a meeting can be held in school after a letter of today."""

from dataclasses import dataclass
from datetime import date

from attendance.calendar import SchoolCalendar
from attendance.notice import Notice


@dataclass(frozen=True)
class Slots:
    """The earliest school days by each way of counting; None where the school's calendar ends before."""

    posted_on: date  # the day from which the notice is counted
    notice: Notice
    literal: date | None
    clear: date | None
    evidence: date | None

    @property
    def as_json(self) -> dict[str, str | None]:
        """The days as a form shows them."""
        days = {"posted_on": self.posted_on, "literal": self.literal, "clear": self.clear, "evidence": self.evidence}
        return {name: day.isoformat() if day else None for name, day in days.items()}


def slots(today: date, *, notice: Notice, calendar: SchoolCalendar) -> Slots:
    """The earliest school days for a letter that is posted today, or on the next working day. Source: domain.md 3.3."""
    return Slots(
        calendar.days.on_or_after(today),
        notice,
        first_school_day(notice.literal, calendar=calendar),
        first_school_day(notice.clear, calendar=calendar),
        first_school_day(notice.evidence_grade, calendar=calendar),
    )


def first_school_day(day: date, *, calendar: SchoolCalendar) -> date | None:
    """The first school day on or after a day; None when the calendar ends before."""
    return next((found for found in calendar.school_days if found >= day), None)


def grade_of(meeting: date, notice: Notice) -> str:
    """How well a notice stands as evidence: `evidence`, `clear`, `literal`, or `short` when it is unlawful."""
    if meeting >= notice.evidence_grade:
        return "evidence"
    if meeting >= notice.clear:
        return "clear"
    return "literal" if meeting >= notice.literal else "short"
