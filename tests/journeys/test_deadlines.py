"""Deadlines: met on the day on which it happened, overdue while they are not."""

import pytest

from engine import tables
from tests.attendance.calendars import day
from tests.journeys.world import World


@pytest.mark.rule("R005")
def test_twelve_weeks_are_met_by_the_outcome_on_the_day_it_was_decided(world: World) -> None:
    case = world.to_outcome(absent=2)
    world.player.move_to_day(day("Tue 16 Feb 2027"))
    overdue = world.timer(case, "TwelveWeeks")
    assert (overdue.met_on, overdue.ended_at, overdue.raised_at is None) == (None, None, False)

    # The panel decided in time; it was only recorded late.
    world.player.do(case, "DecideOutcome", variant={"code": "O4"}, decided_on="2027-01-14")

    assert world.timer(case, "TwelveWeeks").met_on == day("Thu 14 Jan 2027")


@pytest.mark.rule("R005")
def test_twelve_weeks_that_were_met_are_never_raised(world: World) -> None:
    case = world.to_referral()

    world.player.move_to_day(day("Tue 16 Feb 2027"))

    deadline = world.timer(case, "TwelveWeeks")
    assert (deadline.met_on, deadline.raised_at) == (day("Thu 14 Jan 2027"), None)
    assert "TwelveWeeks" not in [note["deadline"] for note in world.noted(case, "deadline_missed")]


@pytest.mark.rule("R005")
def test_twelve_weeks_never_stop_a_case(world: World) -> None:
    case = world.to_panel_notice()

    world.player.move_to_day(day("Tue 16 Feb 2027"))

    assert [note["deadline"] for note in world.noted(case, "deadline_missed")] == ["TwelveWeeks"]
    assert world.tasks(case) == ["RecordMeeting"]
    world.do(case, "RecordMeeting")
    assert world.tasks(case) == ["AgreePlan"]


@pytest.mark.rule("R058")
def test_six_weeks_are_met_by_the_day_of_the_review_not_by_the_day_its_minutes_were_written(world: World) -> None:
    case = world.to_review_notice()
    world.player.move_to_day(day("Mon 18 Jan 2027"))
    assert world.timer(case, "SixWeeks").raised_at is not None

    world.do(case, "RecordMeeting")

    assert world.timer(case, "SixWeeks").met_on == day("Thu 14 Jan 2027")


@pytest.mark.rule("R058")
def test_the_panel_does_not_meet_the_deadline_of_the_review(world: World) -> None:
    case = world.to_plan()

    assert world.due(case, "SixWeeks") == "Thu 14 Jan 2027 23:59"
    assert world.timer(case, "SixWeeks").met_on is None


@pytest.mark.rule("R078", "R079")
def test_an_internal_review_that_is_not_decided_within_six_school_weeks_is_overdue(world: World) -> None:
    case = world.to_internal_review()
    assert world.timer(case, "SixSchoolWeeks").raised_at is None

    world.player.move_to_day(day("Fri 5 Mar 2027"))

    assert world.timer(case, "SixSchoolWeeks").raised_at is not None
    world.player.do(case, "DecideInternalReview", variant={"decision": "closed"}, decided_on="2027-03-04")
    deadline = world.timer(case, "SixSchoolWeeks")
    assert (deadline.met_on, deadline.ended_at is None) == (day("Thu 4 Mar 2027"), False)


@pytest.mark.rule("R033")
def test_a_posting_meets_its_due_date_on_the_day_of_the_postmark(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    letters = [
        {"invitation": str(letter.id), "posted_on": "2026-11-23", "postage": "first", "proof": "Certificate of posting"}
        for letter in world.invitations(world.meetings(case)[0].id)
    ]
    world.player.move_to_day(day("Tue 24 Nov 2026"))

    world.player.do(case, "ConfirmPosting", letters=letters)

    assert world.timer(case, "ConfirmPosting").met_on == day("Mon 23 Nov 2026")


@pytest.mark.rule("R005")
def test_a_deadline_that_was_missed_is_overdue_until_its_case_is_over(world: World) -> None:
    case = world.to_panel_notice()
    world.player.move_to_day(day("Tue 16 Feb 2027"))
    assert world.timer(case, "TwelveWeeks").ended_at is None

    world.player.report(case, "Withdrawn")

    assert [row.element for row in world.rows(tables.timer, case_id=case) if row.ended_at or row.fired_at] == [
        row.element for row in world.rows(tables.timer, case_id=case)
    ]
    assert world.timer(case, "TwelveWeeks").ended_at is not None


@pytest.mark.rule("R058")
def test_a_plan_that_is_agreed_after_six_weeks_finds_its_deadline_passed_and_the_case_goes_on(world: World) -> None:
    case = world.to_panel_notice()
    world.player.move_to_day(day("Mon 25 Jan 2027"))
    world.do(case, "RecordMeeting")

    world.player.do(
        case, "AgreePlan", review_on="2027-02-25", period_to="2027-02-25", late_reason="The minutes were lost."
    )
    world.player.settle()

    assert world.due(case, "SixWeeks") == "Thu 14 Jan 2027 23:59"
    assert world.timer(case, "SixWeeks").raised_at is not None
    world.player.wait_for(case, "ArrangeMeeting")
    assert world.player.today() == day("Mon 8 Feb 2027")
    world.do(case, "ArrangeMeeting")
    assert world.noted(case, "meeting_arranged")[-1]["late_reason"] == "The minutes were lost."
    assert world.tasks(case) == ["ConfirmPosting"]
