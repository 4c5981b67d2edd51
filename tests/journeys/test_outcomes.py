"""Each of the four outcomes, from the register to the end of the case."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from attendance import tables as records
from engine.registry import Refusal
from tests.journeys.world import World, in_london, stressed_world


@pytest.mark.rule("R006", "R007", "R008", "R073", "R086")
def test_a_target_that_is_achieved_closes_the_case(world: World) -> None:
    case = world.to_outcome()

    world.player.do(case, "DecideOutcome", variant={"code": "O1"})

    closed = world.case(case)
    assert (closed.result, closed.closed_at is None) == ("closed_target", False)
    assert world.letters_of(case)[-2:] == [("L8a", world.mother), ("L8a", world.father)]
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

    assert world.case(case).result == "closed_defence"
    assert [plan.kind for plan in world.rows(records.plan, case_id=case)] == ["panel", "step_down"]
    assert world.letters_of(case)[-2:] == [("L8b", world.mother), ("L8b", world.father)]


@pytest.mark.rule("R077", "R086")
def test_further_absence_refers_the_case_to_the_authority(world: World) -> None:
    case = world.to_outcome(absent=4)

    world.player.do(case, "DecideOutcome", variant={"code": "O3"})

    assert world.case(case).closed_at is None
    assert world.letters_of(case)[-2:] == [("L8c", world.mother), ("L8c", world.father)]
    assert world.tasks(case) == ["CollectEvidence", "CompleteApplication", "CompleteCaseForm"]


@pytest.mark.rule("R078", "R080", "R081", "R088")
def test_an_internal_review_closes_the_case_without_another_meeting(world: World) -> None:
    case = world.to_internal_review()
    assert world.letters_of(case)[-2:] == [("L8d", world.mother), ("L8d", world.father)]

    world.player.do(case, "DecideInternalReview", variant={"decision": "closed"})

    assert world.case(case).result == "closed_internal_review"
    assert world.letters_of(case)[-2:] == [("L9a", world.mother), ("L9a", world.father)]
    assert [meeting.kind for meeting in world.meetings(case)] == ["panel", "review"]


@pytest.mark.rule("R078", "R082", "R088", "R089")
def test_an_internal_review_refers_the_case_and_the_twenty_days_begin_on_that_day(world: World) -> None:
    case = world.to_internal_review()

    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})

    assert world.letters_of(case)[-2:] == [("L9b", world.mother), ("L9b", world.father)]
    assert world.due(case, "TwentyDays") == "Mon 5 Apr 2027 23:59"  # from Thu 4 Mar; Good Friday is 26 Mar
    world.submit(case)
    world.do(case, "ConsiderApplication")
    assert world.case(case).result == "referred"
    assert world.letters_of(case)[-2:] == [("L12", world.mother), ("L12", world.father)]


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
