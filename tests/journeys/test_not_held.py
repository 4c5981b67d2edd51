"""Meetings that did not happen."""

from typing import Any

import pytest

from tests.attendance.calendars import day
from tests.journeys.world import World

CLOSED: dict[str, Any] = {"held": False, "not_held_reason": "The school was closed by snow."}


@pytest.mark.rule("R033", "R042")
def test_a_panel_that_was_not_held_is_arranged_again_with_new_notice(world: World) -> None:
    case = world.to_panel_notice()
    world.player.wait_for(case, "RecordMeeting")

    world.player.do(case, "RecordMeeting", **CLOSED)

    assert world.tasks(case) == ["ArrangeMeeting"]
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    first, second = world.meetings(case)
    assert (first.state, second.replaces, second.reason) == ("not_held", first.id, "The meeting could not be held.")
    assert second.starts_at.date() == day("Tue 15 Dec 2026")  # posted Thu 3 Dec, received Mon 7
    assert world.letters_of(case)[-2:] == [("L2", world.mother), ("L2", world.father)]
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting")
    assert world.tasks(case) == ["AgreePlan"]


@pytest.mark.rule("R058")
def test_a_review_that_was_not_held_meets_no_deadline(world: World) -> None:
    case = world.to_review_notice()
    world.player.wait_for(case, "RecordMeeting")

    world.player.do(case, "RecordMeeting", **CLOSED)

    assert world.timer(case, "SixWeeks").met_on is None
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    assert world.letters_of(case)[-2:] == [("L6", world.mother), ("L6", world.father)]
    world.player.wait_for(case, "RecordMeeting")
    deadline = world.timer(case, "SixWeeks")
    assert deadline.raised_at is not None
    world.do(case, "RecordMeeting")
    assert world.timer(case, "SixWeeks").met_on == world.meetings(case)[-1].starts_at.date()
