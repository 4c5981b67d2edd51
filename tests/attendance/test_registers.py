"""The figures from the marks that are kept are those of the file."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from attendance import tables
from attendance.codes import CODES
from attendance.earlier import earlier_of
from attendance.eligibility import Result, Threshold
from attendance.register_check import check_register
from attendance.register_imports import import_register
from attendance.registers import eligibility_of, last_mark_of, sessions_relied_on
from attendance.schools import save_school_calendar
from attendance.upn import check_letter
from engine.ids import new_id
from tests.attendance.calendars import BROAD_REACH, broad_reach, day
from tests.attendance.registers import AVA, NOAH, ZOE, attended, read, with_birthdays
from tests.builders import make_notice

ANY_CODE = [code.code for code in CODES.values() if code.retired is None]
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
    relied_on = sessions_relied_on(db, noah, window=kept.window, calendar=SAMPLE)
    assert [(session.day, session.session, session.code) for session in relied_on] == [
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


@pytest.mark.parametrize("seed", range(6))
def test_the_statement_counts_as_the_rules_do_whatever_the_register(db: Connection, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    upns = [check_letter(body) + body for body in (f"9269990{seed:02}{n:03}" for n in range(25))]
    lines = []
    for upn in upns:
        born = date(2009, 8, 20) + timedelta(days=random.randrange(4600)) if random.random() < 0.9 else None
        joined, left = sorted(random.sample(range(len(TERM)), 2))
        codes = [*random.choices(ANY_CODE, k=4), "O", "N", "/"]
        other = {(when, half): random.choice(codes) for when in TERM for half in ("AM", "PM") if random.random() < 0.4}
        lines += attended(upn, TERM[joined : left + 1], other=other, born=str(born or ""))
    school, _ = save_school_calendar(db, BROAD_REACH, now=NOW, new_id=new_id)
    content = with_birthdays(lines).encode()
    import_register(db, school_id=school, filename="r", content=content, actor="ada", now=NOW, new_id=new_id)

    for as_at in (AS_AT, TERM[20], TERM[3]):
        of_the_file = check_register(read(content, as_at=as_at), calendar=SAMPLE, threshold=THRESHOLD)
        kept = eligibility_of(db, school, as_at=as_at, threshold=THRESHOLD, calendar=SAMPLE)
        earlier = earlier_of(db, school, window=kept.window, threshold=THRESHOLD, calendar=SAMPLE)

        figures = {standing.pupil_id: standing.figures for standing in kept.pupils}
        assert {found.upn: found for found in figures.values()} == {found.upn: found for found in of_the_file.pupils}
        assert {(figures[pupil].upn, *met) for pupil, all_met in earlier.items() for met in all_met} == {
            (met.upn, met.window, met.tally) for met in of_the_file.earlier
        }
        eligible = eligibility_of(
            db, school, as_at=as_at, threshold=THRESHOLD, calendar=SAMPLE, only_eligible=True
        ).pupils
        assert eligible == tuple(each for each in kept.pupils if each.figures.result is Result.ELIGIBLE)


@pytest.mark.parametrize(
    ("status", "used", "without"),
    [("paid", 2, "not_eligible"), ("issued", 2, "not_eligible"), ("withdrawn", 0, "eligible")],
)
@pytest.mark.rule("R007")
def test_sessions_of_a_penalty_notice_are_counted_and_left_out_side_by_side(
    db: Connection, school: UUID, status: str, used: int, without: str
) -> None:
    noah = db.execute(select(tables.pupil.c.id).where(tables.pupil.c.upn == NOAH)).scalar_one()
    sessions = [(TERM[-1], "AM"), (TERM[-2], "AM"), (TERM[-3], "PM")]  # the last one is a mark of presence
    for _ in range(2):  # one notice for each parent, about the same sessions
        make_notice(db, school, noah, sessions=sessions, status=status)

    (standing,) = eligibility_of(db, school, noah, as_at=AS_AT, threshold=THRESHOLD, calendar=SAMPLE).pupils

    assert (standing.figures.unauthorised, standing.figures.result) == (9, "eligible")
    assert (standing.in_notices, standing.without_notices) == (used, without)


@pytest.mark.rule("R007", "R008")
def test_a_dually_registered_pupil_is_judged_at_each_school_by_its_own_sessions(db: Connection) -> None:
    elsewhere = {"school": BROAD_REACH["school"] | {"urn": "999991", "laestab": "9269991"}}
    schools = [save_school_calendar(db, {**BROAD_REACH, **more}, now=NOW, new_id=new_id)[0] for more in ({}, elsewhere)]
    window = TERM[-28:]
    for number, school in enumerate(schools):
        here, there = window[number::2], window[1 - number :: 2]
        missed = {(when, half): "O" for when in here[:5] for half in ("AM", "PM")} if number == 0 else {}
        marks = missed | {(when, half): "D" for when in there for half in ("AM", "PM")}
        file = with_birthdays(attended(NOAH, window, other=marks)).encode()
        import_register(db, school_id=school, filename="r.csv", content=file, actor="ada", now=NOW, new_id=new_id)

    (ours,), (theirs,) = (
        eligibility_of(db, school, as_at=AS_AT, threshold=THRESHOLD, calendar=SAMPLE).pupils for school in schools
    )

    assert (ours.figures.possible, ours.figures.unauthorised, ours.figures.result) == (28, 10, Result.ELIGIBLE)
    assert (theirs.figures.possible, theirs.figures.unauthorised) == (28, 0)
