"""What a statement on bank holidays makes of every school's calendar."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from attendance import tables
from attendance.calendar_content import kept, with_bank_holidays
from attendance.calendar_file import JSON
from attendance.drafts import DraftState
from attendance.proclamations import Proclamation, close_proclamation
from attendance.schools import add_version, latest_calendar, lock_school


@dataclass(frozen=True)
class Proclaimed:
    """A school whose calendar a statement changes: the version that it has, and what the next one would say."""

    school_id: UUID
    version: int
    content: Mapping[str, JSON]


def changed_by(db: Connection, statement: Proclamation, *, lock: bool = False) -> Iterator[Proclaimed]:
    """The schools whose calendars a statement changes, always in the same order."""
    for school_id in db.execute(select(tables.school.c.id).order_by(tables.school.c.id)).scalars().all():
        if lock:
            lock_school(db, school_id)
        current = latest_calendar(db, school_id)
        if current is None:
            continue
        content = with_bank_holidays(current.content, added=statement.added, dropped=statement.dropped)
        if content != kept(current.content):
            yield Proclaimed(school_id, current.version, content)


def approve_proclamation(
    db: Connection, proclamation_id: UUID, *, by: str, reason: str, now: datetime, new_id: Callable[[], UUID]
) -> list[Proclaimed]:
    """Makes a statement count, once: every school whose calendar it changes has another version then.

    Schools that come later have it in their first version. Raises AlreadyDecided.
    """
    statement = close_proclamation(db, proclamation_id, state=DraftState.APPROVED, by=by, reason=reason, now=now)
    changed = list(changed_by(db, statement, lock=True))
    for school in changed:
        add_version(
            db,
            school.school_id,
            school.content,
            version=school.version + 1,
            now=now,
            new_id=new_id,
            approved_by=by,
            reason=f"{statement.title}: {reason}",
        )
    return changed
