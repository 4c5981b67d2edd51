"""What the rest of the procedure leaves of the time to prosecute."""

from datetime import date

import pytest

from handlers.forecasts import forecast_shown
from tests.builders import CALENDAR, change_calendar
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import decide, hold_panel, hold_review


@pytest.mark.rule("R079")
def test_before_anything_is_fixed_every_step_comes_at_its_latest(desk: Desk) -> None:
    assert desk.prepare("support.prepare")["shown"]["forecast"] == {
        "panel": "2026-12-03",  # posted today, Mon 23 Nov: deemed Wed 25, five whole working days between
        "review": "2027-01-14",
        "internal_review": "2027-03-04",
        "application_due": "2027-04-05",
        "first_limit": "2027-04-13",
        "last_limit": "2027-05-20",
        "sessions_in_time": 9,
        "authority_days": 6,
        "warning": "",
    }


@pytest.mark.rule("R079")
def test_what_was_held_and_agreed_counts_as_it_was(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)

    found = forecast_shown(desk.facts)

    assert (found["panel"], found["review"]) == ("2026-12-07", "2027-01-18")


def test_an_agreed_day_that_has_gone_by_counts_no_more(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)
    desk.at(date(2027, 1, 20))

    assert forecast_shown(desk.facts)["review"] == "2027-02-01"  # posted Wed 20 Jan: deemed Fri 22


@pytest.mark.rule("R079", "R091")
def test_a_case_that_the_review_referred_has_no_internal_review(desk: Desk) -> None:
    two_parents(desk)
    hold_review(desk)
    decide(desk, "O3", advice="O3", reason="Nobody answers.")

    found = desk.prepare("referrals.prepare", element="CompleteApplication")["shown"]["forecast"]

    assert found["internal_review"] is None
    assert (found["application_due"], found["authority_days"]) == ("2027-02-15", 39)


def test_a_calendar_that_ends_before_the_procedure_is_said(desk: Desk) -> None:
    change_calendar(desk.db, desk.school, {**CALENDAR, "terms": CALENDAR["terms"][:3]}, version=2)

    found = forecast_shown(desk.facts)

    assert found.keys() == {"warning"}
    assert "the end of the school's calendar" in found["warning"]
