"""Each of the four outcomes, from the register to the end of the case."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from attendance import tables as records
from engine.registry import Refusal
from tests.attendance.calendars import day
from tests.journeys.world import World, in_london, stressed_world

# The demo's mother comes to both meetings and takes the copies with her; the father comes to neither.
PRESENT, ABSENT = ["L1", "L5"], ["L1", "L3", "L5", "L7"]


@pytest.mark.rule(
    "R006", "R007", "R008", "R022", "R024", "R030", "R059", "R060", "R072", "R073", "R074", "R077", "R078"
)
@pytest.mark.parametrize(
    ("missed", "code", "internal", "result", "closing"),
    [
        (0, "O1", "", "closed_target", ["L8a"]),
        (2, "O2", "", "closed_defence", ["L8b"]),
        (4, "O3", "", "referred", ["L8c", "L12"]),
        (2, "O4", "closed", "closed_internal_review", ["L8d", "L9a"]),
        (2, "O4", "refer", "referred", ["L8d", "L9b", "L12"]),
    ],
)
def test_each_outcome_leads_to_its_end_and_each_parent_is_told_individually(
    world: World, missed: int, code: str, internal: str, result: str, closing: list[str]
) -> None:
    case = world.to_outcome(absent=missed)

    world.player.do(case, "DecideOutcome", variant={"code": code})
    if code == "O2":
        world.do(case, "AgreeStepDownPlan")
    if internal:
        world.player.wait_for(case, "DecideInternalReview")
        world.player.do(case, "DecideInternalReview", variant={"decision": internal})
    if result == "referred":
        world.submit(case)
        world.do(case, "ConsiderApplication")

    closed = world.case(case)
    assert (closed.result, closed.closed_at is None) == (result, False)
    assert world.letters_to(case, world.mother) == PRESENT + closing
    assert world.letters_to(case, world.father) == ABSENT + closing
    assert [meeting.kind for meeting in world.meetings(case)] == ["panel", "review"]
    assert world.tasks(case) == []
    assert not world.incidents()


@pytest.mark.rule("R073")
def test_a_case_is_not_closed_as_achieved_while_the_target_is_not_met(world: World) -> None:
    case = world.to_outcome(absent=2)

    with pytest.raises(Refusal) as refused:
        world.player.do(case, "DecideOutcome", variant={"code": "O1"})

    assert (refused.value.code, refused.value.rule) == ("target_not_met", "R073")
    assert world.tasks(case) == ["DecideOutcome"]
    assert world.rows(records.outcome, case_id=case) == []
    assert "L8a" not in world.letters_to(case, world.mother)


@pytest.mark.rule("R074", "R075", "R076", "R087")
def test_a_statutory_defence_closes_the_case_once_a_step_down_plan_is_agreed(world: World) -> None:
    case = world.to_outcome(absent=2)
    world.player.do(case, "DecideOutcome", variant={"code": "O2"})
    assert world.tasks(case) == ["AgreeStepDownPlan"]
    assert "L8b" not in world.letters_to(case, world.mother)

    world.do(case, "AgreeStepDownPlan")

    assert [plan.kind for plan in world.rows(records.plan, case_id=case)] == ["panel", "step_down"]
    assert world.letters_of(case)[-2:] == [("L8b", world.mother), ("L8b", world.father)]


@pytest.mark.rule("R078", "R082", "R088", "R089")
def test_an_internal_review_refers_the_case_and_the_twenty_days_begin_on_that_day(world: World) -> None:
    case = world.to_internal_review()

    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})

    assert world.letters_of(case)[-2:] == [("L9b", world.mother), ("L9b", world.father)]
    assert world.due(case, "TwentyDays") == "Mon 5 Apr 2027 23:59"  # from Thu 4 Mar; Good Friday is 26 Mar
    assert world.tasks(case) == ["CollectEvidence", "CompleteApplication", "CompleteCaseForm"]


@pytest.mark.rule("R078", "R079")
def test_an_internal_review_is_fixed_for_the_last_day_of_six_school_weeks_and_not_a_day_later(
    engine: Engine, tmp_path: Path
) -> None:
    world = stressed_world(engine, tmp_path)
    case = world.to_outcome(absent=2)
    assert [in_london(meeting.starts_at) for meeting in world.meetings(case)] == [
        "Mon 1 Dec 2025 09:30",
        "Mon 12 Jan 2026 09:30",
    ]

    with pytest.raises(Refusal, match="by Mon 2 Mar 2026") as refused:
        world.player.do(case, "DecideOutcome", variant={"code": "O4"}, review_again="2026-03-03")
    assert (refused.value.code, refused.value.rule) == ("too_late", "R078")
    world.player.do(case, "DecideOutcome", variant={"code": "O4"}, review_again="2026-03-02")

    assert world.due(case, "InternalReviewDay") == "Mon 2 Mar 2026 00:00"


@pytest.mark.rule("R072", "R077")
def test_the_advice_is_that_of_the_day_on_which_the_task_is_opened(world: World) -> None:
    case = world.to_outcome()
    first = world.shown(case, "DecideOutcome")
    assert (first["advice"], first["advice_on"], first["advice_before"]) == ("O1", "2027-01-14", "")

    # The school's next export says that the pupil was away in December after all.
    missed = world.school_days(day("Mon 7 Dec 2026"), number=5)
    world.correct(*[f"{each} {half}" for each in missed for half in ("AM", "PM")], code="O")
    world.player.move_to_day(day("Fri 15 Jan 2027"))

    shown = world.shown(case, "DecideOutcome")
    assert (shown["advice"] != "O1", shown["advice_on"], shown["advice_before"]) == (True, "2027-01-15", "O1")
    with pytest.raises(Refusal, match="The figures advise") as refused:
        world.player.do(case, "DecideOutcome", variant={"code": "O1"}, reason="")
    assert refused.value.field == "reason"
