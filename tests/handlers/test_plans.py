"""The plan of the panel."""

from datetime import date

import pytest
from sqlalchemy import insert

from attendance import tables
from attendance.plans import plan_of
from engine.errors import FormRefused
from engine.ids import new_id
from engine.registry import Refusal
from tests.builders import amend
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import PANEL_ON, REVIEW_ON, agree, arrange, hold_panel, minuted, record


@pytest.fixture
def held(desk: Desk) -> Desk:
    """A panel held on Mon 7 Dec 2026, its plan still to be agreed."""
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)
    record(desk, meeting, minuted(desk))
    return desk


@pytest.mark.rule("R055", "R057")
def test_a_plan_starts_without_actions(held: Desk) -> None:
    prepared = held.prepare("plans.prepare")

    assert prepared["answers"]["actions"] == []
    assert prepared["answers"]["review_on"] == REVIEW_ON.isoformat()
    assert prepared["shown"]["opening"] == {"possible": 50, "unauthorised": 9}


@pytest.mark.rule("R054", "R055", "R056")
def test_a_plan_has_a_number_a_period_and_an_action_tied_to_a_barrier(held: Desk) -> None:
    accepted = agree(held)

    plan = plan_of(held.db, held.case.id, kind="panel")
    assert plan is not None
    assert (plan.target_sessions, plan.period_from, plan.period_to) == (2, date(2026, 12, 8), date(2027, 1, 15))
    assert plan.actions[0]["barrier"] == "The bus"
    assert accepted.happened_on == PANEL_ON


@pytest.mark.rule("R054", "R055", "R056")
def test_a_plan_without_target_action_or_barrier_is_refused(held: Desk) -> None:
    action = {"barrier": "", "action": "Ask for a bus", "who": "Ms Hart", "by": "2026-12-18"}

    with pytest.raises(FormRefused) as without_target:
        agree(held, target_sessions=None, actions=[])
    with pytest.raises(FormRefused) as without_barrier:
        agree(held, actions=[action])

    assert set(without_target.value.problems) == {"target_sessions", "actions"}
    assert set(without_barrier.value.problems) == {"actions.0.barrier"}


@pytest.mark.rule("R058")
@pytest.mark.parametrize(
    ("review_on", "field"),
    [
        ("2027-01-19", "late_reason"),  # Tue, a day more than six weeks
        ("2026-12-25", "review_on"),
        ("2026-12-07", "review_on"),
        ("2027-08-02", "review_on"),
    ],
)
def test_the_review_is_within_six_weeks_on_a_school_day(held: Desk, review_on: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        agree(held, review_on=review_on)

    assert (refused.value.rule, refused.value.field) == ("R058", field)


@pytest.mark.rule("R058")
def test_a_later_review_is_agreed_with_its_reason(held: Desk) -> None:
    agree(held, review_on="2027-01-19", late_reason="Mrs Okafor is abroad until then.")

    assert held.history("plan_agreed")[0]["late_reason"] == "Mrs Okafor is abroad until then."


@pytest.mark.rule("R057")
def test_an_action_copied_from_another_child_is_noted(held: Desk) -> None:
    copied = {"barrier": "x", "action": "ask for  the earlier bus.", "who": "y", "by": "2026-12-18"}
    values = {"kind": "panel", "actions": [copied], "owner": "", "agreed_at": held.now}
    held.db.execute(insert(tables.plan).values(id=new_id(), case_id=new_id(), **values))

    agree(held)

    assert held.history("actions_not_individual") == [{"actions": ["Ask for the earlier bus"]}]


@pytest.mark.rule("R004")
def test_a_refused_contract_is_recorded(held: Desk) -> None:
    parent = held.facts.parents[0]
    rows = [
        {"adult": str(one.id), "agrees_to": "Calls.", "contract": "refused" if one == parent else "signed"}
        for one in held.facts.parents
    ]

    agree(held, contracts=rows)

    assert held.history("plan_agreed")[0]["contracts"][str(parent.id)] == "refused"


@pytest.mark.rule("R073", "R077")
@pytest.mark.parametrize(
    ("further", "met", "improved"),
    [(0, True, True), (2, True, True), (3, False, True), (14, False, False)],
)
def test_progress_is_counted_from_the_register_as_it_is(desk: Desk, further: int, met: bool, improved: bool) -> None:
    two_parents(desk)
    hold_panel(desk)
    days = [date(2026, 12, day) for day in (8, 9, 10, 11, 14, 15, 16)]
    sessions = [(day, session) for day in days for session in ("AM", "PM")][:further]
    for day, session in sessions:
        amend(desk.db, desk.school, desk.pupil, day, session=session, code="O")
    desk.at(REVIEW_ON)

    assert desk.ask("further_unauthorised") == further
    assert desk.ask("target_met") is met
    assert desk.ask("improved") is improved


@pytest.mark.rule("R077")
def test_absence_on_the_day_of_the_panel_is_no_further_absence(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)
    amend(desk.db, desk.school, desk.pupil, PANEL_ON, session="AM", code="O")
    desk.at(REVIEW_ON)

    assert desk.ask("further_unauthorised") == 0


def test_a_period_without_a_possible_session_shows_nothing(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)

    assert desk.ask("target_met") is False
    assert desk.ask("improved") is False


@pytest.mark.rule("R074")
@pytest.mark.parametrize(
    ("code", "sessions", "suggested"),
    [("I", 8, True), ("I", 5, True), ("I", 4, False), ("Y1", 5, True), ("N", 8, False), ("/", 8, False)],
)
def test_a_defence_is_suggested_when_half_of_the_absence_was_amended_to_its_code(
    desk: Desk, code: str, sessions: int, suggested: bool
) -> None:
    absent = [date(2026, 10, day) for day in (13, 14, 15)] + [date(2026, 11, 9)]
    for day, session in [(day, session) for day in absent for session in ("AM", "PM")][:sessions]:
        amend(desk.db, desk.school, desk.pupil, day, session=session, code=code)

    assert desk.ask("defence_suggested") is suggested
