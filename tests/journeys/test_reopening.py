"""A closed case is taken up again: another case follows it, with what was known (domain.md E29)."""

from uuid import UUID

import pytest

from engine.database import transaction
from engine.errors import AlreadyOpen
from engine.queries.cases import case_by_id, cases_beside
from engine.reopening import FollowedAlready, StillOpen, reopen_case
from tests.journeys.world import World


@pytest.fixture
def closed(world: World) -> UUID:
    """A case that ended with its target achieved; absence began again afterwards."""
    case = world.to_outcome()
    world.player.do(case, "DecideOutcome", variant={"code": "O1"})
    world.marked_to = world.player.today()  # no mark of the day itself: the second reading would count it, too
    missed = world.school_days(world.marked_to, number=12)[-9:]
    world.player.move_to_day(missed[-1])
    world.attend(until=missed[-1], absent=dict.fromkeys(missed, "OO"))
    return case


def reopen(world: World, case: UUID) -> UUID:
    return reopen_case(world.player.runtime, case, actor="ada", reason="Absence began again.")


@pytest.mark.rule("R006", "R016")
def test_a_case_that_follows_starts_on_a_new_window_with_what_was_said_before(world: World, closed: UUID) -> None:
    before = world.case(closed)

    case = reopen(world, closed)

    task = world.shown(case, "ReviewEarlySupport")
    assert task["figures"]["unauthorised"] >= 18
    assert world.seeded(case, "ReviewEarlySupport")["issues_before"] is True
    assert world.seeded(case, "ReviewEarlySupport")["engaged"]
    assert "decision" not in world.seeded(case, "ReviewEarlySupport")
    after = world.case(closed)
    assert (after.result, after.closed_at) == (before.result, before.closed_at)
    assert world.noted(closed, "reopened") == [
        {"by_case": world.case(case).reference, "reason": "Absence began again."}
    ]
    assert world.noted(case, "follows") == [{"former": before.reference, "reason": "Absence began again."}]
    with transaction(world.player.runtime.engine) as db:
        beside = cases_beside(db, case_by_id(db, closed))
    assert (beside["follows"], getattr(beside["followed_by"], "id", None)) == (None, case)


def test_only_a_closed_case_is_taken_up_and_by_one_case(world: World, closed: UUID) -> None:
    case = reopen(world, closed)

    with pytest.raises(FollowedAlready):
        reopen(world, closed)
    with pytest.raises(StillOpen):
        reopen(world, case)


def test_a_pupil_about_whom_another_case_is_open_is_not_taken_up_twice(world: World, closed: UUID) -> None:
    world.player.open(world.school, world.pupil)

    with pytest.raises(AlreadyOpen):
        reopen(world, closed)
    assert world.noted(closed, "reopened") == []


@pytest.mark.rule("R006")
def test_a_case_whose_pupil_does_not_meet_the_criteria_now_does_not_start(world: World) -> None:
    case = world.to_outcome()
    world.player.do(case, "DecideOutcome", variant={"code": "O1"})

    again = reopen(world, case)

    assert world.tasks(again) == []
    assert world.case(again).closed_at is not None
