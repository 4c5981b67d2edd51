"""Takes a register's file into the records: what a mark was before is kept, and an empty cell replaces nothing."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from attendance import tables
from attendance.moments import LONDON
from attendance.register import read_register
from attendance.register_files import KeptFile, NewId, keep_file, open_file
from attendance.register_findings import keep_findings
from attendance.register_layout import Shape
from attendance.register_mappings import mapping_of, save_mapping
from attendance.register_rows import Register
from attendance.register_saving import Saved, save_marks
from attendance.schools import calendar_of

Tell = Callable[[float], None]
READING = 0.5  # of the work; the other half is saving


@dataclass(frozen=True)
class Imported:
    """What became of a register's file. Marks are counted by session; the rows of which to know are kept with it."""

    id: UUID
    repeats: UUID | None  # the import of the very same file before
    is_stale: bool  # the same file, but newer ones came since: nothing of it was taken
    shape: Shape
    notes: tuple[str, ...]
    rows: int
    left_out: int  # marks of days after today
    quarantined: int
    gaps: int
    conflicts: int
    last_day: date | None
    pupils_new: int = 0
    marks_new: int = 0
    marks_changed: int = 0
    marks_unchanged: int = 0
    marks_closed: int = 0  # of those changed: into a mark of a day on which the school was closed
    pupils_changed: frozenset[UUID] = frozenset()  # whose marks or date of birth are new or different


def import_register(
    db: Connection,
    *,
    school_id: UUID,
    filename: str,
    content: bytes,
    actor: str,
    now: datetime,
    new_id: NewId,
    mapping: Mapping[str, str] | None = None,
) -> Imported:
    """Keeps a file and takes it in, in one transaction. Raises as `import_file` does."""
    stream = io.BytesIO(content)
    file = keep_file(db, stream, school_id=school_id, filename=filename, now=now, new_id=new_id)
    return import_file(
        db, file, school_id=school_id, filename=filename, actor=actor, now=now, new_id=new_id, mapping=mapping
    )


def import_file(
    db: Connection,
    file: KeptFile,
    *,
    school_id: UUID,
    filename: str,
    actor: str,
    now: datetime,
    new_id: NewId,
    mapping: Mapping[str, str] | None = None,
    tell: Tell | None = None,
) -> Imported:
    """Takes the register's good rows up to today, by the school's calendar as it is now.

    The same file again changes nothing; sent again after newer files it is not taken at all, because it would put
    older marks in place of theirs. mapping: what we call a column → its title; it is remembered, and without one the
    school's last is used. tell: hears how much is done, from 0 to 1, and may raise to end it; nothing is kept then.
    Raises Unreadable, NoCalendar. Source: domain.md 5.3, C-3, C-5.
    """
    tell = tell or _nobody
    # One import of a school at a time; cases that refer to the school are not held up.
    s = tables.school.c
    school = db.execute(select(s.urn, s.laestab).where(s.id == school_id).with_for_update(key_share=True)).one()
    calendar, _ = calendar_of(db, school_id)
    register = read_register(
        _opened(db, file, tell),
        calendar=calendar,
        as_at=now.astimezone(LONDON).date(),
        mapping=mapping if mapping else mapping_of(db, school_id),
        upn_of=_upns(db, school_id),
        school=school._asdict(),
    )
    if mapping:
        save_mapping(db, school_id, mapping, actor=actor, now=now)
    repeats, is_stale = _same_file(db, school_id, file.id)
    import_id = new_id()
    found = _found(register, import_id, repeats, is_stale)
    if repeats and is_stale:
        return replace(found, id=repeats)
    db.execute(insert(tables.register_import).values(**_row(found, file.id, school_id, filename, actor, now)))
    saved = save_marks(
        db,
        register,
        school_id=school_id,
        import_id=import_id,
        now=now,
        new_id=new_id,
        tell=lambda share: tell(READING + (1 - READING) * share),
    )
    if repeats and not saved.pupils_changed:
        db.execute(delete(tables.register_import).where(tables.register_import.c.id == import_id))
        return _with_marks(replace(found, id=repeats), saved)
    keep_findings(db, import_id, register)
    done = _with_marks(found, saved)
    counts = {name: getattr(done, name) for name in _COUNTS}
    db.execute(update(tables.register_import).where(tables.register_import.c.id == import_id).values(**counts))
    return done


def _nobody(_: float) -> None:
    """Hears nothing."""


def _opened(db: Connection, file: KeptFile, tell: Tell) -> BinaryIO:
    """The file, telling how far it is read; a CSV file is read twice, the first time for its encoding."""
    read = 0

    def hear(number: int) -> None:
        nonlocal read
        read += number
        tell(READING * min(1.0, read / (2 * file.size)))

    return open_file(db, file.id, tell=hear)


def _upns(db: Connection, school_id: UUID) -> dict[str, str]:
    """Admission number → UPN, for files that name pupils by the former alone. Numbers of two pupils name nobody."""
    p = tables.pupil.c
    found: dict[str, str] = {}
    twice: set[str] = set()
    for row in db.execute(select(p.admission_number, p.upn).where(p.school_id == school_id, p.admission_number != "")):
        if row.admission_number in found:
            twice.add(row.admission_number)
        found[row.admission_number] = row.upn
    return {number: upn for number, upn in found.items() if number not in twice}


def _same_file(db: Connection, school_id: UUID, file_id: UUID) -> tuple[UUID | None, bool]:
    """The latest import of the same file, and whether another file came since."""
    kept = tables.register_import.c
    newest = kept.imported_at.desc(), kept.id.desc()
    last = select(kept.id, kept.file_id).where(kept.school_id == school_id).order_by(*newest).limit(1)
    latest = db.execute(last).one_or_none()
    same = select(kept.id).where(kept.school_id == school_id, kept.file_id == file_id).order_by(*newest).limit(1)
    repeats = db.execute(same).scalar_one_or_none()
    return repeats, latest is not None and repeats is not None and latest.file_id != file_id


def _found(register: Register, import_id: UUID, repeats: UUID | None, is_stale: bool) -> Imported:
    return Imported(
        id=import_id,
        repeats=repeats,
        is_stale=is_stale,
        shape=register.shape,
        notes=register.notes,
        rows=register.rows,
        left_out=register.left_out,
        quarantined=len(register.quarantined),
        gaps=len(register.gaps),
        conflicts=len(register.conflicts),
        last_day=register.last_day,
    )


def _with_marks(found: Imported, saved: Saved) -> Imported:
    return replace(
        found,
        pupils_new=saved.pupils_new,
        marks_new=saved.marks_new,
        marks_changed=saved.marks_changed,
        marks_unchanged=saved.marks_unchanged,
        marks_closed=saved.marks_closed,
        pupils_changed=frozenset(saved.pupils_changed),
    )


_COUNTS = ("pupils_new", "marks_new", "marks_changed", "marks_unchanged", "marks_closed")


def _row(
    found: Imported, file_id: UUID, school_id: UUID, filename: str, actor: str, now: datetime
) -> dict[str, object]:
    copied = ("id", "rows", "left_out", "quarantined", "gaps", "conflicts", "last_day", *_COUNTS)
    return {
        **{name: getattr(found, name) for name in copied},
        "school_id": school_id,
        "file_id": file_id,
        "filename": filename,
        "shape": found.shape.name.lower(),
        "notes": list(found.notes),
        "imported_by": actor,
        "imported_at": now,
    }
