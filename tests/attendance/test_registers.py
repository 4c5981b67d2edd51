"""The figures from the marks that are kept are those of the file."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from attendance import tables
from attendance.eligibility import Threshold
from attendance.register_check import check_register
from attendance.register_imports import import_register
from attendance.registers import eligibility_of, last_mark_of
from attendance.schools import save_school_calendar
from engine.ids import new_id
from tests.attendance.calendars import BROAD_REACH, broad_reach, day
from tests.attendance.registers import AVA, NOAH, ZOE, attended, read, with_birthdays

NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)
AS_AT = day("Fri 20 Nov 2026")
THRESHOLD = Threshold(percent=15, sessions=9, window_weeks=6)
SAMPLE = broad_reach()
TERM = [when for when in SAMPLE.school_days if when <= AS_AT]
FILE = with_birthdays(
    [
        *attended(NOAH, TERM, other={(when, "AM"): "U" for when in TERM[-9:]}),
        *attended(AVA, TERM, born="", other={(when, "PM"): "I" for when in TERM[-4:]}),
        *attended(ZOE, TERM, born="2010-03-09", other={(when, "PM"): "O" for when in TERM[-12:]}),
        f"{NOAH},2012-03-21,2026-11-12,AM,Y4",
    ]
)


@pytest.fixture
def school(db: Connection) -> UUID:
    """The sample school with its register."""
    found, _ = save_school_calendar(db, BROAD_REACH, now=NOW, new_id=new_id)
    import_register(db, school_id=found, filename="r.csv", content=FILE.encode(), actor="ada", now=NOW, new_id=new_id)
    return found


@pytest.mark.rule("R006", "R007", "R008")
@pytest.mark.parametrize("as_at", ["Fri 20 Nov 2026", "Thu 19 Nov 2026", "Wed 28 Oct 2026", "Fri 4 Sep 2026"])
def test_the_kept_marks_give_the_figures_of_the_file(db: Connection, school: UUID, as_at: str) -> None:
    of_the_file = check_register(read(FILE, as_at=day(as_at)), calendar=SAMPLE, threshold=THRESHOLD)

    kept = eligibility_of(db, school, as_at=day(as_at), threshold=THRESHOLD, calendar=SAMPLE)

    assert kept.window == of_the_file.window
    assert {standing.figures.upn: standing.figures for standing in kept.pupils} == {
        pupil.upn: pupil for pupil in of_the_file.pupils
    }
    assert [standing.figures.upn for standing in kept.pupils] == [AVA, ZOE, NOAH]


def test_the_sessions_relied_on_stand_beside_the_figures(db: Connection, school: UUID) -> None:
    noah = db.execute(select(tables.pupil.c.id).where(tables.pupil.c.upn == NOAH)).scalar_one()

    kept = eligibility_of(db, school, noah, as_at=AS_AT, threshold=THRESHOLD, calendar=SAMPLE)

    assert [standing.pupil_id for standing in kept.pupils] == [noah]
    assert [(session.day, session.session, session.code) for session in kept.pupils[0].relied_on] == [
        (when, "AM", "U") for when in TERM[-9:]
    ]


def test_a_mark_on_a_day_closed_since_is_not_counted(db: Connection, school: UUID) -> None:
    closed = broad_reach(closures=[*BROAD_REACH["closures"], {"date": str(TERM[-1]), "mark": "Y4"}])

    kept = eligibility_of(db, school, as_at=AS_AT, threshold=THRESHOLD, calendar=closed)

    noah = next(standing.figures for standing in kept.pupils if standing.figures.upn == NOAH)
    assert (noah.possible, noah.unauthorised) == (54, 8)


def test_the_last_mark_is_the_schools_and_on_or_before_the_day(db: Connection, school: UUID) -> None:
    assert last_mark_of(db, school, on=day("Mon 30 Nov 2026")) == AS_AT
    assert last_mark_of(db, school, on=day("Sat 14 Nov 2026")) == day("Fri 13 Nov 2026")
    assert last_mark_of(db, school, on=day("Tue 1 Sep 2026")) is None


def test_a_school_without_marks_judges_nobody(db: Connection) -> None:
    empty, _ = save_school_calendar(db, BROAD_REACH, now=NOW, new_id=new_id)

    kept = eligibility_of(db, empty, as_at=AS_AT, threshold=THRESHOLD, calendar=SAMPLE)

    assert (kept.window.weeks, kept.pupils) == ((), ())
