"""Early support before Fast Track."""

from datetime import date
from typing import Any

import pytest

from engine.errors import FormRefused
from engine.registry import Accepted, Refusal
from tests.builders import make_adult, make_pupil
from tests.handlers.desk import Desk, two_parents

ANSWERED: dict[str, Any] = {
    "engaged": "Three telephone calls in October.",
    "addressed": "A meeting with the form tutor on 2 November.",
    "panel_was_held": True,
    "panel_was_on": "2026-11-10",
    "panel_attended_by": "Mrs Okafor, Ms Hart",
    "targets_set": True,
    "targets": "Every morning on time.",
    "barrier_identified": True,
    "barriers": "The bus.",
    "plan_agreed": True,
    "plan": "An earlier bus.",
    "issues_before": False,
    "siblings_here": False,
    "siblings_elsewhere": False,
    "approach": "no_siblings",
    "aeo_consulted": True,
    "aeo_consulted_on": "2026-11-12",
    "aeo_officer": "Mr Lowe",
    "aeo_advice": "Go on.",
    "decision": "go_on",
}


def review(desk: Desk, **changes: Any) -> Accepted:
    """Completes the review of early support."""
    return desk.complete(
        "early_support",
        "support.accept",
        {**ANSWERED, **changes},
        prepare="support.prepare",
        element="ReviewEarlySupport",
    )


def test_a_case_that_is_ready_goes_on(desk: Desk) -> None:
    assert review(desk).routing == {"support": "go_on"}


@pytest.mark.rule("R009", "R010")
def test_what_was_done_to_engage_and_to_help_must_be_said(desk: Desk) -> None:
    with pytest.raises(FormRefused) as refused:
        review(desk, engaged="", addressed="")

    assert set(refused.value.problems) == {"engaged", "addressed"}


@pytest.mark.rule("R011", "R012", "R013", "R014", "R021")
@pytest.mark.parametrize(
    "question", ["panel_was_held", "targets_set", "barrier_identified", "plan_agreed", "aeo_consulted"]
)
def test_a_no_stops_nothing_but_needs_a_reason(desk: Desk, question: str) -> None:
    with pytest.raises(Refusal) as refused:
        review(desk, **{question: False})

    assert refused.value.field == "why_not"
    assert review(desk, **{question: False}, why_not="There was no time.").routing == {"support": "go_on"}


@pytest.mark.rule("R017", "R018", "R019")
@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("issues_before", "worked_before"),
        ("siblings_here", "siblings_here_names"),
        ("siblings_elsewhere", "siblings_elsewhere_names"),
    ],
)
def test_a_yes_asks_for_the_detail(desk: Desk, question: str, detail: str) -> None:
    with pytest.raises(FormRefused) as refused:
        review(desk, **{question: True})

    assert set(refused.value.problems) == {detail}


@pytest.mark.rule("R020")
def test_siblings_make_a_joint_approach_a_question(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        review(desk, siblings_here=True, siblings_here_names="Zoe Okafor")

    assert refused.value.field == "approach"


@pytest.mark.rule("R018")
def test_siblings_in_the_same_school_are_found(desk: Desk) -> None:
    sibling = make_pupil(desk.db, desk.school, upn="D926999018002", forename="Zoe")
    make_adult(desk.db, desk.school, desk.pupil, sibling)

    prepared = desk.prepare("support.prepare")

    assert prepared["shown"]["siblings_here"] == ["Zoe Okafor"]
    assert prepared["answers"]["siblings_here"] is True


def test_a_child_of_other_parents_is_no_sibling(desk: Desk) -> None:
    two_parents(desk)
    make_adult(desk.db, desk.school, make_pupil(desk.db, desk.school, upn="D926999018002"), surname="Okafor")

    assert desk.prepare("support.prepare")["shown"]["siblings_here"] == []


@pytest.mark.rule("R002")
def test_not_yet_names_the_day_on_which_to_look_again(desk: Desk) -> None:
    not_yet = {"decision": "not_yet", "not_yet_reason": "The plan must run for a week."}

    with pytest.raises(Refusal) as refused:
        review(desk, **not_yet, look_again="2026-11-23")
    accepted = review(desk, **not_yet, look_again="2026-11-30")

    assert refused.value.field == "look_again"
    assert accepted.routing == {"support": "not_yet"}
    assert desk.ask("look_again_on") == date(2026, 11, 30)
