"""What each parent is told of the outcome, and what a parent who is discovered late is told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from attendance.outcomes import outcome_of
from tests.builders import amend, make_adult
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import PANEL_ON, SUPPORTED, arrange, decide, hold_panel, hold_review


def _achieved(desk: Desk) -> None:
    decide(desk, "O1", advice="O1")


def _defence(desk: Desk) -> None:
    decide(
        desk, "O2", advice="O1", reason="A letter.", defence="sickness", evidence="A consultant's letter of January."
    )
    answers = {
        "actions": [{"barrier": "Asthma", "action": "A quiet room", "who": "Mrs Patel", "by": "2027-01-29"}],
        "authorised_absences": "The school authorises appointments beforehand.",
        "owner": "Ms Hart",
        "review_on": "2027-03-03",
    }
    desk.complete("step_down", "outcomes.step_down", answers, element="AgreeStepDownPlan")


def _further(desk: Desk) -> None:
    amend(desk.db, desk.school, desk.pupil, date(2027, 1, 12), session="AM", code="O")
    decide(desk, "O3", advice="O3", reason="Absent again without a reason.")


def _improved(desk: Desk) -> None:
    decide(desk, "O4", advice="O1", reason="The bus is new.", review_again="2027-03-01", all_clear=True)


def _internal(desk: Desk, decision: str) -> None:
    _improved(desk)
    desk.at(date(2027, 3, 1))
    answers = {
        "decision": decision,
        "support": SUPPORTED,
        "decided_on": "2027-03-01",
        "reason": "Nine weeks without a gap.",
        "next_steps": "None.",
    }
    desk.complete("internal_review", "outcomes.accept_internal", answers, prepare="outcomes.prepare_internal")


OUTCOMES: list[tuple[str, Callable[[Desk], None], str]] = [
    ("L8a", _achieved, "No unauthorised session out of"),
    ("L8b", _defence, "sickness or another unavoidable cause"),
    ("L8c", _further, "within 20 working days"),
    ("L8d", _improved, "Monday 1 March 2027"),
    ("L9a", lambda desk: _internal(desk, "closed"), "Nine weeks without a gap."),
    ("L9b", lambda desk: _internal(desk, "refer"), "within 20 working days"),
]


@pytest.mark.rule("R030", "R077", "R082", "R086", "R087", "R088")
@pytest.mark.parametrize(("letter", "happens", "words"), OUTCOMES)
def test_each_parent_is_told_the_outcome_and_the_next_steps(
    desk: Desk, letter: str, happens: Callable[[Desk], None], words: str
) -> None:
    two_parents(desk)
    hold_review(desk)
    happens(desk)

    desk.serve("letters.send", letter=letter)

    texts = desk.letters_to(letter, "Okafor", "Reed")
    assert len(texts) == 2
    assert all(words in text for text in texts)


@pytest.mark.rule("R077", "R086")
@pytest.mark.parametrize(("absent", "is_said"), [(True, True), (False, False)])
def test_a_referral_speaks_of_more_absence_only_where_there_was_some(desk: Desk, absent: bool, is_said: bool) -> None:
    two_parents(desk)
    hold_review(desk)
    if absent:
        amend(desk.db, desk.school, desk.pupil, date(2027, 1, 12), session="AM", code="O")
    decide(desk, "O3", advice="O1", reason="Nobody answers.")

    desk.serve("letters.send", letter="L8c")

    [text] = desk.letters_to("L8c", "Okafor")
    assert ("There has been more unauthorised absence." in text) is is_said


@pytest.mark.rule("R078", "R086")
@pytest.mark.parametrize("is_better", [True, False])
def test_an_internal_review_speaks_of_improvement_only_where_there_is_some(desk: Desk, is_better: bool) -> None:
    two_parents(desk)
    hold_review(desk)
    if not is_better:
        for day in (date(2027, 1, 5), date(2027, 1, 6), date(2027, 1, 7), date(2027, 1, 8), date(2027, 1, 11)):
            for session in ("AM", "PM"):
                amend(desk.db, desk.school, desk.pupil, day, session=session, code="O")
    decide(desk, "O4", advice="O1", reason="Let us see.", review_again="2027-03-01", all_clear=True)

    desk.serve("letters.send", letter="L8d")

    [text] = desk.letters_to("L8d", "Okafor")
    assert ("It is better, but not yet good enough" in text) is is_better
    assert ("It is not yet good enough" in text) is not is_better
    assert ("Thank you for the changes" in text) is is_better


@pytest.mark.rule("R088")
@pytest.mark.parametrize("letter", ["L9a", "L9b"])
def test_the_letter_after_the_internal_review_counts_from_the_review_to_the_decision(desk: Desk, letter: str) -> None:
    two_parents(desk)
    hold_review(desk)
    _improved(desk)
    for day in (date(2027, 1, 18), date(2027, 2, 1), date(2027, 3, 2)):  # before, between, after
        amend(desk.db, desk.school, desk.pupil, day, session="PM", code="O")
    desk.at(date(2027, 3, 3))
    answers = {
        "decision": "closed" if letter == "L9a" else "refer",
        "support": SUPPORTED,
        "decided_on": "2027-03-01",
        "reason": "Once.",
        "next_steps": "None.",
    }
    desk.complete("internal_review", "outcomes.accept_internal", answers, prepare="outcomes.prepare_internal")

    desk.serve("letters.send", letter=letter)

    text = desk.letters_to(letter, "Okafor")[0].replace("\n", " ")
    assert "1 unauthorised session out of 50 possible sessions from 19 January 2027 to 1 March 2027." in text
    if letter == "L9b":
        # Nine sessions of the opening window, one on the day of the review, one since.
        assert "From Monday 12 October 2026 to Monday 1 March 2027, Jamie had 11 sessions of unauthorised" in text


def test_what_the_panel_found_is_counted_to_the_day_of_its_decision(desk: Desk) -> None:
    two_parents(desk)
    hold_review(desk)
    amend(desk.db, desk.school, desk.pupil, date(2027, 1, 19), session="AM", code="O")
    desk.at(date(2027, 1, 22))
    decide(desk, "O1", advice="O1")

    desk.serve("letters.send", letter="L8a")

    [text] = desk.letters_to("L8a", "Okafor")
    found = outcome_of(desk.db, desk.case.id, stage="review")
    assert found is not None
    assert (found.figures["further_unauthorised"], found.figures["counted_to"]) == (0, "2027-01-15")
    assert "At the review on Monday 18 January 2027" in text


@pytest.mark.rule("R074")
def test_the_letter_about_a_defence_gives_no_detail_of_the_evidence(desk: Desk) -> None:
    two_parents(desk)
    hold_review(desk)
    _defence(desk)

    desk.serve("letters.send", letter="L8b")

    assert not any("consultant" in text for text in desk.letters_to("L8b", "Okafor", "Reed"))


@pytest.mark.rule("R048", "R060", "R061")
@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (two_parents, "We will write to you when the next date is fixed."),
        (lambda desk: arrange(desk, "panel", PANEL_ON), "There is a meeting on Monday 7 December 2026"),
        (hold_panel, "We plan to look at how attendance has changed on 18 January 2027."),
        (hold_review, "There was a meeting on 18 January 2027"),
    ],
)
def test_a_discovered_parent_is_told_what_has_happened_so_far(
    desk: Desk, happened: Callable[[Desk], Any], words: str
) -> None:
    make_adult(desk.db, desk.school, desk.pupil)
    happened(desk)
    late = make_adult(desk.db, desk.school, desk.pupil, surname="Vane", forename="Ida", relationship="Grandmother")

    desk.serve("letters.send", letter="L10", recipient=str(late))

    [text] = desk.letters_to("L10", "Vane")
    assert words in text
    assert "Fast Track was started on 23 November 2026." in text
