"""How fresh a school's marks are. What is decided on old marks is decided on what may not be so any more."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from attendance.registers import last_mark_of
from attendance.schools import NoCalendar, calendar_of
from attendance.tables import register_import

FRESH_SCHOOL_DAYS = 2  # a mark is to be corrected within five; a nightly export is one day old


@dataclass(frozen=True)
class Freshness:
    """The day of a school's last mark, when a file last came, and how many school days have passed since that day."""

    marks_as_at: date | None
    last_file_at: datetime | None
    school_days_since: int | None  # today included; None without a mark
    is_stale: bool


def freshness_of(db: Connection, school_id: UUID, *, today: date) -> Freshness:
    """How fresh a school's marks are today. Without a mark they are stale once there was school.

    Without a calendar they are stale, too: nobody knows the school's days.
    """
    last = last_mark_of(db, school_id, on=today)
    i = register_import.c
    came: datetime | None = db.execute(select(func.max(i.imported_at)).where(i.school_id == school_id)).scalar_one()
    try:
        calendar, _ = calendar_of(db, school_id)
    except NoCalendar:
        return Freshness(last, came, None, is_stale=True)
    passed = bisect_right(calendar.school_days, today)
    since = passed - bisect_right(calendar.school_days, last) if last else None
    is_stale = (passed if since is None else since) > FRESH_SCHOOL_DAYS
    return Freshness(last, came, since, is_stale)
