"""A letter of invitation did not reach its parent: it is served again, with a clock of its own."""

from typing import Any

import pytest

from tests.attendance.calendars import day
from tests.journeys.world import World

NEW_HOME: dict[str, Any] = {
    "what": "address_changed",
    "new_address": "1 Harbour View\nCromley",
    "new_postcode": "NR97 4EE",
    "confidential": False,
}


@pytest.mark.rule("R028", "R029", "R030", "R033")
def test_a_letter_that_came_back_is_served_again_and_that_parents_clock_starts_again(world: World) -> None:
    case = world.to_arranging()
    world.player.do(case, "ArrangeMeeting", meeting_on="2026-12-10")
    world.do(case, "ConfirmPosting")
    world.player.move_to_day(day("Fri 27 Nov 2026"))

    world.player.report(case, "NoticeFailed", variant={"parent": 1}, **NEW_HOME)

    assert world.tasks(case) == ["ConfirmPostingAgain"]
    assert world.letters_of(case)[2:] == [("L1", world.father)]
    assert world.due(case, "NoticeHasRun") == "Wed 2 Dec 2026 00:00"
    world.player.move_to_day(day("Mon 30 Nov 2026"))
    world.do(case, "ConfirmPostingAgain")
    assert world.due(case, "NoticeHasRun") == "Wed 9 Dec 2026 00:00"
    (meeting,) = world.meetings(case)
    first, again = world.invitations(meeting.id, adult_id=world.father)
    assert (first.serving, first.failure, first.received_on) == (1, "address_changed", day("Wed 25 Nov 2026"))
    assert (again.serving, again.posted_on, again.received_on) == (2, day("Mon 30 Nov 2026"), day("Wed 2 Dec 2026"))
    (unchanged,) = world.invitations(meeting.id, adult_id=world.mother)
    assert (unchanged.serving, unchanged.received_on) == (1, day("Wed 25 Nov 2026"))


@pytest.mark.rule("R033")
def test_the_meeting_stands_when_the_second_letter_is_still_long_enough(world: World) -> None:
    case = world.to_panel_notice()
    world.player.move_to_day(day("Thu 26 Nov 2026"))

    world.player.report(case, "NoticeFailed")
    world.do(case, "ConfirmPostingAgain")

    # Thu 3 Dec is the fifth working day after Thu 26 Nov: the literal floor.
    world.player.wait_for(case, "RecordMeeting")
    assert world.player.today() == day("Thu 3 Dec 2026")
    assert [meeting.state for meeting in world.meetings(case)] == ["arranged"]


@pytest.mark.rule("R033", "R042")
def test_the_meeting_moves_when_the_second_letter_comes_too_late(world: World) -> None:
    case = world.to_panel_notice()
    world.player.move_to_day(day("Fri 27 Nov 2026"))

    world.player.report(case, "NoticeFailed")
    world.do(case, "ConfirmPostingAgain")

    assert world.tasks(case) == ["ArrangeMeeting"]
    world.do(case, "ArrangeMeeting")
    assert world.letters_of(case)[-2:] == [("L2", world.mother), ("L2", world.father)]


@pytest.mark.rule("R033", "R042")
def test_the_meeting_moves_when_nobody_has_posted_the_second_letter_by_then(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "NoticeFailed")

    world.player.wait_for(case, "ArrangeMeeting")

    assert world.player.today() == day("Thu 3 Dec 2026")
    assert world.tasks(case) == ["ArrangeMeeting"]
    (meeting,) = world.meetings(case)
    assert [letter.cancelled_at is not None for letter in world.invitations(meeting.id)] == [False, False, True]


@pytest.mark.rule("R028", "R029")
def test_a_letter_to_an_old_address_is_stopped_before_it_is_posted(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")

    world.player.report(case, "NoticeFailed", variant={"parent": 1}, **NEW_HOME)

    assert world.tasks(case) == ["ConfirmPosting", "ConfirmPostingAgain"]
    assert world.letters_of(case) == [("L1", world.mother), ("L1", world.father)]
    world.do(case, "ConfirmPosting", "ConfirmPostingAgain")
    world.player.wait_for(case, "RecordMeeting")
    (meeting,) = world.meetings(case)
    posted = [(letter.serving, letter.posted_on) for letter in world.invitations(meeting.id)]
    assert posted == [(1, day("Mon 23 Nov 2026")), (1, None), (2, day("Mon 23 Nov 2026"))]


@pytest.mark.rule("R030", "R033")
def test_both_letters_can_come_back(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "NoticeFailed", variant={"parent": 0})
    world.player.report(case, "NoticeFailed", variant={"parent": 1})

    assert world.tasks(case) == ["ConfirmPostingAgain", "ConfirmPostingAgain"]
    world.do(case, "ConfirmPostingAgain", "ConfirmPostingAgain")
    world.player.wait_for(case, "RecordMeeting")

    (meeting,) = world.meetings(case)
    served = {(letter.adult_id, letter.serving) for letter in world.invitations(meeting.id) if letter.failed_at is None}
    assert served == {(world.mother, 2), (world.father, 2)}


@pytest.mark.rule("R030", "R033")
def test_all_letters_can_be_stopped_before_they_are_posted(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    world.player.report(case, "NoticeFailed", variant={"parent": 0})
    world.player.report(case, "NoticeFailed", variant={"parent": 1})

    world.do(case, "ConfirmPosting", "ConfirmPostingAgain", "ConfirmPostingAgain")

    world.player.wait_for(case, "RecordMeeting")
    assert world.player.today() == day("Thu 3 Dec 2026")


@pytest.mark.rule("R031", "R033")
def test_a_letter_that_was_served_a_third_time_is_the_one_that_is_posted(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "NoticeFailed", variant={"parent": 1})
    world.player.report(case, "NoticeFailed", variant={"parent": 1}, **NEW_HOME)
    assert world.tasks(case) == ["ConfirmPostingAgain", "ConfirmPostingAgain"]

    world.do(case, "ConfirmPostingAgain", "ConfirmPostingAgain")

    # The second letter was called back: nobody is asked to say when it was posted.
    (meeting,) = world.meetings(case)
    served = [(row.serving, row.posted_on, row.proof) for row in world.invitations(meeting.id, adult_id=world.father)]
    assert served == [
        (1, day("Mon 23 Nov 2026"), "Certificate of posting"),
        (2, None, ""),
        (3, day("Mon 23 Nov 2026"), "Certificate of posting"),
    ]
    world.player.wait_for(case, "RecordMeeting")
    assert world.player.today() == day("Thu 3 Dec 2026")
