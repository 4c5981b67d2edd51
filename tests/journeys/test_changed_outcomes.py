"""An outcome is decided again while the authority is asked: the first decision stays, the new one says why."""

import pytest

from attendance import tables as records
from engine import tables
from engine.registry import Refusal
from tests.attendance.calendars import day
from tests.journeys.world import PAPERS, World


@pytest.mark.rule("R072", "R074", "E27")
def test_a_later_outcome_is_a_further_version_with_its_author_and_reason(world: World) -> None:
    case = world.to_referral()
    world.submit(case)
    world.player.move_to_day(day("Mon 25 Jan 2027"))

    world.player.report(case, "OutcomeChanged")
    assert world.tasks(case) == ["DecideOutcome"]
    assert world.shown(case, "DecideOutcome")["decided_before"] == "O3"
    with pytest.raises(Refusal) as unreasoned:
        world.player.do(case, "DecideOutcome", variant={"code": "O2"}, reason=None)
    world.player.do(case, "DecideOutcome", variant={"code": "O2"}, reason="The hospital's letter came.")
    world.do(case, "AgreeStepDownPlan")

    assert (unreasoned.value.code, unreasoned.value.rule) == ("reason_missing", "R072")
    kept = world.rows(records.outcome, case_id=case)
    assert [(row.code, row.decided_by) for row in kept] == [("O3", "player"), ("O2", "player")]
    assert (kept[1].reason, kept[1].decided_on) == ("The hospital's letter came.", day("Mon 25 Jan 2027"))
    assert world.letters_to(case, world.mother)[-2:] == ["L8c", "L8b"]
    assert world.case(case).result == "closed_defence"
    added = [row.name for row in world.rows(tables.task, case_id=case, state="open")]
    assert added == ["Tell the authority that the outcome is decided again", "Review the step-down plan"]
    assert world.noted(case, "outcome_reopened")[0]["found_on"] == "2027-01-25"
    assert world.incidents() == []


@pytest.mark.rule("R072", "R089", "R091")
def test_a_referral_that_is_decided_again_counts_from_the_new_decision(world: World) -> None:
    case = world.to_referral()
    assert world.due(case, "TwentyDays") == "Thu 11 Feb 2027 23:59"
    world.player.move_to_day(day("Mon 25 Jan 2027"))
    world.player.report(case, "OutcomeChanged")

    world.player.do(case, "DecideOutcome", variant={"code": "O3"}, reason="It was looked at again.")

    assert world.tasks(case) == sorted(PAPERS)
    assert world.due(case, "TwentyDays") == "Mon 22 Feb 2027 23:59"
    world.submit(case)
    world.do(case, "ConsiderApplication")
    assert world.case(case).result == "referred"
    assert world.rows(tables.task, case_id=case, state="open") == []


@pytest.mark.rule("R072", "R078")
def test_an_internal_review_that_referred_is_over_when_the_outcome_is_decided_again(world: World) -> None:
    case = world.to_internal_review()
    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})
    world.player.report(case, "OutcomeChanged")

    world.player.do(case, "DecideOutcome", variant={"code": "O3"}, reason="Decided by the panel after all.")

    decided_on = world.rows(records.outcome, case_id=case)[-1].decided_on
    assert world.shown(case, "CompleteCaseForm")["referred_on"] == decided_on.isoformat()
