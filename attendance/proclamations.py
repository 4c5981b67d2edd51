"""Bank holidays that were proclaimed late, moved or dropped: one statement for all schools of an installation."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from attendance import tables
from attendance.calendar_content import with_bank_holidays
from attendance.calendar_file import JSON
from attendance.drafts import AlreadyDecided, DraftState, NothingNew

# GOV.UK's list of November 2026 reaches so far (domain.md 3.4); what follows is worked out by the rules of the Act.
PUBLISHED_UNTIL = date(2028, 12, 31)


@dataclass(frozen=True)
class Proclamation:
    """A statement on bank holidays, drafted and perhaps approved."""

    id: UUID
    title: str
    added: tuple[date, ...]
    dropped: tuple[date, ...]
    published_until: date | None
    state: DraftState
    drafted_by: str
    drafted_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    reason: str


def draft_proclamation(
    db: Connection,
    *,
    title: str,
    added: Collection[date] = (),
    dropped: Collection[date] = (),
    published_until: date | None = None,
    author: str,
    now: datetime,
    new_id: Callable[[], UUID],
) -> UUID:
    """Drafts a statement. Raises NothingNew when it says nothing."""
    if not added and not dropped and published_until is None:
        raise NothingNew
    proclamation_id = new_id()
    db.execute(
        insert(tables.proclamation).values(
            id=proclamation_id,
            title=title,
            added=_iso(added),
            dropped=_iso(dropped),
            published_until=published_until,
            state=DraftState.OPEN,
            drafted_by=author,
            drafted_at=now,
        )
    )
    return proclamation_id


def proclamation_by_id(db: Connection, proclamation_id: UUID, *, lock: bool = False) -> Proclamation:
    """Raises NoResultFound when there is no such statement."""
    found = select(tables.proclamation).where(tables.proclamation.c.id == proclamation_id)
    return _read(db.execute(found.with_for_update() if lock else found).one())


def proclamations(db: Connection) -> list[Proclamation]:
    """Every statement, the newest first."""
    p = tables.proclamation.c
    found = select(tables.proclamation).order_by(p.drafted_at.desc(), p.id.desc())
    return [_read(row) for row in db.execute(found)]


def close_proclamation(
    db: Connection, proclamation_id: UUID, *, state: DraftState, by: str, reason: str, now: datetime
) -> Proclamation:
    """Approves or discards a statement, once. Raises AlreadyDecided. Its schools' versions are made by who approves."""
    found = proclamation_by_id(db, proclamation_id, lock=True)
    if found.state is not DraftState.OPEN:
        raise AlreadyDecided
    db.execute(
        update(tables.proclamation)
        .where(tables.proclamation.c.id == proclamation_id)
        .values(state=state, closed_by=by, closed_at=now, reason=reason)
    )
    return found


def as_proclaimed(db: Connection, content: Mapping[str, JSON]) -> dict[str, JSON]:
    """A calendar's content with every approved statement in it, in the order in which they were approved."""
    known = dict(content)
    for statement in _approved(db):
        known = with_bank_holidays(known, added=statement.added, dropped=statement.dropped)
    return known


def published_until(db: Connection) -> date:
    """The last day that the published list of bank holidays reaches, as far as anybody has said."""
    reached = [statement.published_until for statement in _approved(db) if statement.published_until]
    return max(reached, default=PUBLISHED_UNTIL)


def _approved(db: Connection) -> Iterator[Proclamation]:
    p = tables.proclamation.c
    found = select(tables.proclamation).where(p.state == DraftState.APPROVED).order_by(p.closed_at, p.id)
    return (_read(row) for row in db.execute(found))


def _read(row: Row[Any]) -> Proclamation:
    return Proclamation(
        row.id,
        row.title,
        tuple(map(date.fromisoformat, row.added)),
        tuple(map(date.fromisoformat, row.dropped)),
        row.published_until,
        DraftState(row.state),
        row.drafted_by,
        row.drafted_at,
        row.closed_by,
        row.closed_at,
        row.reason,
    )


def _iso(days: Collection[date]) -> list[str]:
    return [day.isoformat() for day in sorted(set(days))]
