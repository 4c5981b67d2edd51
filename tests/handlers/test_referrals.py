"""The application to prosecute."""

from datetime import date
from typing import Any

import pytest

from attendance.applications import latest_application
from engine.errors import FormRefused
from engine.registry import Accepted, Refusal
from tests.handlers.desk import Desk, two_parents
from tests.handlers.pack_stories import application, applied, case_form, collect
from tests.handlers.stories import decide, hold_review

DUE_ON = date(2027, 2, 15)  # Mon, 20 working days after Mon 18 Jan 2027


@pytest.fixture
def referred(desk: Desk) -> Desk:
    """A case that was referred at the review on Mon 18 Jan 2027; today is Mon 25 Jan."""
    two_parents(desk)
    hold_review(desk)
    decide(desk, "O3", advice="O3", reason="No answer from the family.")
    desk.at(date(2027, 1, 25))
    return desk


def submit(desk: Desk, day: date, **changes: Any) -> Accepted:
    """Submits both forms with the pack; the case form is completed first where it is not yet."""
    if desk.call().answer("CompleteCaseForm") is None:
        case_form(desk, completed_on="2027-01-18")
    answers = {
        "submitted_on": day.isoformat(),
        "receipt": "R-17",
        "is_complete": True,
        "missing_reason": "The letter was handed over.",
        **changes,
    }
    return desk.complete(
        "submit", "referrals.submit", answers, prepare="referrals.prepare", element="SubmitToAuthority"
    )


def consider(desk: Desk, decision: str, **changes: Any) -> Accepted:
    """The authority decides."""
    answers = {
        "decision": decision,
        "received_on": desk.facts.today.isoformat(),
        "decided_on": desk.facts.today.isoformat(),
        "reason": "Statement unsigned.",
        **changes,
    }
    return desk.complete(
        "consider", "referrals.decide", answers, prepare="referrals.prepare", element="ConsiderApplication"
    )


@pytest.mark.rule("R089", "R090", "R091")
def test_the_task_shows_when_the_application_is_due_and_what_is_prepared(referred: Desk) -> None:
    application(referred)

    shown = referred.prepare("referrals.prepare", element="SubmitToAuthority")["shown"]

    assert (shown["referred_on"], shown["due_on"]) == ("2027-01-18", DUE_ON.isoformat())
    assert shown["prepared"] == {"case_form": False, "application": True, "evidence": False}
    assert shown["sessions_in_time"] == 9


@pytest.mark.rule("R090")
def test_an_application_is_against_somebody_over_a_period(referred: Desk) -> None:
    nobody = applied(referred, apply=False, route="penalty_notice")

    with pytest.raises(Refusal) as against_nobody:
        application(referred, parents=nobody)
    with pytest.raises(Refusal) as backwards:
        application(referred, period_from="2027-01-25", period_to="2027-01-24")

    assert against_nobody.value.field == "parents"
    assert backwards.value.field == "period_to"


@pytest.mark.rule("R091")
def test_a_pack_with_a_gap_says_why(referred: Desk) -> None:
    with pytest.raises(Refusal, match="Letter that says the case is referred") as refused:
        collect(referred)
    collect(referred, missing_reason="The letter goes out today.")

    assert (refused.value.rule, refused.value.field) == ("R086", "missing_reason")


@pytest.mark.rule("R089")
def test_the_case_form_was_not_completed_before_the_referral(referred: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        case_form(referred, completed_on="2027-01-15")
    accepted = case_form(referred, completed_on="2027-01-25")

    assert refused.value.rule == "R089"
    assert accepted.happened_on == date(2027, 1, 25)


@pytest.mark.rule("R090", "R091")
def test_the_head_teacher_signs_or_nothing_goes_on(referred: Desk) -> None:
    answers = {"signed": False, "name": "Mr Head", "signed_on": "2027-01-25"}

    with pytest.raises(Refusal) as refused:
        referred.complete("head_signs", "referrals.sign", answers, element="HeadTeacherSigns")
    accepted = referred.complete(
        "head_signs", "referrals.sign", {**answers, "signed": True}, element="HeadTeacherSigns"
    )

    assert refused.value.field == "signed"
    assert accepted.happened_on == date(2027, 1, 25)


@pytest.mark.rule("R091")
def test_submission_happened_on_the_day_it_was_made(referred: Desk) -> None:
    referred.at(date(2027, 1, 27))

    accepted = submit(referred, date(2027, 1, 26))

    assert accepted.happened_on == date(2027, 1, 26)
    with pytest.raises(Refusal):
        submit(referred, date(2027, 1, 28))
    with pytest.raises(Refusal):
        submit(referred, date(2027, 1, 15))
    with pytest.raises(Refusal):
        submit(referred, date(2027, 1, 26), is_complete=False)


@pytest.mark.rule("R089", "R090", "R091")
@pytest.mark.parametrize(("day", "is_late"), [(DUE_ON, False), (date(2027, 2, 16), True)])
def test_after_twenty_working_days_a_submission_says_why(referred: Desk, day: date, is_late: bool) -> None:
    referred.at(day)

    if is_late:
        with pytest.raises(Refusal) as refused:
            submit(referred, day)
        assert refused.value.field == "late_reason"
    assert submit(referred, day, late_reason="The head was ill." if is_late else None).happened_on == day


@pytest.mark.rule("R091")
def test_a_returned_application_is_submitted_once_more(referred: Desk) -> None:
    submit(referred, date(2027, 1, 25))
    referred.at(date(2027, 2, 1))
    returned = consider(referred, "returned")

    shown = referred.prepare("referrals.prepare", element="CompleteApplication")["shown"]
    submit(referred, date(2027, 2, 1))
    decided = consider(referred, "proceedings", reason=None)

    latest = latest_application(referred.db, referred.case.id)
    assert returned.routing == {"decision": "returned"}
    assert shown["returned_because"] == "Statement unsigned."
    assert decided.routing == {"decision": "proceedings"}
    assert latest is not None
    assert (latest.submission, latest.decision) == (2, "proceedings")


@pytest.mark.rule("R091")
@pytest.mark.parametrize("decision", ["returned", "declined", "other_measure"])
def test_the_authority_gives_its_reasons(referred: Desk, decision: str) -> None:
    submit(referred, date(2027, 1, 25))

    with pytest.raises(FormRefused) as refused:
        consider(referred, decision, reason="")

    assert "reason" in refused.value.problems


@pytest.mark.rule("R086")
@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ("declined", "decided not to take the case further"),
        ("other_measure", "an education supervision order"),
        ("proceedings", "decided to start legal proceedings"),
    ],
)
def test_parents_are_told_what_the_authority_decided(referred: Desk, decision: str, words: str) -> None:
    application(referred)
    submit(referred, date(2027, 1, 25))
    kind = {"measure_kind": "supervision_order", "measure": "an education supervision order"}
    measure = kind if decision == "other_measure" else {}
    consider(referred, decision, **measure)

    referred.serve("letters.send", letter="L12")

    assert [code for code, _ in referred.letters()][-2:] == ["L12", "L12"]
    assert words in referred.pages.texts[-1]


@pytest.mark.rule("R086")
def test_a_parent_whom_the_application_was_not_about_learns_nothing_of_the_other(referred: Desk) -> None:
    mother, father = (parent.id for parent in referred.facts.parents)
    rows = [row for row in applied(referred) if row["adult"] == str(mother)]
    rows += [row for row in applied(referred, apply=False, route="penalty_notice") if row["adult"] == str(father)]
    application(referred, parents=rows)
    submit(referred, date(2027, 1, 25))
    consider(referred, "proceedings", reason="Mrs Okafor was convicted before.", letter_text="A summons is on its way.")

    referred.serve("letters.send", letter="L12")

    [to_mother] = referred.letters_to("L12", "Okafor")
    [to_father] = referred.letters_to("L12", "Reed")
    assert "decided to start legal proceedings" in to_mother
    assert "A summons is on its way." in to_mother
    assert "We did not ask the local authority to act against you" in to_father
    assert not any(word in to_father for word in ("proceedings", "summons", "Day of the decision"))
    assert not any("convicted" in text for text in (to_mother, to_father))
