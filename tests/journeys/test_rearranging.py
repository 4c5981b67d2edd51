"""A parent cannot attend: a new date for everybody, or the meeting goes ahead."""

import csv
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from engine import tables
from tests.journeys.world import World, in_london


@pytest.mark.rule("R041", "R042", "R030", "R032")
def test_a_reasonable_reason_moves_the_meeting_for_everybody(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "ParentCannotAttend")
    assert world.tasks(case) == ["DecideReasonable"]

    world.do(case, "DecideReasonable", "ArrangeMeeting", "ConfirmPosting")

    first, second = world.meetings(case)
    assert (first.state, second.state, second.replaces) == ("rearranged", "arranged", first.id)
    assert world.letters_of(case)[-2:] == [("L2", world.mother), ("L2", world.father)]
    assert second.reason == "Not everybody could come on that day."
    assert {letter.adult_id for letter in world.invitations(second.id)} == {world.mother, world.father}
    world.player.wait_for(case, "RecordMeeting")
    assert world.player.today() == second.starts_at.date()


@pytest.mark.rule("R042")
def test_letters_that_were_not_posted_yet_are_called_back(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    world.player.settle()
    world.player.report(case, "ParentCannotAttend")

    world.do(case, "DecideReasonable")
    world.player.settle()

    assert world.tasks(case) == ["ArrangeMeeting"]
    assert world.letters_of(case) == []
    assert {row.state for row in world.rows(tables.delivery, case_id=case)} == {"cancelled"}
    with (world.letters / "2026-11-23" / "manifest.csv").open(encoding="utf-8-sig") as listed:
        assert [line["state"] for line in csv.DictReader(listed)] == ["do not post", "do not post"]
    # Whoever never got a letter is not told of an earlier date.
    world.do(case, "ArrangeMeeting")
    assert world.letters_of(case) == [("L1", world.mother), ("L1", world.father)]


@pytest.mark.rule("R058", "R079", "R005")
def test_a_moved_review_moves_no_other_clock(world: World) -> None:
    case = world.to_review_notice()
    before = clocks(world, case)
    world.player.report(case, "ParentCannotAttend")

    world.do(case, "DecideReasonable")
    world.player.do(case, "ArrangeMeeting", meeting_on="2027-01-15", late_reason="A parent is away until then.")

    assert clocks(world, case) == before
    assert before["SixWeeks"] == ["Thu 14 Jan 2027 23:59"]
    assert in_london(world.meetings(case)[-1].starts_at) == "Fri 15 Jan 2027 09:30"


@pytest.mark.rule("R041", "R043")
def test_an_unreasonable_reason_leaves_the_meeting_where_it_is(world: World) -> None:
    case = world.to_panel_notice()
    due = world.due(case, "NoticeHasRun")
    world.player.report(case, "ParentCannotAttend", variant={"parent": 1})

    world.player.do(case, "DecideReasonable", variant={"is_reasonable": False})

    assert world.due(case, "NoticeHasRun") == due
    assert world.noted(case, "reply_not_reasonable") == [{}]
    world.player.wait_for(case, "RecordMeeting")
    assert [meeting.state for meeting in world.meetings(case)] == ["arranged"]
    assert world.tasks(case) == ["RecordMeeting"]


@pytest.mark.rule("R041")
def test_two_parents_who_reply_at_once_are_both_heard_and_decided_on(world: World) -> None:
    case = world.to_panel_notice()

    with ThreadPoolExecutor() as desks:
        replies = [
            desks.submit(world.player.report, case, "ParentCannotAttend", variant={"parent": parent})
            for parent in (0, 1)
        ]
        assert [reply.exception() for reply in replies] == [None, None]

    assert world.tasks(case) == ["DecideReasonable", "DecideReasonable"]
    assert sorted(reply["parent"] for reply in world.noted(case, "parent_cannot_attend")) == sorted(
        [str(world.mother), str(world.father)]
    )
    world.player.do(case, "DecideReasonable", variant={"is_reasonable": False})
    assert world.tasks(case) == ["DecideReasonable"]
    world.do(case, "DecideReasonable")
    assert world.tasks(case) == ["ArrangeMeeting"]


@pytest.mark.rule("R041")
def test_a_second_reply_about_a_meeting_that_has_been_moved_asks_nobody(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "ParentCannotAttend", variant={"parent": 0})
    world.player.report(case, "ParentCannotAttend", variant={"parent": 1})

    world.do(case, "DecideReasonable")

    assert world.tasks(case) == ["ArrangeMeeting"]
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    world.player.wait_for(case, "RecordMeeting")
    assert world.tasks(case) == ["RecordMeeting"]


@pytest.mark.rule("R041", "R042")
def test_a_meeting_can_be_moved_again_and_again_and_the_head_teacher_is_told_how_often(world: World) -> None:
    case = world.to_panel_notice()
    for _ in range(2):
        world.player.report(case, "ParentCannotAttend")
        world.do(case, "DecideReasonable", "ArrangeMeeting", "ConfirmPosting")
    world.player.report(case, "ParentCannotAttend")

    (reply,) = world.shown(case, "DecideReasonable")["replies"]

    assert (reply["moved_before"], reply["is_often"]) == (2, True)
    assert [meeting.state for meeting in world.meetings(case)] == ["rearranged", "rearranged", "arranged"]


@pytest.mark.rule("R070", "R041")
def test_a_reply_about_the_panel_is_not_heard_by_the_review(world: World) -> None:
    case = world.to_panel_notice()
    panel = world.meetings(case)[0].id
    world.player.report(case, "ParentCannotAttend")
    world.player.do(case, "DecideReasonable", variant={"is_reasonable": False})
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting")
    world.tell(case, "ParentCannotAttend", key=str(panel))
    world.do(case, "AgreePlan")
    world.player.wait_for(case, "ArrangeMeeting")

    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    world.player.settle()

    assert world.tasks(case) == []
    assert [row.heard_at for row in world.rows(tables.inbox, case_id=case, actor="somebody")] == [None]


def clocks(world: World, case: UUID) -> dict[str, list[str]]:
    """When the deadlines of the case are due, and its next limitation date."""
    names = ("SixWeeks", "TwelveWeeks", "NextLimitationDate")
    return {
        name: [in_london(row.due_at) for row in world.rows(tables.timer, case_id=case, element=name)] for name in names
    }
