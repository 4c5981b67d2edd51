"""The six-month limit on what a prosecution can rely on."""

from datetime import date

import pytest

from tests.builders import amend
from tests.handlers.desk import Desk

# Jamie's sessions: 2 each on 13, 14, 15 Oct and 9 Nov, 1 on 20 Nov 2026. Six months: 13, 14, 15 Apr, 9 May (Sun, so
# Fri 7 May), 20 May 2027. Twenty working days before Tue 13 Apr 2027, with Good Friday and Easter Monday between, is
# Fri 12 Mar.


@pytest.mark.rule("R079")
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 23), date(2027, 3, 12)),  # the first warning
        (date(2027, 3, 11), date(2027, 3, 12)),
        (date(2027, 3, 12), date(2027, 3, 15)),  # the warning for Wed 14 Oct
        (date(2027, 4, 13), date(2027, 4, 14)),  # Tue 13 Oct has run out
        (date(2027, 5, 20), date(2027, 5, 21)),
    ],
)
def test_the_next_look_is_always_after_today(desk: Desk, today: date, expected: date) -> None:
    desk.at(today)

    assert desk.ask("next_limitation_date") == expected


@pytest.mark.rule("R079")
def test_when_nothing_is_left_the_next_look_is_still_to_come(desk: Desk) -> None:
    desk.at(date(2027, 6, 1))

    assert desk.ask("next_limitation_date") > date(2027, 6, 1)


@pytest.mark.rule("R079")
@pytest.mark.parametrize(("today", "chargeable"), [(date(2027, 4, 13), True), (date(2027, 4, 14), False)])
def test_a_case_is_chargeable_while_nine_sessions_are_in_time(desk: Desk, today: date, chargeable: bool) -> None:
    desk.at(today)

    assert desk.ask("still_chargeable") is chargeable


@pytest.mark.rule("R079")
def test_later_absence_keeps_a_case_chargeable(desk: Desk) -> None:
    for session in ("AM", "PM"):
        amend(desk.db, desk.school, desk.pupil, date(2027, 1, 12), session=session, code="O")
    desk.at(date(2027, 4, 14))

    assert desk.ask("still_chargeable") is True


@pytest.mark.rule("R079")
def test_what_was_amended_cannot_be_relied_on(desk: Desk) -> None:
    amend(desk.db, desk.school, desk.pupil, date(2026, 10, 13), session="AM", code="I")

    assert desk.ask("still_chargeable") is False


@pytest.mark.rule("R079")
def test_history_warns_and_then_counts_what_has_run_out(desk: Desk) -> None:
    desk.at(date(2027, 3, 12))
    desk.serve("limitation.check")
    desk.at(date(2027, 4, 14))
    desk.serve("limitation.check")

    [warned, expired] = desk.history("limitation_warning")
    assert (warned["in_time"], warned["runs_out_soon"], warned["first_last_safe_day"]) == (9, 2, "2027-04-13")
    assert (expired["in_time"], expired["expired"], expired["needed"]) == (7, 2, 9)
    assert desk.facts.opening.figures["unauthorised"] == 9


@pytest.mark.rule("R079")
def test_the_school_sees_what_is_left_and_decides(desk: Desk) -> None:
    desk.at(date(2027, 4, 14))

    prepared = desk.prepare("reconsider.prepare_limitation")
    accepted = desk.complete(
        "reconsider_limitation",
        "reconsider.accept_limitation",
        {"decision": "withdraw", "reason": "Too little is left.", "aeo_consulted": True},
        prepare="reconsider.prepare_limitation",
    )

    assert (prepared["shown"]["in_time"], prepared["shown"]["expired"]) == (7, 2)
    assert accepted.routing == {"reconsidered_limitation": "withdraw"}
