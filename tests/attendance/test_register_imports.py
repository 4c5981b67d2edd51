"""Registers in the records: domain.md 5.3, C-3, C-5, E24 and E25."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, func, select

from attendance import tables
from attendance.errors import Unreadable
from attendance.register_files import open_file
from attendance.register_findings import findings
from attendance.register_imports import Imported, import_register
from attendance.schools import NoCalendar, save_school_calendar
from engine.ids import new_id
from tests.attendance.calendars import BROAD_REACH, broad_reach, day
from tests.attendance.registers import AVA, DIRTY, NOAH, ZOE, attended, rows, with_birthdays
from tests.builders import make_school

FRIDAY = datetime(2026, 11, 20, 16, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 16, tzinfo=UTC)


@pytest.fixture
def school(db: Connection) -> UUID:
    """The sample school."""
    return save_school_calendar(db, BROAD_REACH, now=FRIDAY, new_id=new_id)[0]


def take(db: Connection, school: UUID, text: str, *, now: datetime = FRIDAY) -> Imported:
    return import_register(
        db, school_id=school, filename="register.csv", content=text.encode(), actor="ada", now=now, new_id=new_id
    )


def marks(db: Connection, upn: str = NOAH) -> list[tuple[str, str | None, str | None]]:
    mark, pupil = tables.mark.c, tables.pupil.c
    kept = (
        select(mark.day, mark.am, mark.pm)
        .join(tables.pupil, pupil.id == mark.pupil_id)
        .where(pupil.upn == upn)
        .order_by(mark.day)
    )
    return [(str(row.day), row.am, row.pm) for row in db.execute(kept)]


def changes(db: Connection) -> list[tuple[str, str, str | None, str | None]]:
    change = tables.mark_change.c
    kept = select(change.day, change.session, change.was, change.became).order_by(change.id)
    return [(str(row.day), row.session, row.was, row.became) for row in db.execute(kept)]


def count(db: Connection, table: Any) -> int:
    found: int = db.execute(select(func.count()).select_from(table)).scalar_one()
    return found


def test_marks_are_kept_a_row_a_pupil_and_day(db: Connection, school: UUID) -> None:
    found = take(db, school, rows(f"{NOAH},2026-10-05,AM,o", f"{NOAH},2026-10-05,PM,\\", f"{NOAH},2026-10-06,PM,C2"))

    assert marks(db) == [("2026-10-05", "O", "\\"), ("2026-10-06", None, "C2")]
    assert (found.pupils_new, found.marks_new, found.marks_changed, found.marks_unchanged) == (1, 3, 0, 0)
    assert found.repeats is None


def test_a_dirty_file_is_taken_as_far_as_it_is_good(db: Connection, school: UUID) -> None:
    found = take(db, school, DIRTY)

    assert marks(db) == [("2026-10-05", "O", "\\"), ("2026-10-06", "/", None)]
    assert marks(db, AVA) == [("2026-10-08", "I", None)]
    row = db.execute(select(tables.register_import)).one()
    assert [entry["row"] for entry in findings(db, row.id, "quarantined", most=99)] == [4, 5, 6, 9, 10, 11, 12, 13, 14]
    assert findings(db, row.id, "gap", most=99) == [{"row": 15}, {"row": 16}]
    assert findings(db, row.id, "conflict", most=99) == [
        {"row": 7, "superseded_by": 8, "day": "2026-10-08", "session": "AM", "was": "O", "became": "I"}
    ]
    assert (row.rows, row.marks_new, row.last_day, row.imported_by) == (16, 4, day("Thu 8 Oct 2026"), "ada")
    assert open_file(db, row.file_id).read() == DIRTY.encode()
    assert (found.quarantined, found.gaps, found.conflicts) == (row.quarantined, row.gaps, row.conflicts) == (9, 2, 1)


@pytest.mark.rule("R006")
def test_a_changed_mark_keeps_what_it_was(db: Connection, school: UUID) -> None:
    take(db, school, rows(f"{NOAH},2026-10-05,AM,N", f"{NOAH},2026-10-05,PM,N", f"{AVA},2026-10-05,AM,/"))

    found = take(db, school, rows(f"{NOAH},2026-10-05,AM,I", f"{NOAH},2026-10-05,PM,N", f"{AVA},2026-10-05,AM,/"))

    assert marks(db) == [("2026-10-05", "I", "N")]
    assert changes(db) == [("2026-10-05", "AM", "N", "I")]
    assert (found.marks_new, found.marks_changed, found.marks_unchanged) == (0, 1, 2)
    noah = db.execute(select(tables.pupil.c.id).where(tables.pupil.c.upn == NOAH)).scalar_one()
    assert found.pupils_changed == {noah}
    change = db.execute(select(tables.mark_change)).one()
    assert (change.import_id, change.at) == (found.id, FRIDAY)


def test_a_mark_where_there_was_none_is_new_and_no_change(db: Connection, school: UUID) -> None:
    take(db, school, rows(f"{NOAH},2026-10-05,AM,/"))

    found = take(db, school, rows(f"{NOAH},2026-10-05,PM,O"))

    assert marks(db) == [("2026-10-05", "/", "O")]
    assert (found.marks_new, changes(db), len(found.pupils_changed)) == (1, [], 1)


@pytest.mark.parametrize("blank", ["", "-", " "])
def test_an_empty_cell_never_replaces_a_mark(db: Connection, school: UUID, blank: str) -> None:
    take(db, school, rows(f"{NOAH},2026-10-05,AM,O"))

    found = take(db, school, rows(f"{NOAH},2026-10-05,AM,{blank}", f"{NOAH},2026-10-05,PM,\\"))

    assert marks(db) == [("2026-10-05", "O", "\\")]
    assert found.gaps == 1
    assert changes(db) == []


def test_a_closure_entered_late_replaces_marks_and_keeps_them_in_the_changes(db: Connection) -> None:
    open_then = save_school_calendar(db, {**BROAD_REACH, "closures": []}, now=FRIDAY, new_id=new_id)[0]
    take(db, open_then, rows(f"{NOAH},2026-11-12,AM,O"))
    save_school_calendar(db, BROAD_REACH, now=FRIDAY, new_id=new_id)

    found = take(db, open_then, rows(f"{NOAH},2026-11-12,AM,Y4"))

    assert marks(db) == [("2026-11-12", "Y4", None)]
    assert (found.marks_changed, found.marks_closed) == (1, 1)
    assert changes(db) == [("2026-11-12", "AM", "O", "Y4")]


def test_the_same_file_again_changes_nothing_and_says_so(db: Connection, school: UUID) -> None:
    first = take(db, school, rows(f"{NOAH},2026-10-05,AM,O"))

    again = take(db, school, rows(f"{NOAH},2026-10-05,AM,O"))

    assert (again.id, again.repeats, again.is_stale) == (first.id, first.id, False)
    assert (again.marks_new, again.marks_changed, again.marks_unchanged) == (0, 0, 1)
    assert again.pupils_changed == frozenset()
    assert count(db, tables.register_import) == 1


def test_the_same_file_on_a_later_day_brings_the_rows_that_were_left_out(db: Connection, school: UUID) -> None:
    text = rows(f"{NOAH},2026-11-20,AM,O", f"{NOAH},2026-11-23,AM,O")
    first = take(db, school, text)

    again = take(db, school, text, now=MONDAY)

    assert (first.left_out, first.marks_new, again.left_out, again.marks_new) == (1, 1, 0, 1)
    assert again.repeats == first.id
    assert count(db, tables.register_import) == 2


def test_an_old_file_sent_again_after_a_newer_one_puts_nothing_back(db: Connection, school: UUID) -> None:
    old = take(db, school, rows(f"{NOAH},2026-10-05,AM,N"))
    take(db, school, rows(f"{NOAH},2026-10-05,AM,I"), now=MONDAY)

    again = take(db, school, rows(f"{NOAH},2026-10-05,AM,N"), now=MONDAY)

    assert (again.is_stale, again.repeats) == (True, old.id)
    assert marks(db) == [("2026-10-05", "I", None)]
    assert count(db, tables.register_import) == 2


def test_today_is_the_day_in_england(db: Connection, school: UUID) -> None:
    late_on_sunday_in_utc = datetime(2026, 9, 13, 23, 30, tzinfo=UTC)  # half past midnight on Monday in London

    assert take(db, school, rows(f"{NOAH},2026-09-14,AM,/"), now=late_on_sunday_in_utc).left_out == 0


def test_details_said_anew_are_kept_and_those_not_said_are_not_lost(db: Connection, school: UUID) -> None:
    header = "UPN,Surname,Forename,DOB,Reg,Date,Session,Mark\n"
    take(db, school, header + f"{NOAH},Coley,Noah,2012-03-21,10A,2026-10-05,AM,/\n")

    take(db, school, header + f"{NOAH},Coley-Hall,,,10B,2026-10-05,AM,/\n")

    row = db.execute(select(tables.pupil)).one()
    assert (row.surname, row.forename, row.born, row.registration_group) == (
        "Coley-Hall",
        "Noah",
        date(2012, 3, 21),
        "10B",
    )


def test_pupils_of_whom_no_row_is_good_are_kept_without_marks(db: Connection, school: UUID) -> None:
    found = take(db, school, rows(f"{ZOE},2026-10-28,AM,/"))

    assert (found.pupils_new, marks(db, ZOE)) == (1, [])


def test_the_same_upn_at_two_schools_is_two_pupils(db: Connection, school: UUID) -> None:
    other = make_school(db, urn="999991")

    take(db, school, rows(f"{NOAH},2026-10-05,AM,O"))
    take(db, other, rows(f"{NOAH},2026-10-05,AM,D"))

    assert sorted(row[1] or "" for row in marks(db)) == ["D", "O"]


def test_a_file_of_another_kind_keeps_nothing(db: Connection, school: UUID) -> None:
    with pytest.raises(Unreadable, match="a summary"):
        take(db, school, "UPN,Possible,Attended\n")

    assert count(db, tables.register_import) == count(db, tables.pupil) == 0


def test_a_register_needs_the_calendar_of_its_school(db: Connection) -> None:
    school = make_school(db)
    db.execute(tables.calendar.delete())

    with pytest.raises(NoCalendar):
        take(db, school, rows())


def test_a_whole_school_is_taken_and_taken_again(db: Connection, school: UUID) -> None:
    term = [when for when in broad_reach().school_days if when <= FRIDAY.date()]
    upns = [NOAH, AVA, ZOE]

    found = take(db, school, with_birthdays(line for upn in upns for line in attended(upn, term)))

    assert found.marks_new == 3 * 2 * len(term)
    assert count(db, tables.mark) == 3 * len(term)


def test_an_import_waits_for_another_of_the_same_school(engine: Engine) -> None:
    with engine.begin() as db:
        school, _ = save_school_calendar(db, BROAD_REACH, now=FRIDAY, new_id=new_id)
    with engine.begin() as first:
        take(first, school, rows(f"{NOAH},2026-10-05,AM,O"))
        with engine.connect() as second:
            held = second.exec_driver_sql("SELECT 1 FROM school FOR NO KEY UPDATE SKIP LOCKED").all()
            referred = second.exec_driver_sql("SELECT 1 FROM school FOR KEY SHARE SKIP LOCKED").all()

    assert (held, len(referred)) == ([], 1)
