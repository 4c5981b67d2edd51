"""How a case ends, is reconsidered, and what its deadlines do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine import tables
from engine.ids import new_id
from engine.registry import Accepted, Refusal
from tests.builders import amend
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import PANEL_ON, arrange, hold_panel, invite

SORRY = "We are sorry for our mistake"


def withdraw(desk: Desk, **changes: Any) -> Accepted:
    """The school withdraws the case."""
    answers = {"withdrawn_on": "2026-11-23", "why": "criteria", "reason": "Two absences were authorised.", **changes}
    return desk.complete("withdraw", "cases.withdraw", answers, prepare="cases.prepare_withdraw", element="OnWithdrawn")


def reconsider(desk: Desk, decision: str) -> Accepted:
    """The school reconsiders a case whose criteria are no longer met."""
    answers = {"decision": decision, "reason": "A doctor's letter came.", "aeo_consulted": True}
    return desk.complete("reconsider", "reconsider.accept", answers, prepare="reconsider.prepare", element="Reconsider")


@pytest.mark.parametrize(("what", "result"), [("withdrawn", "withdrawn"), ("reply_not_reasonable", None)])
def test_only_what_ends_a_case_is_its_result(desk: Desk, what: str, result: str | None) -> None:
    desk.serve("cases.record", what=what)

    c = tables.case.c
    assert desk.db.execute(select(c.result).where(c.id == desk.case.id)).scalar_one() == result
    assert desk.history(what) == [{}]


@pytest.mark.rule("R006")
def test_a_withdrawal_is_explained_to_each_parent(desk: Desk) -> None:
    two_parents(desk)
    invite(desk, arrange(desk, "panel", PANEL_ON))

    withdraw(desk)
    desk.serve("letters.send", letter="L11")

    assert [code for code, _ in desk.letters()] == ["L1", "L1", "L11", "L11"]
    assert all("Two absences were authorised." in text and SORRY in text for text in desk.pages.texts[2:])


@pytest.mark.rule("R023")
def test_nobody_is_told_that_stops_what_they_were_never_told_of(desk: Desk) -> None:
    two_parents(desk)

    withdraw(desk)
    desk.serve("letters.send", letter="L11")

    assert desk.letters() == []


def test_nobody_writes_to_an_adult_who_has_died(desk: Desk) -> None:
    mother, father = two_parents(desk)
    invite(desk, arrange(desk, "panel", PANEL_ON))

    withdraw(desk, why="died", reason="We have heard of your loss.", no_letter_to=[str(father)])
    desk.serve("letters.send", letter="L11")

    assert desk.letters()[2:] == [("L11", str(mother))]


@pytest.mark.rule("R022")
def test_what_waits_for_an_adult_to_whom_nobody_writes_any_more_is_called_back(desk: Desk) -> None:
    mother, father = two_parents(desk)
    meeting = hold_panel(desk, absent=frozenset({mother, father}))
    for parent in (mother, father):
        desk.serve("letters.give_minutes", recipient=str(parent), meeting=meeting)

    withdraw(desk, withdrawn_on="2026-12-07", why="died", reason="We are sorry.", no_letter_to=[str(father)])

    d = tables.delivery.c
    states = desk.db.execute(select(d.letter, d.recipient, d.state).order_by(d.id)).all()
    # The invitations were posted; the minutes were not.
    assert [state for _, recipient, state in states if recipient == str(father)] == ["queued", "cancelled"]
    assert [state for _, recipient, state in states if recipient == str(mother)] == ["queued", "queued"]
    [called_back] = desk.history("letters_called_back")
    assert len(called_back["deliveries"]) == 1


def test_a_pupil_who_left_is_no_pupil_of_this_school_in_the_letter(desk: Desk) -> None:
    two_parents(desk)
    invite(desk, arrange(desk, "panel", PANEL_ON))
    answers = {
        "left_on": "2026-11-20",
        "why": "transferred",
        "destination": "Another school",
        "authority_told": True,
        "reason": "Jamie goes to another school.",
    }

    accepted = desk.complete("pupil_left", "cases.pupil_left", answers, element="OnPupilLeft")
    desk.serve("letters.send", letter="L11")

    assert accepted.happened_on == date(2026, 11, 20)
    assert "must still come to school" not in desk.pages.texts[-1]
    assert SORRY not in desk.pages.texts[-1]


@pytest.mark.parametrize("left_on", ["2026-11-24"])
def test_nobody_leaves_on_a_day_to_come(desk: Desk, left_on: str) -> None:
    answers = {"left_on": left_on, "why": "transferred", "authority_told": True, "reason": "Moved."}

    with pytest.raises(Refusal):
        desk.complete("pupil_left", "cases.pupil_left", answers, element="OnPupilLeft")


@pytest.mark.rule("R006")
def test_a_case_whose_criteria_are_no_longer_met_is_reconsidered_with_both_figures(desk: Desk) -> None:
    two_parents(desk)
    amend(desk.db, desk.school, desk.pupil, date(2026, 11, 9), session="AM", code="I")
    desk.serve("register.check_again")

    shown = desk.prepare("reconsider.prepare")["shown"]

    assert (shown["opening"]["unauthorised"], shown["now"]["unauthorised"]) == (9, 8)
    assert shown["now"]["result"] == "ask_aeo"
    assert reconsider(desk, "go_on").routing == {"reconsidered": "go_on"}
    assert desk.letters() == []


@pytest.mark.rule("R006")
def test_a_withdrawal_after_a_register_change_corrects_the_figures(desk: Desk) -> None:
    two_parents(desk)
    invite(desk, arrange(desk, "panel", PANEL_ON))
    desk.at(date(2026, 12, 1))
    amend(desk.db, desk.school, desk.pupil, date(2026, 11, 9), session="AM", code="I")
    desk.serve("register.check_again")
    reconsider(desk, "withdraw")

    desk.serve("letters.send", letter="L11")

    text = desk.pages.texts[-1].replace("\n", " ")
    assert "From Monday 12 October 2026 to Monday 23 November 2026 there were 50 sessions" in text
    assert "8 of them are marked as unauthorised absence" in text
    assert "our register as it stood on Tuesday 1 December 2026" in text
    assert "A doctor's letter came." in text


def deadline(desk: Desk, *, due_at: datetime, met_on: date | None = None) -> None:
    """A deadline of the case."""
    desk.db.execute(
        insert(tables.timer).values(
            id=new_id(),
            case_id=desk.case.id,
            owner_id=desk.school,
            token=new_id(),
            element="TwentyDays",
            path="TwentyDays",
            visit=1,
            name="20 working days to submit",
            kind="deadline",
            due_at=due_at,
            expression="",
            derivation=[],
            created_at=datetime(2026, 11, 1, tzinfo=UTC),
            met_on=met_on,
        )
    )


@pytest.mark.rule("R089")
@pytest.mark.parametrize(("met_on", "missed"), [(None, 1), (date(2026, 11, 20), 0)])
def test_only_a_deadline_that_is_not_met_is_raised(desk: Desk, met_on: date | None, missed: int) -> None:
    deadline(desk, due_at=desk.now - timedelta(days=1), met_on=met_on)

    desk.serve("deadlines.raise", deadline="TwentyDays")

    assert len(desk.history("deadline_missed")) == missed


@pytest.mark.rule("R089")
@pytest.mark.parametrize(("met_on", "reminded"), [(None, 1), (date(2026, 11, 20), 0)])
def test_nobody_is_reminded_of_what_is_done(desk: Desk, met_on: date | None, reminded: int) -> None:
    deadline(desk, due_at=desk.now + timedelta(days=1), met_on=met_on)

    desk.serve("deadlines.remind", deadline="TwentyDays")

    assert len(desk.history("reminded")) == reminded


@pytest.mark.rule("R091")
@pytest.mark.parametrize(("days", "missed"), [(1, 0), (-1, 1)])
def test_a_returned_application_has_the_same_due_date_and_may_be_late_at_once(
    desk: Desk, days: int, missed: int
) -> None:
    due_at = desk.now + timedelta(days=days)
    deadline(desk, due_at=due_at, met_on=date(2026, 11, 20))

    desk.serve("deadlines.reopen", deadline="TwentyDays")

    found = desk.call().deadline("TwentyDays")
    assert found is not None
    assert (found.met_on, found.due_at) == (None, due_at)
    assert len(desk.history("deadline_missed")) == missed
