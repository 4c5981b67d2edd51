"""Replies that nobody has decided on when the meeting begins."""

from uuid import UUID

import pytest

from attendance import tables as records
from engine import tables
from engine.cases import complete_task
from engine.errors import NotReportable, TaskNotWaiting
from tests.attendance.calendars import day
from tests.journeys.world import World


def cut_off(world: World) -> UUID:
    """A reply came on the morning of the panel, Thu 3 Dec 2026, and the panel's time came before a decision."""
    case = world.to_panel_notice()
    begins = world.meetings(case)[0].starts_at
    world.player.move_to(begins.replace(hour=8, minute=0))
    world.player.report(case, "ParentCannotAttend", variant={"parent": 1})
    world.player.move_to(begins)
    return case


@pytest.mark.rule("R041")
def test_a_reply_on_the_day_is_decided_on_before_the_meeting_is_recorded(world: World) -> None:
    case = cut_off(world)

    assert world.tasks(case) == ["DecideLateReply"]
    (reply,) = world.shown(case, "DecideLateReply")["replies"]
    assert (reply["parent"], reply["received_on"]) == ("Mr Sam Okafor (Father)", "2026-12-03")


@pytest.mark.rule("R041", "R043")
def test_the_meeting_goes_ahead_when_the_late_reason_is_not_reasonable(world: World) -> None:
    case = cut_off(world)

    world.player.do(case, "DecideLateReply", variant={"is_reasonable": False})

    assert world.tasks(case) == ["RecordMeeting"]
    (meeting,) = world.meetings(case)
    assert [reply.reasonable for reply in world.rows(records.reply, meeting_id=meeting.id)] == [False]


@pytest.mark.rule("R041", "R042")
def test_the_meeting_moves_for_everybody_when_the_late_reason_is_reasonable(world: World) -> None:
    case = cut_off(world)

    world.do(case, "DecideLateReply", "ArrangeMeeting", "ConfirmPosting")

    assert world.letters_of(case)[-2:] == [("L2", world.mother), ("L2", world.father)]
    first, second = world.meetings(case)
    assert (first.state, second.starts_at.date()) == ("rearranged", day("Tue 15 Dec 2026"))


@pytest.mark.rule("R041", "R042")
def test_one_reasonable_reason_among_several_late_ones_moves_the_meeting(world: World) -> None:
    case = world.to_panel_notice()
    begins = world.meetings(case)[0].starts_at
    world.player.report(case, "ParentCannotAttend", variant={"parent": 0})
    world.player.report(case, "ParentCannotAttend", variant={"parent": 1})
    world.player.move_to(begins)
    replies = world.shown(case, "DecideLateReply")["replies"]

    world.player.do(
        case,
        "DecideLateReply",
        replies=[
            {"reply": replies[0]["reply"], "reasonable": False, "reason": "It can be moved."},
            {"reply": replies[1]["reply"], "reasonable": True, "reason": "The letter was shown."},
        ],
    )

    assert world.tasks(case) == ["ArrangeMeeting"]


@pytest.mark.rule("R041")
def test_a_decision_that_comes_after_the_meeting_has_begun_finds_its_task_taken_away(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "ParentCannotAttend")
    task = world.player.task(case, "DecideReasonable")
    world.sleep_until(world.meetings(case)[0].starts_at)

    with pytest.raises(TaskNotWaiting):
        complete_task(world.player.runtime, task.id, actor="head", answers={"reasonable": True, "reason": "Yes."})

    assert world.tasks(case) == ["DecideLateReply"]
    assert world.rows(tables.task, id=task.id)[0].draft == {"reasonable": True, "reason": "Yes."}


@pytest.mark.rule("R041", "R043")
def test_a_reply_that_is_told_once_the_meeting_has_begun_is_decided_before_it_is_recorded(world: World) -> None:
    case = world.to_panel_notice()
    world.sleep_until(world.meetings(case)[0].starts_at)

    world.player.report(case, "ParentCannotAttend", variant={"parent": 1})

    assert world.tasks(case) == ["DecideLateReply"]
    (reply,) = world.shown(case, "DecideLateReply")["replies"]
    assert reply["parent"] == "Mr Sam Okafor (Father)"
    world.player.do(case, "DecideLateReply", variant={"is_reasonable": False})
    # The other parent's comes while the minutes are written.
    world.player.report(case, "ParentCannotAttend", variant={"parent": 0})
    world.player.do(case, "DecideLateReply", variant={"is_reasonable": True})
    assert world.tasks(case) == ["ArrangeMeeting"]
    assert [meeting.state for meeting in world.meetings(case)] == ["rearranged"]


@pytest.mark.rule("R030", "R033")
def test_a_letter_that_came_back_after_the_meeting_began_moves_it(world: World) -> None:
    case = world.to_panel_notice()
    world.player.wait_for(case, "RecordMeeting")

    world.player.report(case, "NoticeFailed", variant={"parent": 1})

    assert world.tasks(case) == ["ArrangeMeeting"]
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    assert world.letters_of(case)[-2:] == [("L2", world.mother), ("L2", world.father)]


@pytest.mark.rule("R041")
def test_no_reply_can_be_reported_once_the_meeting_is_recorded(world: World) -> None:
    case = world.to_panel_notice()
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting")

    with pytest.raises(NotReportable):
        world.player.report(case, "ParentCannotAttend")
