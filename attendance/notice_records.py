"""Penalty notices as they are kept: taken from the authority's file, and looked up by pupil."""

import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from attendance import tables
from attendance.codes import CODES, Kind
from attendance.penalty_notices import Notice, read_notices
from attendance.register_rows import Quarantined
from attendance.registers import STANDING_NOTICES

_n, _s = tables.penalty_notice.c, tables.penalty_notice_session.c


@dataclass(frozen=True)
class NoticesImported:
    """What became of a file of penalty notices."""

    rows: int
    notices_new: int
    notices_changed: int
    notices_unchanged: int
    quarantined: tuple[Quarantined, ...]
    pupils_changed: frozenset[UUID]


@dataclass(frozen=True)
class KeptNotice:
    """A notice with its sessions."""

    id: UUID
    reference: str
    pupil_id: UUID
    adult_id: UUID
    issued_on: date
    status: str
    sessions: tuple[tuple[date, str], ...]


def import_notices(
    db: Connection, *, school_id: UUID, content: bytes, actor: str, now: datetime, new_id: Callable[[], UUID]
) -> NoticesImported:
    """Takes the notices of pupils and adults whom the school's files have named; those known are brought up to date.

    A period means the pupil's unauthorised sessions in it as the register is now. Raises Unreadable.
    """
    db.execute(select(tables.school.c.id).where(tables.school.c.id == school_id).with_for_update(key_share=True)).one()
    file = read_notices(io.BytesIO(content))
    pupils, adults = _known(db, tables.pupil, "upn", school_id), _known(db, tables.adult, "school_ref", school_id)
    kept = {notice.reference: notice for notice in _kept(db, _n.school_id == school_id)}
    quarantined = list(file.quarantined)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    changed: set[UUID] = set()
    for notice in file.notices.values():
        pupil, adult, known = pupils.get(notice.upn), adults.get(notice.adult), kept.get(notice.reference)
        if pupil is None or adult is None:
            what = "a pupil with this UPN" if pupil is None else "an adult with this id"
            quarantined.append(Quarantined(notice.row, f"No file of this school has named {what}."))
        elif known and (known.pupil_id, known.adult_id) != (pupil, adult):
            reason = "The notice with this reference is kept as one of another pupil or adult."
            quarantined.append(Quarantined(notice.row, reason))
        else:
            what = _save(db, notice, known, school_id, pupil, adult, actor, now, new_id)
            counts[what] += 1
            changed |= set() if what == "unchanged" else {pupil}
    return NoticesImported(
        rows=file.rows,
        notices_new=counts["new"],
        notices_changed=counts["changed"],
        notices_unchanged=counts["unchanged"],
        quarantined=tuple(sorted(quarantined, key=attrgetter("row"))),
        pupils_changed=frozenset(changed),
    )


def notices_of(db: Connection, pupil_id: UUID) -> Sequence[KeptNotice]:
    """The notices about a pupil, the oldest first."""
    return list(_kept(db, _n.pupil_id == pupil_id))


def notices_of_school(
    db: Connection, school_id: UUID, pupil_id: UUID | None = None
) -> Mapping[UUID, Sequence[KeptNotice]]:
    """The notices about each pupil of a school, or about one, the oldest first."""
    found: dict[UUID, list[KeptNotice]] = {}
    for notice in _kept(db, _n.school_id == school_id if pupil_id is None else _n.pupil_id == pupil_id):
        found.setdefault(notice.pupil_id, []).append(notice)
    return found


def used_sessions(notices: Collection[KeptNotice]) -> dict[tuple[date, str], str]:
    """Day and session → the status of the notice that is about it; of several notices the latest. None withdrawn."""
    return {each: notice.status for notice in notices if notice.status in STANDING_NOTICES for each in notice.sessions}


def _known(db: Connection, table: Any, name: str, school_id: UUID) -> dict[str, UUID]:
    rows = db.execute(select(table.c[name], table.c.id).where(table.c.school_id == school_id))
    return {row[0]: row.id for row in rows}


def _kept(db: Connection, which: Any) -> Iterator[KeptNotice]:
    sessions: dict[UUID, list[tuple[date, str]]] = {}
    rows = db.execute(select(tables.penalty_notice).where(which).order_by(_n.issued_on, _n.id)).all()
    wanted = select(_s.notice_id, _s.day, _s.session).join(tables.penalty_notice, _n.id == _s.notice_id).where(which)
    for row in db.execute(wanted.order_by(_s.day, _s.session)):
        sessions.setdefault(row.notice_id, []).append((row.day, row.session))
    for row in rows:
        yield _notice(row, sessions.get(row.id, []))


def _notice(row: Any, sessions: Sequence[tuple[date, str]]) -> KeptNotice:
    return KeptNotice(
        id=row.id,
        reference=row.reference,
        pupil_id=row.pupil_id,
        adult_id=row.adult_id,
        issued_on=row.issued_on,
        status=row.status,
        sessions=tuple(sessions),
    )


def _save(
    db: Connection,
    notice: Notice,
    known: KeptNotice | None,
    school_id: UUID,
    pupil: UUID,
    adult: UUID,
    actor: str,
    now: datetime,
    new_id: Callable[[], UUID],
) -> str:
    sessions = sorted(notice.sessions | set(_unauthorised(db, pupil, notice.periods)))
    said = {"issued_on": notice.issued_on, "status": notice.status}
    if known and (known.issued_on, known.status, list(known.sessions)) == (*said.values(), sessions):
        return "unchanged"
    notice_id = known.id if known else new_id()
    who = {"recorded_by": actor, "recorded_at": now}
    if known:
        db.execute(update(tables.penalty_notice).where(_n.id == notice_id).values(**said, **who))
        db.execute(delete(tables.penalty_notice_session).where(_s.notice_id == notice_id))
    else:
        of = {"id": notice_id, "school_id": school_id, "reference": notice.reference}
        row = {**of, "pupil_id": pupil, "adult_id": adult, **said, **who}
        db.execute(insert(tables.penalty_notice).values(**row))
    rows = [{"notice_id": notice_id, "day": day, "session": session} for day, session in sessions]
    if rows:
        db.execute(insert(tables.penalty_notice_session), rows)
    return "changed" if known else "new"


def _unauthorised(db: Connection, pupil: UUID, periods: Sequence[tuple[date, date]]) -> Iterator[tuple[date, str]]:
    m = tables.mark.c
    for first, last in periods:
        for row in db.execute(select(m.day, m.am, m.pm).where(m.pupil_id == pupil, m.day.between(first, last))):
            for session, code in (("AM", row.am), ("PM", row.pm)):
                if code is not None and CODES[code].kind is Kind.UNAUTHORISED:
                    yield row.day, session


def give_notice(
    db: Connection,
    *,
    id_: UUID,
    school_id: UUID,
    pupil_id: UUID,
    adult_id: UUID,
    reference: str,
    issued_on: date,
    sessions: Sequence[tuple[date, str]],
    actor: str,
    now: datetime,
) -> None:
    """Keeps a notice that the authority decided on in a case, with the sessions it deals with."""
    db.execute(
        insert(tables.penalty_notice).values(
            id=id_,
            school_id=school_id,
            reference=reference,
            pupil_id=pupil_id,
            adult_id=adult_id,
            issued_on=issued_on,
            status="issued",
            recorded_by=actor,
            recorded_at=now,
        )
    )
    rows = [{"notice_id": id_, "day": day, "session": session} for day, session in sessions]
    db.execute(insert(tables.penalty_notice_session), rows)
