"""Schools and calendar versions as they are kept."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, func, select

from attendance import tables
from attendance.errors import Unreadable
from attendance.schools import NoCalendar, calendar_of, calendar_version, save_school_calendar
from engine.ids import new_id
from tests.attendance.calendars import BROAD_REACH, day

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_a_school_is_kept_with_the_first_version_of_its_calendar(db: Connection) -> None:
    school, version = save_school_calendar(db, BROAD_REACH, now=NOW, new_id=new_id)

    calendar, found = calendar_of(db, school)
    assert version == found == 1
    assert calendar.closures[day("Thu 12 Nov 2026")].mark == "Y4"
    row = db.execute(select(tables.school)).one()
    assert (row.id, row.urn, row.name, row.address[-1]) == (school, "999990", "Broad Reach Academy", "NR1 1ZZ")


def test_the_same_calendar_in_another_order_is_the_same_version(db: Connection) -> None:
    school, _ = save_school_calendar(db, BROAD_REACH, now=NOW, new_id=new_id)
    again = {**BROAD_REACH, "inset": BROAD_REACH["inset"][::-1], "terms": BROAD_REACH["terms"][::-1]}

    assert save_school_calendar(db, again, now=NOW + timedelta(days=1), new_id=new_id) == (school, 1)
    assert db.execute(select(func.count()).select_from(tables.calendar)).scalar_one() == 1


def test_a_changed_calendar_is_a_new_version_beside_the_old_one(db: Connection) -> None:
    school, _ = save_school_calendar(db, BROAD_REACH, now=NOW, new_id=new_id)
    changed = {**BROAD_REACH, "proclaimed": ["2026-12-03"]}

    assert save_school_calendar(db, changed, now=NOW, new_id=new_id) == (school, 2)
    assert not calendar_of(db, school)[0].is_school_day(day("Thu 3 Dec 2026"))
    kept = db.execute(select(tables.calendar.c.content).order_by(tables.calendar.c.version)).scalars().all()
    assert [content["proclaimed"] for content in kept] == [[], ["2026-12-03"]]
    assert calendar_version(db, school, 1).is_school_day(day("Thu 3 Dec 2026"))


def test_a_school_that_moves_is_the_same_school(db: Connection) -> None:
    school, _ = save_school_calendar(db, BROAD_REACH, now=NOW, new_id=new_id)
    moved = {**BROAD_REACH, "school": {**BROAD_REACH["school"], "phone": "01603 111111"}}

    assert save_school_calendar(db, moved, now=NOW, new_id=new_id) == (school, 1)
    assert db.execute(select(tables.school.c.phone)).scalar_one() == "01603 111111"


def test_a_broken_calendar_keeps_nothing(db: Connection) -> None:
    with pytest.raises(Unreadable):
        save_school_calendar(db, {**BROAD_REACH, "terms": []}, now=NOW, new_id=new_id)

    assert db.execute(select(func.count()).select_from(tables.school)).scalar_one() == 0


def test_a_school_without_a_calendar_says_so(db: Connection) -> None:
    with pytest.raises(NoCalendar, match="no calendar yet"):
        calendar_of(db, uuid4())
    with pytest.raises(NoCalendar, match="no calendar yet"):
        calendar_version(db, uuid4(), 1)
