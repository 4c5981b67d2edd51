"""Notice: too short a date is refused, too late a posting means another date."""

import pytest

from engine.registry import Refusal
from tests.attendance.calendars import day
from tests.journeys.world import World


@pytest.mark.rule("R033", "R034")
def test_a_date_below_five_working_days_is_refused_with_the_earliest_one(world: World) -> None:
    case = world.to_arranging()
    before = world.case(case), world.history(case)

    with pytest.raises(Refusal, match="allows a meeting on Mon 30 Nov 2026 at the earliest") as refused:
        world.player.do(case, "ArrangeMeeting", meeting_on="2026-11-27")

    assert (refused.value.code, refused.value.rule, refused.value.field) == ("notice_too_short", "R033", "meeting_on")
    assert (world.case(case), world.history(case)) == before
    assert world.meetings(case) == []
    assert world.letters_of(case) == []
    assert world.player.task(case, "ArrangeMeeting").draft["meeting_on"] == "2026-11-27"


@pytest.mark.rule("R070")
def test_a_review_needs_as_much_notice_although_its_date_was_agreed(world: World) -> None:
    case = world.to_plan()
    world.player.wait_for(case, "ArrangeMeeting")
    world.player.move_to_day(day("Mon 11 Jan 2027"))

    with pytest.raises(Refusal, match="at the earliest") as refused:
        world.player.do(case, "ArrangeMeeting", meeting_on="2027-01-14")

    assert refused.value.rule == "R070"


@pytest.mark.rule("R033", "R042")
def test_a_posting_that_leaves_too_little_notice_means_another_date(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    world.player.move_to_day(day("Fri 27 Nov 2026"))  # the meeting is on Thu 3 Dec

    world.do(case, "ConfirmPosting")

    assert world.tasks(case) == ["ArrangeMeeting"]
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    assert world.letters_of(case)[-2:] == [("L2", world.mother), ("L2", world.father)]
    first, second = world.meetings(case)
    assert (first.state, second.reason) == ("rearranged", "Not everybody could be told of that day in time.")
    world.player.wait_for(case, "RecordMeeting")


@pytest.mark.rule("R033")
def test_one_letter_posted_too_late_is_enough(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    world.player.move_to_day(day("Fri 27 Nov 2026"))
    (meeting,) = world.meetings(case)
    letters = [
        {"invitation": str(letter.id), "posted_on": posted, "postage": "first", "proof": "Certificate of posting"}
        for letter, posted in zip(world.invitations(meeting.id), ("2026-11-23", "2026-11-27"), strict=True)
    ]

    world.player.do(case, "ConfirmPosting", letters=letters)

    assert world.tasks(case) == ["ArrangeMeeting"]


@pytest.mark.rule("R033")
def test_notice_of_exactly_five_working_days_is_lawful(world: World) -> None:
    case = world.to_arranging()
    world.player.do(case, "ArrangeMeeting", meeting_on="2026-11-30")

    world.do(case, "ConfirmPosting")

    # Below evidence-grade the wait counts from the posting, so that it is over before the meeting (domain.md 3.3).
    assert world.due(case, "NoticeHasRun") == "Mon 30 Nov 2026 00:00"
    world.player.wait_for(case, "RecordMeeting")
    assert world.player.today() == day("Mon 30 Nov 2026")
    assert world.noted(case, "meeting_arranged")[0]["grade"] == "literal"


@pytest.mark.rule("R033")
def test_a_posting_that_nobody_confirms_is_overdue(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")

    world.player.move_to_day(day("Tue 1 Dec 2026"))

    deadline = world.timer(case, "ConfirmPosting")
    assert (deadline.kind, deadline.met_on, deadline.ended_at) == ("deadline", None, None)
    assert world.due(case, "ConfirmPosting") == "Mon 23 Nov 2026 23:59"
    assert world.tasks(case) == ["ConfirmPosting"]
