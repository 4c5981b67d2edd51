"""A calendar's content: one order, edits by hand, proclamations, and two changes brought together."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.calendar import Closure
from attendance.calendar_content import Edit, edited, kept, rebased, with_bank_holidays
from attendance.calendar_difference import ClosedDay, difference
from attendance.calendar_file import calendar_of
from attendance.errors import Unreadable
from tests.attendance.calendars import BROAD_REACH, broad_reach, day

THURSDAY = day("Thu 3 Dec 2026")
days_of_term = st.dates(date(2026, 9, 3), date(2026, 12, 18))
edits = st.builds(
    Edit,
    inset=st.frozensets(days_of_term, max_size=3),
    school=st.frozensets(days_of_term, max_size=3),
    closures=st.dictionaries(days_of_term, st.just(Closure("Y4", "snow")), max_size=3),
)


def proclaimed_of(content: dict[str, Any]) -> tuple[list[str], list[str]]:
    return content["proclaimed"], content["bank_holidays"]


def test_what_we_do_not_know_is_kept_and_the_school_is_not() -> None:
    content = kept({**BROAD_REACH, "half_days": ["2026-12-18"]})

    assert content["half_days"] == ["2026-12-18"]
    assert "school" not in content
    assert kept(content) == content


def test_a_day_is_closed_and_opened_by_hand() -> None:
    closed = edited(BROAD_REACH, Edit(closures={THURSDAY: Closure("Y4", "snow")}, inset=frozenset({date(2026, 12, 4)})))

    calendar = calendar_of(closed)
    assert (calendar.closures[THURSDAY].reason, date(2026, 12, 4) in calendar.inset) == ("snow", True)
    assert calendar_of(edited(closed, Edit(school=frozenset({THURSDAY})))).is_school_day(THURSDAY)


def test_a_day_is_a_staff_day_or_a_closure_never_both() -> None:
    inset = edited(BROAD_REACH, Edit(inset=frozenset({day("Thu 12 Nov 2026")})))
    closure = edited(inset, Edit(closures={day("Thu 12 Nov 2026"): Closure("#")}))

    assert calendar_of(inset).closures == {}
    assert day("Thu 12 Nov 2026") not in calendar_of(closure).inset


def test_a_term_is_replaced_by_hand() -> None:
    longer = Edit(
        terms=((date(2027, 6, 7), date(2027, 7, 23)),), without_terms=((date(2027, 6, 7), date(2027, 7, 21)),)
    )

    assert calendar_of(edited(BROAD_REACH, longer)).end == day("Fri 23 Jul 2027")


def test_an_edit_that_makes_terms_overlap_is_refused() -> None:
    with pytest.raises(Unreadable, match="Two terms overlap"):
        edited(BROAD_REACH, Edit(terms=((date(2026, 12, 1), date(2026, 12, 4)),)))


def test_a_proclaimed_day_is_added_once_and_dropped_again() -> None:
    once = with_bank_holidays(BROAD_REACH, added=[THURSDAY])

    assert proclaimed_of(once) == (["2026-12-03"], [])
    assert with_bank_holidays(once, added=[THURSDAY]) == once
    assert with_bank_holidays(once, dropped=[THURSDAY]) == kept(BROAD_REACH)


def test_a_day_that_is_a_bank_holiday_anyway_is_not_proclaimed() -> None:
    assert with_bank_holidays(BROAD_REACH, added=[day("Mon 3 May 2027")]) == kept(BROAD_REACH)


def test_a_bank_holiday_that_moves_is_a_working_day_where_it_was() -> None:
    moved = with_bank_holidays(BROAD_REACH, added=[day("Fri 7 May 2027")], dropped=[day("Mon 3 May 2027")])

    days = calendar_of(moved).days
    assert days.is_working_day(day("Mon 3 May 2027"))
    assert not days.is_working_day(day("Fri 7 May 2027"))
    assert not days.is_working_day(day("Mon 31 May 2027"))
    assert not days.is_working_day(day("Mon 1 May 2028"))
    assert with_bank_holidays(moved, added=[day("Fri 7 May 2027")], dropped=[day("Mon 3 May 2027")]) == moved


def test_two_changes_of_one_version_come_together() -> None:
    mine = edited(BROAD_REACH, Edit(inset=frozenset({date(2026, 12, 4)}), school=frozenset({day("Thu 12 Nov 2026")})))
    theirs = with_bank_holidays(BROAD_REACH, added=[THURSDAY])

    calendar = calendar_of(rebased(mine, base=BROAD_REACH, onto=theirs))
    assert date(2026, 12, 4) in calendar.inset
    assert calendar.is_school_day(day("Thu 12 Nov 2026"))
    assert calendar.days.is_bank_holiday(THURSDAY)


def test_two_changes_of_one_term_clash() -> None:
    term = (date(2027, 6, 7), date(2027, 7, 21))
    mine = edited(BROAD_REACH, Edit(terms=((term[0], date(2027, 7, 23)),), without_terms=(term,)))
    theirs = edited(BROAD_REACH, Edit(terms=((term[0], date(2027, 7, 20)),), without_terms=(term,)))

    with pytest.raises(Unreadable, match="Two terms overlap"):
        rebased(mine, base=BROAD_REACH, onto=theirs)


@given(edits, edits)
def test_a_change_brought_onto_its_own_version_or_onto_itself_is_that_change(edit: Edit, other: Edit) -> None:
    mine = edited(BROAD_REACH, edit)
    theirs = edited(BROAD_REACH, other)

    assert rebased(mine, base=BROAD_REACH, onto=BROAD_REACH) == mine
    assert rebased(mine, base=BROAD_REACH, onto=mine) == mine
    assert rebased(kept(BROAD_REACH), base=BROAD_REACH, onto=theirs) == theirs


def test_what_differs_is_told_by_day_with_the_reason() -> None:
    changed = broad_reach(
        inset=[*BROAD_REACH["inset"], "2026-12-04"],
        closures=[{"date": "2026-12-07", "mark": "Y4", "reason": "snow"}, {"date": "2026-12-08"}],
        proclaimed=["2026-12-03"],
        bank_holidays=["2028-05-03"],
    )

    found = difference(broad_reach(), changed)

    assert found.closed == (
        ClosedDay(THURSDAY, "a bank holiday"),
        ClosedDay(day("Fri 4 Dec 2026"), "a staff day"),
        ClosedDay(day("Mon 7 Dec 2026"), "closed: snow (Y4)"),
        ClosedDay(day("Tue 8 Dec 2026"), "closed (#)"),
    )
    assert found.opened == (day("Thu 12 Nov 2026"),)
    assert found.new_bank_holidays == (THURSDAY, day("Wed 3 May 2028"))
    assert day("Mon 1 May 2028") in found.former_bank_holidays


def test_a_shorter_term_closes_its_last_days() -> None:
    shorter = broad_reach(terms=[*BROAD_REACH["terms"][:-1], ["2027-06-07", "2027-07-16"]])

    assert difference(broad_reach(), shorter).closed == (
        ClosedDay(day("Mon 19 Jul 2027"), "outside the terms"),
        ClosedDay(day("Tue 20 Jul 2027"), "outside the terms"),
    )
