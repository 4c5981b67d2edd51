"""Schools and the versions of their calendars, as they are kept."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from attendance import calendar_file, tables
from attendance.calendar import SchoolCalendar
from attendance.calendar_file import JSON
from attendance.errors import AttendanceError


class NoCalendar(AttendanceError):
    """This school has no calendar yet."""


def save_school_calendar(
    db: Connection, content: Mapping[str, JSON], *, now: datetime, new_id: Callable[[], UUID]
) -> tuple[UUID, int]:
    """Keeps the school and the calendar of a calendar file; gives the school's id and the calendar's version.

    A version is made only when the calendar says something new: the older ones are never changed, because what was
    reckoned by them stands. Raises Unreadable.
    """
    calendar = calendar_file.calendar_of(content)
    details = asdict(calendar_file.school_of(content))
    details["address"] = list(details["address"])
    saved = insert(tables.school).values(id=new_id(), **details)
    # The update, even of nothing, locks the school until the transaction ends: versions follow one another.
    school_id: UUID = db.execute(
        saved.on_conflict_do_update(
            index_elements=["urn"], set_={name: saved.excluded[name] for name in details if name != "urn"}
        ).returning(tables.school.c.id)
    ).scalar_one()
    version = 0
    try:
        known, version = calendar_of(db, school_id)
        if known == calendar:
            return school_id, version
    except NoCalendar:
        pass
    db.execute(
        insert(tables.calendar).values(
            id=new_id(),
            school_id=school_id,
            version=version + 1,
            content={name: value for name, value in content.items() if name != "school"},
            created_at=now,
        )
    )
    return school_id, version + 1


def calendar_of(db: Connection, school_id: UUID) -> tuple[SchoolCalendar, int]:
    """A school's calendar as it is now, and its version. Raises NoCalendar."""
    kept = tables.calendar.c
    latest = (
        select(kept.content, kept.version).where(kept.school_id == school_id).order_by(kept.version.desc()).limit(1)
    )
    row = db.execute(latest).one_or_none()
    if row is None:
        raise NoCalendar
    return calendar_file.calendar_of(row.content), row.version
