"""What became of the sessions that a case was opened on."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, update

from attendance import tables
from attendance.calendar import SchoolCalendar
from attendance.eligibility import Window
from attendance.mark_changes import How, SessionChanged, changes_since
from attendance.register_imports import import_register
from attendance.registers import sessions_relied_on
from attendance.schools import save_school_calendar
from engine.ids import new_id
from tests.attendance.calendars import BROAD_REACH, broad_reach, day
from tests.attendance.registers import NOAH, with_birthdays

MONDAY, TUESDAY = day("Mon 16 Nov 2026"), day("Tue 17 Nov 2026")
WINDOW = Window((MONDAY,), day("Fri 20 Nov 2026"))
OPENED = datetime(2026, 11, 20, 16, tzinfo=UTC)
FIRST = ((MONDAY, "AM", "O"), (MONDAY, "PM", "N"), (TUESDAY, "AM", "I"))


@pytest.fixture
def noah(db: Connection) -> UUID:
    school, _ = save_school_calendar(db, BROAD_REACH, now=OPENED, new_id=new_id)
    send(db, school, FIRST, "friday.csv", OPENED)
    return db.execute(select(tables.pupil.c.id)).scalar_one()


def send(db: Connection, school: UUID, marks: Iterable[tuple[date, str, str]], name: str, now: datetime) -> None:
    text = with_birthdays(f"{NOAH},2012-03-21,{when},{session},{code}" for when, session, code in marks)
    import_register(db, school_id=school, filename=name, content=text.encode(), actor="ada", now=now, new_id=new_id)


def since_opening(db: Connection, noah: UUID, calendar: SchoolCalendar | None = None) -> list[SessionChanged]:
    """What differs from the marks of `friday.csv`."""
    calendar = calendar or broad_reach()
    frozen = {(when, session): code for when, session, code in FIRST if code in "NO"}
    now = sessions_relied_on(db, noah, window=WINDOW, calendar=calendar)
    return changes_since(db, noah, frozen=frozen, now=now, calendar=calendar)


def corrected(db: Connection, noah: UUID, *marks: tuple[date, str, str]) -> list[SessionChanged]:
    school = db.execute(select(tables.school.c.id)).scalar_one()
    send(db, school, marks, "monday.csv", OPENED + timedelta(days=3))
    return since_opening(db, noah)


@pytest.mark.rule("R006")
@pytest.mark.parametrize(
    ("mark", "was", "how"),
    [
        ((MONDAY, "AM", "I"), "O", How.NOT_UNAUTHORISED),
        ((MONDAY, "PM", "O"), "N", How.OTHER_CODE),
        ((MONDAY, "AM", "Y4"), "O", How.CLOSED),
        ((MONDAY, "PM", "#"), "N", How.CLOSED),
        ((TUESDAY, "AM", "O"), "I", How.UNAUTHORISED_LATER),
        ((TUESDAY, "PM", "U"), "", How.UNAUTHORISED_LATER),
    ],
)
def test_a_session_that_counts_otherwise_is_told_with_both_marks(
    db: Connection, noah: UUID, mark: tuple[date, str, str], was: str, how: How
) -> None:
    (found,) = corrected(db, noah, mark)

    assert (found.day, found.session, found.is_now, found.was, found.how) == (*mark, was, how)
    if was:
        assert (found.file, found.at) == ("monday.csv", OPENED + timedelta(days=3))
    else:
        assert (found.file, found.at) == ("", None)


def test_what_counts_as_before_is_not_told(db: Connection, noah: UUID) -> None:
    assert since_opening(db, noah) == []
    assert corrected(db, noah, (TUESDAY, "AM", "M"), (TUESDAY, "PM", "/")) == []


def test_of_a_mark_changed_twice_the_first_and_the_last_are_told(db: Connection, noah: UUID) -> None:
    corrected(db, noah, (MONDAY, "AM", "I"))

    (found,) = corrected(db, noah, (MONDAY, "AM", "C"))

    assert (found.was, found.is_now) == ("O", "C")


def test_what_made_a_session_unauthorised_is_told_although_its_code_was_corrected_since(
    db: Connection, noah: UUID
) -> None:
    corrected(db, noah, (TUESDAY, "AM", "N"))

    (found,) = corrected(db, noah, (TUESDAY, "AM", "O"))

    assert (found.was, found.is_now, found.how) == ("I", "O", How.UNAUTHORISED_LATER)


def test_a_day_that_the_calendar_has_closed_since_removes_its_absences(db: Connection, noah: UUID) -> None:
    closed = broad_reach(closures=[{"date": MONDAY.isoformat(), "mark": "Y4", "reason": "flood"}])

    found = since_opening(db, noah, closed)

    assert [(each.session, each.was, each.is_now, each.how, each.file) for each in found] == [
        ("AM", "O", "Y4", How.CLOSED, ""),
        ("PM", "N", "Y4", How.CLOSED, ""),
    ]


def test_another_date_of_birth_may_take_sessions_away(db: Connection, noah: UUID) -> None:
    db.execute(update(tables.pupil).values(born=date(2009, 8, 31)))

    assert {each.how for each in since_opening(db, noah)} == {How.TOO_YOUNG_OR_OLD}
