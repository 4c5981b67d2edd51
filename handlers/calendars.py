"""What people do with calendars: kept while no case rests on them, otherwise drafted and approved."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, exists, select

from attendance import tables
from attendance.calendar_drafts import approve_draft
from attendance.calendar_file import JSON, school_of
from attendance.errors import AttendanceError
from attendance.proclaiming import Proclaimed, approve_proclamation
from attendance.schools import latest_calendar, lock_school, save_school_calendar
from engine import tables as engine_tables
from engine.clock import now as read_clock
from engine.database import transaction, wake_workers
from engine.ids import new_id
from engine.runtime import Runtime


class RestsOnCalendar(AttendanceError):
    """Open cases rest on this calendar. Make the change a draft, look at what it would move, and have it approved."""


def keep_calendar(runtime: Runtime, content: Mapping[str, JSON]) -> tuple[UUID, int]:
    """Keeps a school and its calendar at once; gives its id and the calendar's version.

    Raises Unreadable, and RestsOnCalendar when the calendar would change and cases are open.
    """
    with transaction(runtime.engine) as db:
        before = _version_of(db, school_of(content).urn)
        school_id, version = save_school_calendar(db, content, now=read_clock(db), new_id=new_id)
        if before not in (None, version) and has_open_cases(db, school_id):
            raise RestsOnCalendar
        return school_id, version


def approve_calendar(runtime: Runtime, draft_id: UUID, *, by: str, reason: str, revision: int | None = None) -> int:
    """Makes a draft the calendar's next version; open cases follow, each in its own transaction.

    Raises AlreadyDecided, DraftChanged, DraftOutdated.
    """
    with transaction(runtime.engine) as db:
        version = approve_draft(
            db, draft_id, by=by, reason=reason, now=read_clock(db), new_id=new_id, revision=revision
        )
        wake_workers(db)
        return version


def approve_statement(runtime: Runtime, proclamation_id: UUID, *, by: str, reason: str) -> list[Proclaimed]:
    """Makes a statement on bank holidays count in every school; open cases follow. Raises AlreadyDecided."""
    with transaction(runtime.engine) as db:
        changed = approve_proclamation(db, proclamation_id, by=by, reason=reason, now=read_clock(db), new_id=new_id)
        wake_workers(db)
        return changed


def has_open_cases(db: Connection, school_id: UUID) -> bool:
    """Whether any case of a school is open."""
    c = engine_tables.case.c
    return bool(db.execute(select(exists().where(c.owner_id == school_id, c.closed_at.is_(None)))).scalar())


def _version_of(db: Connection, urn: str) -> int | None:
    """The version of a school's calendar, which nobody else changes from here on; None where there is none."""
    school_id = db.execute(select(tables.school.c.id).where(tables.school.c.urn == urn)).scalar_one_or_none()
    if school_id is None:
        return None
    lock_school(db, school_id)
    current = latest_calendar(db, school_id)
    return current.version if current is not None else None
