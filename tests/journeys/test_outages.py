"""Nobody works for 200 days: everything is caught up in the order in which it fell due."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.journeys.world import World

OUTAGE = timedelta(days=200)


def wait_for_early_support(world: World) -> UUID:
    case = world.open()
    world.player.do(
        case,
        "ReviewEarlySupport",
        decision="not_yet",
        look_again="2026-12-07",
        not_yet_reason="The breakfast club began last week.",
    )
    return case


def wait_for_the_internal_review(world: World) -> UUID:
    case = world.to_outcome(absent=2)
    world.player.do(case, "DecideOutcome", variant={"code": "O4"})
    return case


def wait_for_a_reply_to_be_decided_on(world: World) -> UUID:
    case = world.to_panel_notice()
    world.player.report(case, "ParentCannotAttend")
    return case


@pytest.mark.rule("R005", "R033", "R058", "R078", "R079", "R089")
@pytest.mark.parametrize(
    ("reach", "fired", "tasks"),
    [
        (
            wait_for_early_support,
            ["LookAgain", "TwelveWeeks", "NextLimitationDate"],
            ["ReconsiderLimitation", "ReviewEarlySupport"],
        ),
        (
            World.to_panel_notice,
            ["NoticeHasRun", "MeetingDay", "TwelveWeeks", "NextLimitationDate"],
            ["ReconsiderLimitation", "RecordMeeting"],
        ),
        (
            wait_for_a_reply_to_be_decided_on,
            ["NoticeHasRun", "MeetingDay", "TwelveWeeks", "NextLimitationDate"],
            ["DecideLateReply", "ReconsiderLimitation"],
        ),
        (
            World.to_plan,
            ["TimeToInvite", "SixWeeks", "TwelveWeeks", "NextLimitationDate"],
            ["ArrangeMeeting", "ReconsiderLimitation"],
        ),
        (
            World.to_review_notice,
            ["NoticeHasRun", "MeetingDay", "SixWeeks", "TwelveWeeks", "NextLimitationDate"],
            ["ReconsiderLimitation", "RecordMeeting"],
        ),
        (
            wait_for_the_internal_review,
            ["TwelveWeeks", "InternalReviewDay", "SixSchoolWeeks", "NextLimitationDate"],
            ["DecideInternalReview", "ReconsiderLimitation"],
        ),
        (
            World.to_referral,
            ["TenDays", "FifteenDays", "TwentyDays", "TwelveWeeks", "NextLimitationDate"],
            ["CollectEvidence", "CompleteApplication", "CompleteCaseForm", "ReconsiderLimitation"],
        ),
    ],
)
def test_after_an_outage_everything_fires_once_in_the_order_in_which_it_fell_due(
    world: World, reach: Callable[[World], UUID], fired: list[str], tasks: list[str]
) -> None:
    case = reach(world)
    before = len(world.fired(case))
    world.sleep_until(world.player.now() + OUTAGE)

    with ThreadPoolExecutor() as workers:
        for worker in [workers.submit(world.player.settle) for _ in range(3)]:
            worker.result()

    assert world.fired(case)[before:] == fired
    due = [datetime.fromisoformat(note["due_at"]) for note in world.noted(case, "timer_fired")][before:]
    assert due == sorted(due)
    assert world.tasks(case) == tasks
    assert not world.incidents()


def test_a_case_that_is_over_does_nothing_in_200_days(world: World) -> None:
    case = world.to_outcome()
    world.player.do(case, "DecideOutcome", variant={"code": "O1"})
    world.player.settle()
    before = world.history(case), world.letters_of(case)
    world.sleep_until(world.player.now() + OUTAGE)

    world.player.settle()

    assert (world.history(case), world.letters_of(case)) == before
    assert world.tasks(case) == []


@pytest.mark.rule("R041")
def test_a_person_who_acts_after_an_outage_finds_what_fell_due_already_done(world: World) -> None:
    case = world.to_panel_notice()
    world.sleep_until(world.player.now() + OUTAGE)

    world.player.report(case, "Withdrawn")

    assert world.fired(case) == ["NoticeHasRun", "MeetingDay", "TwelveWeeks", "NextLimitationDate"]
    assert world.case(case).result == "withdrawn"
    assert world.tasks(case) == []
