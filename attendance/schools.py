"""Schools and the versions of their calendars, as they are kept."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from attendance import calendar_file, tables
from attendance.calendar import SchoolCalendar
from attendance.calendar_content import kept
from attendance.calendar_file import JSON
from attendance.errors import AttendanceError
from attendance.proclamations import as_proclaimed


class NoCalendar(AttendanceError):
    """This school has no calendar yet."""


def save_school_calendar(
    db: Connection, content: Mapping[str, JSON], *, now: datetime, new_id: Callable[[], UUID]
) -> tuple[UUID, int]:
    """Keeps the school and the calendar of a calendar file; gives the school's id and the calendar's version.

    A version is made only when the calendar says something new: the older ones are never changed, because what was
    reckoned by them stands. It asks nobody: once cases rest on the calendar, a change is a draft. Raises Unreadable.
    """
    new = kept(content)
    details = asdict(calendar_file.school_of(content))
    details["address"] = list(details["address"])
    saved = upsert(tables.school).values(id=new_id(), **details)
    # The update, even of nothing, locks the school until the transaction ends: versions follow one another.
    school_id: UUID = db.execute(
        saved.on_conflict_do_update(
            index_elements=["urn"], set_={name: saved.excluded[name] for name in details if name != "urn"}
        ).returning(tables.school.c.id)
    ).scalar_one()
    new = as_proclaimed(db, new)
    current = latest_calendar(db, school_id)
    if current is not None and kept(current.content) == new:
        return school_id, current.version
    version = current.version + 1 if current is not None else 1
    add_version(db, school_id, new, version=version, now=now, new_id=new_id)
    return school_id, version


def add_version(
    db: Connection,
    school_id: UUID,
    content: Mapping[str, JSON],
    *,
    version: int,
    now: datetime,
    new_id: Callable[[], UUID],
    approved_by: str | None = None,
    reason: str = "",
) -> None:
    """Keeps a version of a calendar. The school is locked by whoever asks, so that versions follow one another."""
    db.execute(
        insert(tables.calendar).values(
            id=new_id(),
            school_id=school_id,
            version=version,
            content=dict(content),
            approved_by=approved_by,
            reason=reason,
            created_at=now,
        )
    )


def lock_school(db: Connection, school_id: UUID) -> None:
    """Lets no other version of this school's calendar be made until the transaction ends."""
    db.execute(select(tables.school.c.id).where(tables.school.c.id == school_id).with_for_update(key_share=True)).one()


def latest_calendar(db: Connection, school_id: UUID) -> Row[Any] | None:
    """The row of a calendar's latest version; None when there is none."""
    c = tables.calendar.c
    return db.execute(
        select(tables.calendar).where(c.school_id == school_id).order_by(c.version.desc()).limit(1)
    ).one_or_none()


def calendar_of(db: Connection, school_id: UUID) -> tuple[SchoolCalendar, int]:
    """A school's calendar as it is now, and its version. Raises NoCalendar."""
    row = latest_calendar(db, school_id)
    if row is None:
        raise NoCalendar
    return calendar_file.calendar_of(row.content), row.version


def calendar_version(db: Connection, school_id: UUID, version: int) -> SchoolCalendar:
    """A school's calendar as it was in one version. Raises NoCalendar."""
    c = tables.calendar.c
    content = db.execute(select(c.content).where(c.school_id == school_id, c.version == version)).scalar_one_or_none()
    if content is None:
        raise NoCalendar
    return calendar_file.calendar_of(content)
