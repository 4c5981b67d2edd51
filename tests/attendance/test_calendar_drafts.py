"""Drafts of calendars: decided once, never on an older version; and statements on bank holidays for all schools."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, select

from attendance import tables
from attendance.calendar_content import Edit, edited
from attendance.calendar_drafts import (
    approve_draft,
    change_draft,
    discard_draft,
    draft_by_id,
    draft_calendar,
    drafts_of,
    rebase_draft,
)
from attendance.calendar_entries import LeftOut
from attendance.drafts import AlreadyDecided, DraftChanged, DraftOutdated, DraftState, NothingNew
from attendance.proclaiming import approve_proclamation
from attendance.proclamations import PUBLISHED_UNTIL, draft_proclamation, proclamation_by_id, published_until
from attendance.schools import calendar_of, calendar_version, save_school_calendar
from engine.ids import new_id
from tests.attendance.calendars import BROAD_REACH, day

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
INSET = edited(BROAD_REACH, Edit(inset=frozenset({date(2026, 12, 4)})))
OTHER = edited(BROAD_REACH, Edit(inset=frozenset({date(2026, 12, 11)})))


def new_school(db: Connection, urn: str = "999990") -> UUID:
    content = {**BROAD_REACH, "school": {**BROAD_REACH["school"], "urn": urn}}
    return save_school_calendar(db, content, now=NOW, new_id=new_id)[0]


@pytest.fixture
def school(db: Connection) -> UUID:
    return new_school(db)


def draft(db: Connection, school: UUID, content: dict[str, Any] = INSET, **more: Any) -> UUID:
    return draft_calendar(db, school, content, source="calendar.ics", author="Marnie", now=NOW, new_id=new_id, **more)


def approve(db: Connection, draft_id: UUID, *, by: str = "Oswin", **more: Any) -> int:
    return approve_draft(db, draft_id, by=by, reason="the governors decided", now=NOW, new_id=new_id, **more)


def proclaim(db: Connection, **what: Any) -> UUID:
    return draft_proclamation(db, title="A coronation", author="Hamish", now=NOW, new_id=new_id, **what)


def test_a_draft_changes_nothing_until_it_is_approved(db: Connection, school: UUID) -> None:
    draft_id = draft(db, school, left_out=[LeftOut("“Choir”", "no school day")])
    assert calendar_of(db, school)[1] == 1

    assert approve(db, draft_id) == 2
    calendar, version = calendar_of(db, school)
    assert (version, date(2026, 12, 4) in calendar.inset) == (2, True)
    assert date(2026, 12, 4) not in calendar_version(db, school, 1).inset
    found = draft_by_id(db, draft_id)
    assert (found.state, found.closed_by, found.closed_at, found.reason, found.version) == (
        DraftState.APPROVED,
        "Oswin",
        NOW,
        "the governors decided",
        2,
    )
    assert found.left_out == (LeftOut("“Choir”", "no school day"),)
    kept = db.execute(select(tables.calendar).where(tables.calendar.c.version == 2)).one()
    assert (kept.approved_by, kept.reason) == ("Oswin", "the governors decided")


def test_a_draft_is_decided_once(db: Connection, school: UUID) -> None:
    draft_id = draft(db, school)
    approve(db, draft_id)

    with pytest.raises(AlreadyDecided):
        approve(db, draft_id)
    with pytest.raises(AlreadyDecided):
        discard_draft(db, draft_id, by="Oswin", now=NOW)
    with pytest.raises(AlreadyDecided):
        change_draft(db, draft_id, OTHER)


def test_of_two_drafts_the_second_is_brought_up_to_date_before_it_is_approved(db: Connection, school: UUID) -> None:
    first, second = draft(db, school), draft(db, school, OTHER)
    approve(db, first)

    with pytest.raises(DraftOutdated):
        approve(db, second)
    rebase_draft(db, second)
    assert approve(db, second) == 3
    assert calendar_of(db, school)[0].inset >= {date(2026, 12, 4), date(2026, 12, 11)}
    assert [(found.id, found.version) for found in drafts_of(db, school)] == [(second, 3), (first, 2)]


def test_of_two_equal_drafts_the_second_changes_nothing_any_more(db: Connection, school: UUID) -> None:
    first, second = draft(db, school), draft(db, school)
    approve(db, first)

    with pytest.raises(NothingNew):
        rebase_draft(db, second)
    discard_draft(db, second, by="Oswin", now=NOW)
    assert draft_by_id(db, second).state is DraftState.DISCARDED


def test_what_says_nothing_new_is_no_draft(db: Connection, school: UUID) -> None:
    with pytest.raises(NothingNew):
        draft(db, school, {**BROAD_REACH, "inset": BROAD_REACH["inset"][::-1]})


def test_nobody_approves_what_was_changed_since_they_looked(db: Connection, school: UUID) -> None:
    draft_id = draft(db, school)
    change_draft(db, draft_id, OTHER, revision=1)

    with pytest.raises(DraftChanged):
        approve(db, draft_id, revision=1)
    with pytest.raises(DraftChanged):
        rebase_draft(db, draft_id, revision=1)
    assert approve(db, draft_id, revision=2) == 2


@pytest.mark.parametrize("same", [True, False])
def test_of_two_who_approve_at_the_same_moment_one_is_refused(engine: Engine, same: bool) -> None:
    with engine.begin() as db:
        school = new_school(db)
        first = draft(db, school)
        second = first if same else draft(db, school, OTHER)

    def decide(draft_id: UUID, by: str) -> str:
        try:
            with engine.begin() as db:
                approve(db, draft_id, by=by)
        except (AlreadyDecided, DraftOutdated) as no:
            return type(no).__name__
        return "approved"

    with ThreadPoolExecutor(2) as two:
        answers = sorted(two.map(decide, (first, second), ("Oswin", "Marnie")))

    assert answers == ["AlreadyDecided" if same else "DraftOutdated", "approved"]
    with engine.begin() as db:
        assert calendar_of(db, school)[1] == 2


def test_a_proclaimed_day_comes_to_all_schools_by_one_statement(db: Connection, school: UUID) -> None:
    other = new_school(db, "999991")
    statement = proclaim(db, added=[day("Thu 3 Dec 2026")])
    assert calendar_of(db, school)[1] == 1

    changed = approve_proclamation(db, statement, by="Hamish", reason="proclaimed today", now=NOW, new_id=new_id)

    assert {one.school_id for one in changed} == {school, other}
    for each in (school, other):
        calendar, version = calendar_of(db, each)
        assert (version, calendar.days.is_bank_holiday(day("Thu 3 Dec 2026"))) == (2, True)
    with pytest.raises(AlreadyDecided):
        approve_proclamation(db, statement, by="Oswin", reason="again", now=NOW, new_id=new_id)


def test_a_school_that_comes_later_knows_what_was_proclaimed(db: Connection, school: UUID) -> None:
    approve_proclamation(
        db, proclaim(db, added=[day("Thu 3 Dec 2026")]), by="Hamish", reason="", now=NOW, new_id=new_id
    )
    later = new_school(db, "999992")

    assert calendar_of(db, later)[0].days.is_bank_holiday(day("Thu 3 Dec 2026"))
    # The file that made it says nothing of the day, and does not take it back.
    assert new_school(db, "999992") == later
    assert calendar_of(db, later)[1] == 1


def test_a_draft_from_before_a_proclamation_is_outdated_and_then_has_it(db: Connection, school: UUID) -> None:
    draft_id = draft(db, school)
    statement = proclaim(db, added=[day("Thu 3 Dec 2026")])
    approve_proclamation(db, statement, by="Hamish", reason="", now=NOW, new_id=new_id)

    with pytest.raises(DraftOutdated):
        approve(db, draft_id)
    rebase_draft(db, draft_id)
    assert approve(db, draft_id) == 3
    assert calendar_of(db, school)[0].days.is_bank_holiday(day("Thu 3 Dec 2026"))


def test_a_statement_may_say_how_far_the_published_list_reaches(db: Connection, school: UUID) -> None:
    assert published_until(db) == PUBLISHED_UNTIL
    statement = proclaim(db, published_until=date(2029, 12, 31))
    assert published_until(db) == PUBLISHED_UNTIL
    changed = approve_proclamation(db, statement, by="Hamish", reason="list of 2027", now=NOW, new_id=new_id)

    assert (changed, published_until(db)) == ([], date(2029, 12, 31))
    assert proclamation_by_id(db, statement).closed_by == "Hamish"


def test_a_statement_that_says_nothing_is_none(db: Connection) -> None:
    with pytest.raises(NothingNew):
        proclaim(db)
