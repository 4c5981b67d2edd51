"""Puts a register's marks beside those that are kept, some pupils at a time, so that it takes little memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, func, insert, select, text, update
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
    db.execute(text(_STAGE))
    db.execute(text(_DIFFERENT))
    pupils = list(register.pupils.values())
    for start in range(0, len(pupils), AT_ONCE):
        some = pupils[start : start + AT_ONCE]
        known, new = _save_pupils(db, school_id, some, new_id, saved)
        saved.pupils_new += len(new)
        _add_all(db, new, saved)
        if known:
            _stage(db, known)
            _compare_and_save(db, saved, known, import_id=import_id, now=now)
        tell((start + len(some)) / len(pupils))
    if saved.marks_new > MANY:
        db.execute(text("ANALYZE pupil, mark"))
    return saved


Named = list[tuple[UUID, PupilOnRegister]]


def _save_pupils(
    db: Connection, school_id: UUID, named: Sequence[PupilOnRegister], new_id: Callable[[], UUID], saved: Saved
) -> tuple[Named, Named]:
    """Those who were known, what is said anew of them kept, and those who are new, added.

    Another date of birth changes which marks count: those of compulsory school age alone (domain.md C-7).
    """
    p = tables.pupil.c
    asked = {"school_id": school_id, "upns": [pupil.upn for pupil in named]}
    rows = {row.upn: row for row in db.execute(_PUPILS, asked)}
    new = [(new_id(), pupil) for pupil in named if pupil.upn not in rows]
    if new:
        added = [{"id": id_, "school_id": school_id, "upn": pupil.upn, **_details(pupil)} for id_, pupil in new]
        db.execute(insert(tables.pupil), added)
    known = [(rows[pupil.upn].id, pupil) for pupil in named if pupil.upn in rows]
    changed = []
    for id_, pupil in known:
        row = rows[pupil.upn]._mapping
        said = {name: value or row[name] for name, value in _details(pupil).items()}
        if any(row[name] != value for name, value in said.items()):
            changed.append({"pupil_id": id_, **said})
        if row["born"] != said["born"]:
            saved.pupils_changed.add(id_)
    if changed:
        db.execute(update(tables.pupil).where(p.id == bindparam("pupil_id")), changed)
    return known, new


_PUPILS = select(tables.pupil).where(
    tables.pupil.c.school_id == bindparam("school_id"),
    tables.pupil.c.upn == func.any(bindparam("upns", type_=ARRAY(TEXT))),
)


def _details(pupil: PupilOnRegister) -> dict[str, Any]:
    return {"born": pupil.born, **{name: getattr(pupil, name) for name in DETAILS}}


def _add_all(db: Connection, new: Named, saved: Saved) -> None:
    """Adds the marks of pupils who had none."""
    copy_rows(db, "COPY mark FROM STDIN", _rows(new))
    for id_, pupil in new:
        if marks := len(pupil.marks.codes) - pupil.marks.codes.count(0):
            saved.marks_new += marks
            saved.pupils_changed.add(id_)


def _stage(db: Connection, pupils: Named) -> None:
    """Puts the file's marks of some pupils, a row a pupil and day, beside those that are kept."""
    db.execute(text("TRUNCATE pg_temp.staged_mark, pg_temp.different_mark"))
    copy_rows(db, "COPY pg_temp.staged_mark FROM STDIN", _rows(pupils))
    db.execute(text("ANALYZE pg_temp.staged_mark"))


def _rows(pupils: Named) -> Iterator[tuple[UUID, date, str | None, str | None]]:
    for pupil_id, pupil in pupils:
        codes, start = pupil.marks.codes, pupil.marks.start
        for place, (am, pm) in enumerate(zip(codes[::2], codes[1::2], strict=True)):
            if am or pm:
                yield pupil_id, start + timedelta(days=place), _CODES.get(am), _CODES.get(pm)


def _compare_and_save(db: Connection, saved: Saved, known: Named, *, import_id: UUID, now: datetime) -> None:
    db.execute(_COMPARE, {"ids": [id_ for id_, _ in known]})
    found = db.execute(_COUNTED, {"closed": list(ON_CLOSED_DAYS)}).one()
    marks = sum(len(pupil.marks.codes) - pupil.marks.codes.count(0) for _, pupil in known)
    saved.marks_new += found.marks_new
    saved.marks_changed += found.marks_changed
    saved.marks_unchanged += marks - found.marks_new - found.marks_changed
    saved.marks_closed += found.marks_closed
    if found.marks_new or found.marks_changed:
        saved.pupils_changed |= set(db.execute(_PUPILS_CHANGED).scalars())
        db.execute(_KEEP_FORMER, {"import_id": import_id, "now": now})
        db.execute(_UPSERT)


_STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_mark
        (pupil_id uuid, day date, am varchar(2), pm varchar(2)) ON COMMIT DROP
"""
_DIFFERENT = """
    CREATE TEMPORARY TABLE IF NOT EXISTS different_mark
        (pupil_id uuid, day date, am varchar(2), pm varchar(2), was_am varchar(2), was_pm varchar(2)) ON COMMIT DROP
"""
# An empty cell replaces nothing: where the file has no mark, the one that is kept stays.
_COMPARE = text(
    """
    INSERT INTO pg_temp.different_mark (pupil_id, day, am, pm, was_am, was_pm)
    SELECT pupil_id, day, s.am, s.pm, m.am, m.pm
    FROM pg_temp.staged_mark s
    LEFT JOIN (SELECT * FROM mark WHERE pupil_id = ANY(:ids)) AS m USING (pupil_id, day)
    WHERE coalesce(s.am, m.am) IS DISTINCT FROM m.am OR coalesce(s.pm, m.pm) IS DISTINCT FROM m.pm
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
# A NULL on either side makes a comparison unknown, so that a session without a mark is neither changed nor the same.
_COUNTED = text(
    """
    SELECT count(*) FILTER (WHERE am IS NOT NULL AND was_am IS NULL)
         + count(*) FILTER (WHERE pm IS NOT NULL AND was_pm IS NULL) AS marks_new,
           count(*) FILTER (WHERE am <> was_am) + count(*) FILTER (WHERE pm <> was_pm) AS marks_changed,
           count(*) FILTER (WHERE am <> was_am AND am = ANY(:closed) AND was_am <> ALL(:closed))
         + count(*) FILTER (WHERE pm <> was_pm AND pm = ANY(:closed) AND was_pm <> ALL(:closed)) AS marks_closed
    FROM pg_temp.different_mark
    """
).bindparams(bindparam("closed", type_=ARRAY(TEXT)))
_PUPILS_CHANGED = text("SELECT DISTINCT pupil_id FROM pg_temp.different_mark")
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
        SELECT pupil_id, day, 'AM' AS session, was_am AS was, am AS became
        FROM pg_temp.different_mark WHERE am <> was_am
        UNION ALL
        SELECT pupil_id, day, 'PM', was_pm, pm FROM pg_temp.different_mark WHERE pm <> was_pm
    ) AS changed
    """
)
_UPSERT = text(
    """
    INSERT INTO mark (pupil_id, day, am, pm) SELECT pupil_id, day, am, pm FROM pg_temp.different_mark
    ON CONFLICT (pupil_id, day)
    DO UPDATE SET am = coalesce(excluded.am, mark.am), pm = coalesce(excluded.pm, mark.pm)
    """
)
