"""Early support before Fast Track."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from engine import tables
from engine.errors import FormRefused
from engine.ids import new_id
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


def open_case_of(desk: Desk, pupil: UUID, reference: str) -> None:
    """A case of another pupil of the school."""
    k = tables.case
    version = desk.db.execute(select(k.c.version_id).where(k.c.id == desk.case.id)).scalar_one()
    of = {"process": "fast_track", "version_id": version, "owner_id": desk.school, "subject_id": pupil}
    opened = {"revision": 1, "opened_by": "lead", "opened_at": desk.now, "stage": "Agree the plan"}
    desk.db.execute(insert(k).values(id=new_id(), reference=reference, **of, **opened))


@pytest.mark.rule("R018", "R020")
def test_a_siblings_own_case_is_shown_with_the_parents_they_share(desk: Desk) -> None:
    sister, stranger = (make_pupil(desk.db, desk.school, upn=upn) for upn in ("V926999024002", "F926999024001"))
    make_adult(desk.db, desk.school, desk.pupil, sister)
    make_adult(desk.db, desk.school, sister, surname="Vane", forename="Leo", title="Mr", relationship="Step-father")
    open_case_of(desk, sister, "FT-2026-00043")
    open_case_of(desk, stranger, "FT-2026-00044")

    (shown,) = desk.prepare("support.prepare")["shown"]["sibling_cases"]

    assert (shown["case"], shown["stage"]) == ("FT-2026-00043", "Agree the plan")
    # The sister's step-father is no parent of Jamie: only shared parents see the shared part (E17).
    assert shown["shared_parents"] == ["Mrs Ada Okafor (Mother)"]


@pytest.mark.rule("R019", "R020")
def test_a_joint_approach_with_another_school_is_somebodys_task(desk: Desk) -> None:
    elsewhere = {"siblings_elsewhere": True, "siblings_elsewhere_names": "Mo Okafor, Broad Reach Academy"}

    review(desk, **elsewhere, approach="separate", approach_reason="Only Jamie is away.")
    separately = desk.history("task_added")
    review(desk, **elsewhere, approach="joint", approach_reason="Both are away on Mondays.")

    assert separately == []
    (added,) = desk.history("task_added")
    assert added["name"] == "Agree the joint approach with the siblings' schools"
    assert added["reason"].startswith("Mo Okafor, Broad Reach Academy.")
