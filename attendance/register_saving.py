"""Puts a register's marks beside those that are kept, some pupils at a time, so that it takes little memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from attendance import tables
from attendance.codes import ON_CLOSED_DAYS
from attendance.copying import copy_rows
from attendance.marks import CODE_OF
from attendance.register_rows import PupilOnRegister, Register

AT_ONCE = 1000  # pupils
MANY = 100_000  # marks, after which the planner should hear of them
DETAILS = ("admission_number", "surname", "forename", "year", "registration_group")
_CODES = {byte: code.code for byte, code in CODE_OF.items()}


@dataclass
class Saved:
    """What saving brought, by session."""

    pupils_new: int = 0
    marks_new: int = 0
    marks_changed: int = 0
    marks_unchanged: int = 0
    marks_closed: int = 0
    pupils_changed: set[UUID] = field(default_factory=set)


def save_marks(
    db: Connection,
    register: Register,
    *,
    school_id: UUID,
    import_id: UUID,
    now: datetime,
    new_id: Callable[[], UUID],
    tell: Callable[[float], None],
) -> Saved:
    """Saves pupils and marks; what a mark was before is kept as a change of this import. tell: hears the share."""
    saved = Saved()
    db.execute(text("DROP TABLE IF EXISTS pg_temp.staged_mark"))
    db.execute(text(_STAGE))
    pupils = list(register.pupils.values())
    for start in range(0, len(pupils), AT_ONCE):
        some = pupils[start : start + AT_ONCE]
        ids, new = _save_pupils(db, school_id, some, new_id)
        saved.pupils_new += new
        _stage(db, zip(ids, some, strict=True))
        _compare_and_save(db, saved, import_id=import_id, now=now)
        tell((start + len(some)) / len(pupils))
    if saved.marks_new > MANY:
        db.execute(text("ANALYZE mark"))
    return saved


def _save_pupils(
    db: Connection, school_id: UUID, named: Sequence[PupilOnRegister], new_id: Callable[[], UUID]
) -> tuple[list[UUID], int]:
    """The ids of these pupils; whoever is new is added, and what is said anew of others is kept."""
    p = tables.pupil.c
    upns = bindparam("upns", [pupil.upn for pupil in named], type_=ARRAY(TEXT))
    wanted = select(tables.pupil).where(p.school_id == school_id, p.upn == func.any(upns))
    known = {row.upn: row for row in db.execute(wanted)}
    new = [
        {"id": new_id(), "school_id": school_id, "upn": pupil.upn, **_details(pupil)}
        for pupil in named
        if pupil.upn not in known
    ]
    if new:
        db.execute(insert(tables.pupil), new)
    changed = []
    for pupil in named:
        if (row := known.get(pupil.upn)) is not None:
            said = {name: value or row._mapping[name] for name, value in _details(pupil).items()}
            if any(row._mapping[name] != value for name, value in said.items()):
                changed.append({"pupil_id": row.id, **said})
    if changed:
        db.execute(update(tables.pupil).where(p.id == bindparam("pupil_id")), changed)
    ids = {upn: row.id for upn, row in known.items()} | {row["upn"]: row["id"] for row in new}
    return [ids[pupil.upn] for pupil in named], len(new)


def _details(pupil: PupilOnRegister) -> dict[str, Any]:
    return {"born": pupil.born, **{name: getattr(pupil, name) for name in DETAILS}}


def _stage(db: Connection, pupils: Iterable[tuple[UUID, PupilOnRegister]]) -> None:
    """Puts the file's marks of some pupils, a row a pupil and day, beside those that are kept."""
    db.execute(text("TRUNCATE pg_temp.staged_mark"))
    copy_rows(db, "COPY pg_temp.staged_mark FROM STDIN", _rows(pupils))
    db.execute(text("ANALYZE pg_temp.staged_mark"))


def _rows(pupils: Iterable[tuple[UUID, PupilOnRegister]]) -> Iterator[tuple[UUID, date, str | None, str | None]]:
    for pupil_id, pupil in pupils:
        codes, start = pupil.marks.codes, pupil.marks.start
        for place, (am, pm) in enumerate(zip(codes[::2], codes[1::2], strict=True)):
            if am or pm:
                yield pupil_id, start + timedelta(days=place), _CODES.get(am), _CODES.get(pm)


def _compare_and_save(db: Connection, saved: Saved, *, import_id: UUID, now: datetime) -> None:
    found = db.execute(_COMPARED, {"closed": list(ON_CLOSED_DAYS)}).one()
    saved.marks_new += found.marks_new
    saved.marks_changed += found.marks_changed
    saved.marks_unchanged += found.marks_unchanged
    saved.marks_closed += found.marks_closed
    if found.marks_new or found.marks_changed:
        saved.pupils_changed |= set(db.execute(_PUPILS_CHANGED).scalars())
        if found.marks_changed:
            db.execute(_KEEP_FORMER, {"import_id": import_id, "now": now})
        db.execute(_UPSERT)


_STAGE = """
    CREATE TEMPORARY TABLE staged_mark (pupil_id uuid, day date, am varchar(2), pm varchar(2)) ON COMMIT DROP
"""
# A NULL on either side makes a comparison unknown, so that a session without a mark is neither changed nor the same.
_COMPARED = text(
    """
    SELECT count(*) FILTER (WHERE s.am IS NOT NULL AND m.am IS NULL)
         + count(*) FILTER (WHERE s.pm IS NOT NULL AND m.pm IS NULL) AS marks_new,
           count(*) FILTER (WHERE s.am <> m.am) + count(*) FILTER (WHERE s.pm <> m.pm) AS marks_changed,
           count(*) FILTER (WHERE s.am = m.am) + count(*) FILTER (WHERE s.pm = m.pm) AS marks_unchanged,
           count(*) FILTER (WHERE s.am <> m.am AND s.am = ANY(:closed) AND m.am <> ALL(:closed))
         + count(*) FILTER (WHERE s.pm <> m.pm AND s.pm = ANY(:closed) AND m.pm <> ALL(:closed)) AS marks_closed
    FROM pg_temp.staged_mark s LEFT JOIN mark m USING (pupil_id, day)
    """
).bindparams(bindparam("closed", type_=ARRAY(TEXT)))
_PUPILS_CHANGED = text(
    """
    SELECT DISTINCT pupil_id FROM pg_temp.staged_mark s LEFT JOIN mark m USING (pupil_id, day)
    WHERE coalesce(s.am, m.am) IS DISTINCT FROM m.am OR coalesce(s.pm, m.pm) IS DISTINCT FROM m.pm
    """
)
# The id is a UUIDv7 as ours are: 48 bits of milliseconds, the rest random.
_KEEP_FORMER = text(
    """
    INSERT INTO mark_change (id, pupil_id, day, session, was, became, import_id, at)
    SELECT encode(
               set_bit(set_bit(
                   overlay(uuid_send(gen_random_uuid())
                           PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                           FROM 1 FOR 6),
               52, 1), 53, 1), 'hex')::uuid,
           pupil_id, day, session, was, became, :import_id, :now
    FROM (
        SELECT pupil_id, day, 'AM' AS session, m.am AS was, s.am AS became
        FROM pg_temp.staged_mark s JOIN mark m USING (pupil_id, day) WHERE s.am <> m.am
        UNION ALL
        SELECT pupil_id, day, 'PM', m.pm, s.pm
        FROM pg_temp.staged_mark s JOIN mark m USING (pupil_id, day) WHERE s.pm <> m.pm
    ) AS changed
    """
)
_UPSERT = text(
    """
    INSERT INTO mark (pupil_id, day, am, pm)
    SELECT pupil_id, day, s.am, s.pm FROM pg_temp.staged_mark s LEFT JOIN mark m USING (pupil_id, day)
    WHERE coalesce(s.am, m.am) IS DISTINCT FROM m.am OR coalesce(s.pm, m.pm) IS DISTINCT FROM m.pm
    ON CONFLICT (pupil_id, day)
    DO UPDATE SET am = coalesce(excluded.am, mark.am), pm = coalesce(excluded.pm, mark.pm)
    """
)
