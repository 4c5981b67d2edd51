"""The outcome of the review and of the internal review."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from attendance.outcomes import outcome_of
from engine import tables
from engine.errors import FormRefused
from engine.registry import Refusal
from tests.builders import CALENDAR, amend, change_calendar
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import REVIEW_ON, SUPPORTED, decide, hold_review


@pytest.fixture
def reviewed(desk: Desk) -> Desk:
    """A review held on Mon 18 Jan 2027, with full attendance since the panel."""
    two_parents(desk)
    hold_review(desk)
    return desk


def be_absent(desk: Desk, *, sessions: int) -> None:
    """Unauthorised absence since the panel."""
    days = [date(2027, 1, day) for day in (5, 6, 7, 8, 11, 12, 13, 14)]
    for day, session in [(day, session) for day in days for session in ("AM", "PM")][:sessions]:
        amend(desk.db, desk.school, desk.pupil, day, session=session, code="O")


def internal_review(desk: Desk, decision: str, **changes: Any) -> Any:
    """Decides the internal review."""
    answers = {
        "decision": decision,
        "support": SUPPORTED,
        "decided_on": desk.facts.today.isoformat(),
        "reason": "Jamie came on every day.",
        "next_steps": "None.",
        **changes,
    }
    return desk.complete("internal_review", "outcomes.accept_internal", answers, prepare="outcomes.prepare_internal")


@pytest.mark.rule("R072", "R085")
def test_the_outcome_happened_on_the_day_it_was_decided(reviewed: Desk) -> None:
    reviewed.at(date(2027, 1, 20))

    accepted = decide(reviewed, "O1", advice="O1")

    assert accepted.routing == {"outcome": "O1"}
    assert accepted.happened_on == REVIEW_ON
    assert reviewed.ask("outcome_on") == REVIEW_ON


@pytest.mark.rule("R072")
@pytest.mark.parametrize("day", ["2027-01-17", "2027-01-19"])
def test_nothing_is_decided_before_the_review_or_in_the_future(reviewed: Desk, day: str) -> None:
    with pytest.raises(Refusal) as refused:
        decide(reviewed, "O1", advice="O1", decided_on=day)

    assert refused.value.field == "decided_on"


@pytest.mark.rule("R072")
def test_there_is_exactly_one_of_four_outcomes(reviewed: Desk) -> None:
    with pytest.raises(FormRefused) as refused:
        decide(reviewed, "O5", advice="O1")

    assert "outcome" in refused.value.problems


@pytest.mark.rule("R072")
def test_deciding_against_the_advice_needs_a_reason(reviewed: Desk) -> None:
    changes = {"review_again": "2027-03-01", "all_clear": True}

    with pytest.raises(Refusal) as refused:
        decide(reviewed, "O4", advice="O1", **changes)
    decide(reviewed, "O4", advice="O1", reason="One month is short.", **changes)

    assert refused.value.field == "reason"


@pytest.mark.rule("R073")
def test_a_case_is_not_closed_while_the_target_is_missed(reviewed: Desk) -> None:
    be_absent(reviewed, sessions=3)

    with pytest.raises(Refusal) as refused:
        decide(reviewed, "O1", advice="O4", reason="They tried hard.")

    assert (refused.value.rule, refused.value.field) == ("R073", "outcome")


@pytest.mark.rule("R074")
def test_a_defence_is_named_with_its_evidence(reviewed: Desk) -> None:
    with pytest.raises(FormRefused) as refused:
        decide(reviewed, "O2", advice="O2")
    decide(reviewed, "O2", advice="O2", defence="sickness", evidence="A letter of the hospital.")

    found = outcome_of(reviewed.db, reviewed.case.id, stage="review")
    assert set(refused.value.problems) == {"defence", "evidence"}
    assert found is not None
    assert found.details["defence"] == "sickness"


@pytest.mark.rule("R077")
def test_a_referral_rests_on_further_absence_or_on_a_reason(reviewed: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        decide(reviewed, "O3", advice="O3")
    decide(reviewed, "O3", advice="O3", reason="The family has moved and does not answer.")

    assert refused.value.rule == "R077"
    assert reviewed.ask("referred_on") == REVIEW_ON


@pytest.mark.rule("R077", "R078")
def test_improvement_and_further_absence_together_need_a_reason(reviewed: Desk) -> None:
    be_absent(reviewed, sessions=3)

    with pytest.raises(Refusal) as refused:
        decide(reviewed, "O4", advice="O4", review_again="2027-03-01", all_clear=True)

    assert refused.value.field == "reason"


@pytest.mark.rule("R078")
@pytest.mark.parametrize(
    ("day", "refused"),
    [("2027-03-08", False), ("2027-03-09", True), ("2027-02-16", True), ("2027-01-18", True), ("2027-02-26", False)],
)
def test_an_internal_review_lies_within_six_school_weeks_on_a_school_day(
    reviewed: Desk, day: str, refused: bool
) -> None:
    changes = {"reason": "Not yet.", "review_again": day, "all_clear": True}

    if refused:
        with pytest.raises(Refusal) as raised:
            decide(reviewed, "O4", advice="O4", **changes)
        assert (raised.value.rule, raised.value.field) == ("R078", "review_again")
    else:
        decide(reviewed, "O4", advice="O4", **changes)
        assert reviewed.ask("internal_review_on") == date.fromisoformat(day)


@pytest.mark.rule("R078")
def test_the_six_school_weeks_run_from_the_review_whenever_its_outcome_is_decided(reviewed: Desk) -> None:
    reviewed.at(date(2027, 2, 1))
    changes = {"decided_on": "2027-02-01", "reason": "Not yet.", "all_clear": True}

    with pytest.raises(Refusal) as refused:
        decide(reviewed, "O4", advice="O4", review_again="2027-03-09", **changes)
    decide(reviewed, "O4", advice="O4", review_again="2027-03-08", **changes)

    # Mon 18 Jan plus six school weeks; half term is 15 to 19 Feb.
    assert refused.value.rule == "R078"
    assert reviewed.prepare("outcomes.prepare", advice="O4")["shown"]["latest_internal_review"] == "2027-03-08"
    assert reviewed.ask("latest_internal_review", 6, 30, REVIEW_ON) == date(2027, 3, 8)


@pytest.mark.rule("R079")
def test_an_internal_review_leaves_time_to_prosecute(desk: Desk) -> None:
    two_parents(desk)
    amend(desk.db, desk.school, desk.pupil, date(2026, 10, 12), session="AM", code="O")
    late = date(2027, 2, 22)
    hold_review(desk, on=late)

    with pytest.raises(Refusal) as refused:
        decide(
            desk,
            "O4",
            advice="O4",
            decided_on=late.isoformat(),
            reason="Not yet.",
            review_again="2027-04-13",
            all_clear=True,
        )

    # Mon 12 Oct 2026 plus six months is Mon 12 Apr 2027; the last school day before it is Thu 25 Mar.
    assert refused.value.rule == "R079"
    assert "25 Mar 2027" in refused.value.message


@pytest.mark.rule("R081", "R082")
def test_all_parties_must_be_clear_about_the_day(reviewed: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        decide(reviewed, "O4", advice="O4", reason="Not yet.", review_again="2027-03-01", all_clear=False)

    assert refused.value.rule == "R081"


@pytest.mark.rule("R078")
def test_past_the_calendars_end_there_is_no_internal_review(reviewed: Desk) -> None:
    content = {**CALENDAR, "terms": CALENDAR["terms"][:3]}
    change_calendar(reviewed.db, reviewed.school, content, version=2)

    with pytest.raises(Refusal) as refused:
        decide(reviewed, "O4", advice="O4", reason="Not yet.", review_again="2027-02-11", all_clear=True)

    assert refused.value.rule == "R078"


@pytest.mark.rule("R075", "R076")
def test_a_step_down_plan_has_an_owner_and_a_day(reviewed: Desk) -> None:
    answers = {
        "actions": [{"barrier": "Asthma", "action": "A quiet room", "who": "Mrs Patel", "by": "2027-01-29"}],
        "authorised_absences": "Agreed beforehand.",
        "owner": "Ms Hart",
        "review_on": "2027-01-18",
    }

    with pytest.raises(Refusal) as refused:
        reviewed.complete("step_down", "outcomes.step_down", answers)
    reviewed.complete("step_down", "outcomes.step_down", {**answers, "review_on": "2027-03-03"})

    assert refused.value.rule == "R076"
    assert reviewed.history("step_down_agreed") == [{"owner": "Ms Hart", "review_on": "2027-03-03"}]


@pytest.mark.rule("R088")
@pytest.mark.parametrize("decision", ["closed", "refer"])
def test_the_internal_review_is_decided_on_its_day(reviewed: Desk, decision: str) -> None:
    decide(reviewed, "O4", advice="O4", reason="Not yet.", review_again="2027-03-01", all_clear=True)
    reviewed.at(date(2027, 3, 2))

    with pytest.raises(Refusal) as refused:
        internal_review(reviewed, decision, decided_on="2027-02-26")
    accepted = internal_review(reviewed, decision, decided_on="2027-03-01")

    assert refused.value.rule == "R088"
    assert accepted.routing == {"internal": decision}
    assert accepted.happened_on == date(2027, 3, 1)


@pytest.mark.rule("R089")
def test_a_referral_by_the_internal_review_counts_from_that_decision(reviewed: Desk) -> None:
    decide(reviewed, "O4", advice="O4", reason="Not yet.", review_again="2027-03-01", all_clear=True)
    reviewed.at(date(2027, 3, 1))

    internal_review(reviewed, "refer")

    assert reviewed.ask("referred_on") == date(2027, 3, 1)


def test_the_figures_are_kept_with_the_decision(reviewed: Desk) -> None:
    decide(reviewed, "O1", advice="O1")
    be_absent(reviewed, sessions=3)

    found = outcome_of(reviewed.db, reviewed.case.id, stage="review")
    assert found is not None
    assert (found.figures["unauthorised"], found.figures["target_met"]) == (0, True)


@pytest.mark.rule("R076")
def test_the_review_of_a_step_down_plan_is_a_task_with_a_deadline_that_outlasts_the_case(reviewed: Desk) -> None:
    decide(reviewed, "O2", advice="O4", reason="A letter came.", defence="sickness", evidence="A report.")
    action = {"barrier": "Treatment", "action": "Work is sent home", "who": "Ms Hart", "by": "2027-02-01"}
    answers = {"actions": [action], "authorised_absences": "With the letter.", "owner": "Ms Hart"}
    with pytest.raises(Refusal) as refused:
        reviewed.complete("step_down", "outcomes.step_down", {**answers, "review_on": "2027-01-18"})

    reviewed.complete("step_down", "outcomes.step_down", {**answers, "review_on": "2027-03-01"})

    t = tables.timer.c
    [timer] = reviewed.db.execute(select(t.name, t.kind, t.due_at).where(t.case_id == reviewed.case.id)).all()
    assert (timer.name, timer.kind, timer.due_at.date()) == ("Review the step-down plan", "deadline", date(2027, 3, 1))
    assert refused.value.rule == "R076"
