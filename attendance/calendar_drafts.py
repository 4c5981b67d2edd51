"""Drafts of a school's calendar: made, changed, brought up to date, approved once by a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from attendance import tables
from attendance.calendar_content import kept, rebased
from attendance.calendar_entries import LeftOut
from attendance.calendar_file import JSON
from attendance.drafts import AlreadyDecided, DraftChanged, DraftOutdated, DraftState, NothingNew
from attendance.proclamations import as_proclaimed
from attendance.schools import NoCalendar, add_version, latest_calendar, lock_school


@dataclass(frozen=True)
class CalendarDraft:
    """A draft as it stands. `based_on` is the version that it would follow, `version` the one that it became."""

    id: UUID
    school_id: UUID
    based_on: int
    content: Mapping[str, JSON]
    source: str
    left_out: tuple[LeftOut, ...]
    state: DraftState
    revision: int
    drafted_by: str
    drafted_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    reason: str
    version: int | None


def draft_calendar(
    db: Connection,
    school_id: UUID,
    content: Mapping[str, JSON],
    *,
    source: str,
    author: str,
    now: datetime,
    new_id: Callable[[], UUID],
    left_out: Sequence[LeftOut] = (),
) -> UUID:
    """Drafts the next version of a school's calendar. Raises Unreadable, NoCalendar, NothingNew."""
    current = _current(db, school_id)
    draft_id = new_id()
    db.execute(
        insert(tables.calendar_draft).values(
            id=draft_id,
            school_id=school_id,
            based_on=current.version,
            content=_something_new(db, content, current),
            source=source,
            left_out=[asdict(one) for one in left_out],
            state=DraftState.OPEN,
            revision=1,
            drafted_by=author,
            drafted_at=now,
        )
    )
    return draft_id


def draft_by_id(db: Connection, draft_id: UUID) -> CalendarDraft:
    """Raises NoResultFound when there is no such draft."""
    return _read(db.execute(select(tables.calendar_draft).where(tables.calendar_draft.c.id == draft_id)).one())


def drafts_of(db: Connection, school_id: UUID) -> list[CalendarDraft]:
    """Every draft of a school's calendar, the newest first."""
    d = tables.calendar_draft.c
    found = select(tables.calendar_draft).where(d.school_id == school_id).order_by(d.drafted_at.desc(), d.id.desc())
    return [_read(row) for row in db.execute(found)]


def change_draft(db: Connection, draft_id: UUID, content: Mapping[str, JSON], *, revision: int | None = None) -> None:
    """Puts other content into an open draft, which then follows the calendar as it is now.

    Raises AlreadyDecided, DraftChanged, Unreadable, NothingNew.
    """
    draft = _open(db, draft_id, revision)
    current = _current(db, draft.school_id)
    _keep(db, draft, based_on=current.version, content=_something_new(db, content, current))


def rebase_draft(db: Connection, draft_id: UUID, *, revision: int | None = None) -> None:
    """Does what a draft changes to the calendar as it is now.

    Raises AlreadyDecided, DraftChanged, NothingNew, and Unreadable when both changes clash.
    """
    draft = _open(db, draft_id, revision)
    current = _current(db, draft.school_id)
    c = tables.calendar.c
    base = db.execute(select(c.content).where(c.school_id == draft.school_id, c.version == draft.based_on)).scalar_one()
    content = rebased(draft.content, base=base, onto=current.content)
    _keep(db, draft, based_on=current.version, content=_something_new(db, content, current))


def discard_draft(db: Connection, draft_id: UUID, *, by: str, now: datetime) -> None:
    """Nothing comes of an open draft. Raises AlreadyDecided."""
    _keep(db, _open(db, draft_id, None), state=DraftState.DISCARDED, closed_by=by, closed_at=now)


def approve_draft(
    db: Connection,
    draft_id: UUID,
    *,
    by: str,
    reason: str,
    now: datetime,
    new_id: Callable[[], UUID],
    revision: int | None = None,
) -> int:
    """Makes an open draft the calendar's next version, and gives its number.

    Raises AlreadyDecided, DraftChanged, and DraftOutdated when another version came in between.
    """
    draft = _open(db, draft_id, revision)
    lock_school(db, draft.school_id)
    current = _current(db, draft.school_id)
    if current.version != draft.based_on:
        raise DraftOutdated
    version: int = current.version + 1
    add_version(
        db,
        draft.school_id,
        draft.content,
        version=version,
        now=now,
        new_id=new_id,
        approved_by=by,
        reason=reason,
    )
    _keep(db, draft, state=DraftState.APPROVED, closed_by=by, closed_at=now, reason=reason, version=version)
    return version


def _open(db: Connection, draft_id: UUID, revision: int | None) -> CalendarDraft:
    """The draft, locked: of two who decide at once the second finds it decided."""
    found = select(tables.calendar_draft).where(tables.calendar_draft.c.id == draft_id).with_for_update()
    draft = _read(db.execute(found).one())
    if draft.state is not DraftState.OPEN:
        raise AlreadyDecided
    if revision is not None and revision != draft.revision:
        raise DraftChanged
    return draft


def _keep(db: Connection, draft: CalendarDraft, **values: Any) -> None:
    d = tables.calendar_draft
    db.execute(update(d).where(d.c.id == draft.id).values(revision=draft.revision + 1, **values))


def _current(db: Connection, school_id: UUID) -> Row[Any]:
    current = latest_calendar(db, school_id)
    if current is None:
        raise NoCalendar
    return current


def _something_new(db: Connection, content: Mapping[str, JSON], current: Row[Any]) -> dict[str, JSON]:
    """What is kept of the content, which differs from the calendar as it is."""
    new = as_proclaimed(db, kept(content))
    if new == kept(current.content):
        raise NothingNew
    return new


def _read(row: Row[Any]) -> CalendarDraft:
    return CalendarDraft(
        row.id,
        row.school_id,
        row.based_on,
        row.content,
        row.source,
        tuple(LeftOut(**one) for one in row.left_out),
        DraftState(row.state),
        row.revision,
        row.drafted_by,
        row.drafted_at,
        row.closed_by,
        row.closed_at,
        row.reason,
        row.version,
    )
