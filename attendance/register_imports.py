"""Takes a register's file into the records: what a mark was before is kept, and an empty cell replaces nothing."""

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, text, update

from attendance import tables
from attendance.marks import CODE_OF
from attendance.meetings import LONDON
from attendance.register import read_register
from attendance.register_rows import Conflict, PupilOnRegister, Quarantined, Register
from attendance.schools import calendar_of


@dataclass(frozen=True)
class Imported:
    """What became of a register's file. Marks are counted by session."""

    id: UUID
    repeats: UUID | None  # the import of the very same file before
    is_stale: bool  # the same file, but newer ones came since: nothing of it was taken
    rows: int
    left_out: int  # rows after today
    pupils_new: int
    marks_new: int
    marks_changed: int
    marks_unchanged: int
    quarantined: tuple[Quarantined, ...]
    gaps: tuple[int, ...]
    conflicts: tuple[Conflict, ...]
    pupils_changed: frozenset[UUID]  # whose marks are new or different


def import_register(
    db: Connection,
    *,
    school_id: UUID,
    filename: str,
    content: bytes,
    actor: str,
    now: datetime,
    new_id: Callable[[], UUID],
) -> Imported:
    """Takes the register's good rows up to today, by the school's calendar as it is now.

    The same file again changes nothing; sent again after newer files it is not taken at all, because it would put
    older marks in place of theirs. Raises Unreadable, NoCalendar. Source: domain.md 5.3, C-3, C-5.
    """
    # One import of a school at a time; cases that refer to the school are not held up.
    db.execute(select(tables.school.c.id).where(tables.school.c.id == school_id).with_for_update(key_share=True)).one()
    calendar, _ = calendar_of(db, school_id)
    register = read_register(io.BytesIO(content), calendar=calendar, as_at=now.astimezone(LONDON).date())
    sha256 = hashlib.sha256(content).hexdigest()
    repeats, is_stale = _same_file(db, school_id, sha256)
    if repeats and is_stale:
        return _imported(register, repeats, repeats=repeats, is_stale=True)
    pupils, pupils_new = _save_pupils(db, school_id, register.pupils, new_id)
    _stage(db, register, pupils)
    found = db.execute(_COMPARED).one()
    changed = frozenset(db.execute(_PUPILS_CHANGED).scalars())
    import_id = repeats
    if import_id is None or changed:
        import_id = new_id()
        db.execute(
            insert(tables.register_import).values(
                id=import_id,
                school_id=school_id,
                filename=filename,
                sha256=sha256,
                content=content,
                rows=register.rows,
                marks_new=found.marks_new,
                marks_changed=found.marks_changed,
                quarantined=[{"row": row.row, "reason": row.reason} for row in register.quarantined],
                gaps=list(register.gaps),
                conflicts=[_without_pupil(conflict) for conflict in register.conflicts],
                last_day=register.last_day,
                imported_by=actor,
                imported_at=now,
            )
        )
    _keep_former_marks(db, import_id, now, new_id)
    db.execute(_UPSERT)
    db.execute(text("DROP TABLE staged_mark"))
    return _imported(
        register,
        import_id,
        repeats=repeats,
        pupils_new=pupils_new,
        marks_new=found.marks_new,
        marks_changed=found.marks_changed,
        marks_unchanged=found.marks_unchanged,
        pupils_changed=changed,
    )


def _same_file(db: Connection, school_id: UUID, sha256: str) -> tuple[UUID | None, bool]:
    """The latest import of the same file, and whether another file came since."""
    kept = tables.register_import.c
    mine = select(kept.id, kept.sha256).where(kept.school_id == school_id).order_by(kept.imported_at, kept.id)
    rows = db.execute(mine).all()
    same = next((row.id for row in reversed(rows) if row.sha256 == sha256), None)
    return same, same is not None and rows[-1].sha256 != sha256


def _save_pupils(
    db: Connection, school_id: UUID, named: Mapping[str, PupilOnRegister], new_id: Callable[[], UUID]
) -> tuple[dict[str, UUID], int]:
    """The ids of the register's pupils by UPN; whoever is new is added, and what is said anew of others is kept."""
    pupil = tables.pupil.c
    known = {row.upn: row for row in db.execute(select(tables.pupil).where(pupil.school_id == school_id))}
    new = [
        {"id": new_id(), "school_id": school_id, "upn": upn, **_details(found)}
        for upn, found in named.items()
        if upn not in known
    ]
    if new:
        db.execute(insert(tables.pupil), new)
    changed = []
    for upn, found in named.items():
        if upn in known:
            row = known[upn]._mapping
            said = {name: value or row[name] for name, value in _details(found).items()}
            if any(row[name] != value for name, value in said.items()):
                changed.append({"pupil_id": row["id"], **said})
    if changed:
        db.execute(update(tables.pupil).where(pupil.id == bindparam("pupil_id")), changed)
    ids = {upn: row.id for upn, row in known.items()} | {row["upn"]: row["id"] for row in new}
    return {upn: ids[upn] for upn in named}, len(new)


DETAILS = ("admission_number", "surname", "forename", "year", "registration_group")


def _details(pupil: PupilOnRegister) -> dict[str, Any]:
    return {"born": pupil.born, **{name: getattr(pupil, name) for name in DETAILS}}


def _stage(db: Connection, register: Register, pupils: Mapping[str, UUID]) -> None:
    """Puts the file's marks, a row a pupil and day, beside those that are kept."""
    db.execute(text("CREATE TEMPORARY TABLE staged_mark (pupil_id uuid, day date, am varchar(2), pm varchar(2))"))
    connection = db.connection.driver_connection
    if connection is None:
        raise ConnectionError("The connection was lost.")
    with connection.cursor() as cursor, cursor.copy("COPY staged_mark FROM STDIN") as copy:
        for row in _rows(register, pupils):
            copy.write_row(row)
    db.execute(text("ANALYZE staged_mark"))


def _rows(register: Register, pupils: Mapping[str, UUID]) -> Iterable[tuple[UUID, date, str | None, str | None]]:
    code_of = {byte: code.code for byte, code in CODE_OF.items()}
    for upn, pupil_id in pupils.items():
        marks = register.pupils[upn].marks
        for place, (am, pm) in enumerate(zip(marks.codes[::2], marks.codes[1::2], strict=True)):
            if am or pm:
                yield pupil_id, marks.start + timedelta(days=place), code_of.get(am), code_of.get(pm)


def _keep_former_marks(db: Connection, import_id: UUID, now: datetime, new_id: Callable[[], UUID]) -> None:
    former = [{"id": new_id(), "import_id": import_id, "at": now, **row._mapping} for row in db.execute(_FORMER_MARKS)]
    if former:
        db.execute(insert(tables.mark_change), former)


def _without_pupil(conflict: Conflict) -> dict[str, Any]:
    return {name: value for name, value in asdict(conflict).items() if name != "upn"} | {"day": str(conflict.day)}


def _imported(register: Register, import_id: UUID, *, repeats: UUID | None, **counts: Any) -> Imported:
    nothing = {"is_stale": False, "pupils_new": 0, "marks_new": 0, "marks_changed": 0, "marks_unchanged": 0}
    return Imported(
        id=import_id,
        repeats=repeats,
        rows=register.rows,
        left_out=register.left_out,
        quarantined=tuple(register.quarantined),
        gaps=tuple(register.gaps),
        conflicts=tuple(register.conflicts),
        **{**nothing, "pupils_changed": frozenset(), **counts},
    )


# A NULL on either side makes a comparison unknown, so that a session without a mark is neither changed nor the same.
_COMPARED = text(
    """
    SELECT count(*) FILTER (WHERE s.am IS NOT NULL AND m.am IS NULL)
         + count(*) FILTER (WHERE s.pm IS NOT NULL AND m.pm IS NULL) AS marks_new,
           count(*) FILTER (WHERE s.am <> m.am) + count(*) FILTER (WHERE s.pm <> m.pm) AS marks_changed,
           count(*) FILTER (WHERE s.am = m.am) + count(*) FILTER (WHERE s.pm = m.pm) AS marks_unchanged
    FROM staged_mark s LEFT JOIN mark m USING (pupil_id, day)
    """
)
_PUPILS_CHANGED = text(
    """
    SELECT DISTINCT pupil_id FROM staged_mark s LEFT JOIN mark m USING (pupil_id, day)
    WHERE coalesce(s.am, m.am) IS DISTINCT FROM m.am OR coalesce(s.pm, m.pm) IS DISTINCT FROM m.pm
    """
)
_FORMER_MARKS = text(
    """
    SELECT pupil_id, day, 'AM' AS session, m.am AS was, s.am AS became
    FROM staged_mark s JOIN mark m USING (pupil_id, day) WHERE s.am <> m.am
    UNION ALL
    SELECT pupil_id, day, 'PM', m.pm, s.pm FROM staged_mark s JOIN mark m USING (pupil_id, day) WHERE s.pm <> m.pm
    """
)
_UPSERT = text(
    """
    INSERT INTO mark (pupil_id, day, am, pm)
    SELECT pupil_id, day, s.am, s.pm FROM staged_mark s LEFT JOIN mark m USING (pupil_id, day)
    WHERE coalesce(s.am, m.am) IS DISTINCT FROM m.am OR coalesce(s.pm, m.pm) IS DISTINCT FROM m.pm
    ON CONFLICT (pupil_id, day)
    DO UPDATE SET am = coalesce(excluded.am, mark.am), pm = coalesce(excluded.pm, mark.pm)
    """
)
