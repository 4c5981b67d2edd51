"""Cases worked through with a calendar in hand: every moment that the process names."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from attendance import tables as records
from tests.attendance.calendars import NORFOLK_2025, day
from tests.journeys.world import World, in_london, new_world, stressed_world


@pytest.mark.rule("R005", "R033", "R058", "R070", "R078", "R079", "R089")
def test_the_moments_of_a_case_that_is_posted_on_monday_23_november_2026(world: World) -> None:
    case = world.to_panel_notice()

    # Deemed received on the 2nd working day, five whole working days, then the meeting (domain.md 3.3).
    (panel,) = world.meetings(case)
    assert {(letter.posted_on, letter.received_on) for letter in world.invitations(panel.id)} == {
        (day("Mon 23 Nov 2026"), day("Wed 25 Nov 2026"))
    }
    assert world.due(case, "ConfirmPosting") == "Mon 23 Nov 2026 23:59"
    assert world.due(case, "NoticeHasRun") == "Wed 2 Dec 2026 00:00"
    world.player.move_to_day(day("Wed 2 Dec 2026"))
    assert world.due(case, "MeetingDay") == "Thu 3 Dec 2026 09:30"
    assert world.due(case, "TwelveWeeks") == "Mon 15 Feb 2027 23:59"
    # 13 Oct + 6 months = Tue 13 Apr 2027; 20 working days before it, over Good Friday 26 and Easter Monday 29 March.
    assert world.due(case, "NextLimitationDate") == "Fri 12 Mar 2027 00:00"

    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting", "AgreePlan")
    assert world.rows(records.plan, case_id=case)[0].review_on == day("Thu 14 Jan 2027")
    assert world.due(case, "SixWeeks") == "Thu 14 Jan 2027 23:59"
    # The last posting day by second class is Wed 30 Dec: received Wed 6 Jan, five days until Wed 13. Three in hand.
    assert world.due(case, "TimeToInvite") == "Wed 23 Dec 2026 00:00"

    world.player.wait_for(case, "ArrangeMeeting")
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    assert world.due(case, "ConfirmPosting") == "Mon 4 Jan 2027 23:59"  # first class: received Wed 6 Jan
    assert world.due(case, "NoticeHasRun") == "Wed 6 Jan 2027 00:00"  # received Tue 29 Dec; Fri 1 Jan is a holiday
    world.player.move_to_day(day("Wed 6 Jan 2027"))
    assert world.due(case, "MeetingDay") == "Thu 14 Jan 2027 09:30"

    world.player.wait_for(case, "RecordMeeting")
    missed = dict.fromkeys([day("Mon 7 Dec 2026"), day("Tue 8 Dec 2026")], "OO")
    world.attend(until=day("Wed 13 Jan 2027"), absent=missed)
    world.do(case, "RecordMeeting")
    world.player.do(case, "DecideOutcome", variant={"code": "O4"})
    # The sixth following school week, without the half term of 15 February; also the 30th school day (domain.md 3.8).
    assert world.due(case, "InternalReviewDay") == "Thu 4 Mar 2027 00:00"
    assert world.due(case, "SixSchoolWeeks") == "Thu 4 Mar 2027 23:59"

    world.player.wait_for(case, "DecideInternalReview")
    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})
    assert world.due(case, "TenDays") == "Thu 18 Mar 2027 00:00"
    assert world.due(case, "FifteenDays") == "Thu 25 Mar 2027 00:00"
    assert world.due(case, "TwentyDays") == "Mon 5 Apr 2027 23:59"


@pytest.mark.rule("R033", "R058", "R078", "R079", "R089")
def test_the_stress_test_leaves_the_authority_no_day(engine: Engine, tmp_path: Path) -> None:
    world = stressed_world(engine, tmp_path)
    case = world.to_internal_review()
    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})

    panel, review = world.meetings(case)
    (letter, _) = world.invitations(panel.id)
    assert (letter.posted_on, letter.received_on) == (day("Wed 19 Nov 2025"), day("Fri 21 Nov 2025"))
    assert [panel.starts_at.date(), review.starts_at.date()] == [day("Mon 1 Dec 2025"), day("Mon 12 Jan 2026")]
    assert world.due(case, "InternalReviewDay") == "Mon 2 Mar 2026 00:00"
    assert world.due(case, "TwentyDays") == "Mon 30 Mar 2026 23:59"
    # Six months after the first session, Tue 30 Sep 2025; 26 weeks would say 31 March.
    assert world.shown(case, "CompleteCaseForm")["first_safe_day"] == "2026-03-30"


@pytest.mark.rule("R033", "R058", "R078", "R089")
def test_the_moments_of_a_case_over_easter_into_summer_time(engine: Engine, tmp_path: Path) -> None:
    world = new_world(
        engine,
        tmp_path,
        opened=day("Mon 8 Mar 2027"),
        marked_to=day("Fri 5 Mar 2027"),
        absent={
            day("Tue 23 Feb 2027"): "OO",
            day("Wed 24 Feb 2027"): "OO",
            day("Thu 25 Feb 2027"): "OO",
            day("Mon 1 Mar 2027"): "OO",
            day("Fri 5 Mar 2027"): "O\\",
        },
    )
    case = world.to_internal_review()

    # Received Wed 10 Mar, five days until Wed 17; forty-two days later it is summer time.
    assert [in_london(meeting.starts_at) for meeting in world.meetings(case)] == [
        "Thu 18 Mar 2027 09:30",
        "Thu 29 Apr 2027 09:30",
    ]
    assert world.meetings(case)[1].starts_at.hour == 8  # in UTC
    # Second class: posted Thu 15 Apr, received Wed 21, five days until Wed 28. Three in hand.
    assert world.due(case, "TimeToInvite") == "Mon 12 Apr 2027 00:00"
    assert world.due(case, "SixWeeks") == "Thu 29 Apr 2027 23:59"
    # The week of 3 May, a bank holiday, is a school week; that of 31 May is none.
    assert world.due(case, "InternalReviewDay") == "Thu 17 Jun 2027 00:00"
    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})
    assert world.due(case, "TwentyDays") == "Thu 15 Jul 2027 23:59"


@pytest.mark.rule("R058")
def test_a_review_that_would_fall_into_the_easter_holiday_is_held_before_it(engine: Engine, tmp_path: Path) -> None:
    world = new_world(
        engine,
        tmp_path,
        calendar=NORFOLK_2025,
        opened=day("Mon 9 Feb 2026"),
        marked_to=day("Fri 6 Feb 2026"),
        absent=dict.fromkeys([day(f"{on} Feb 2026") for on in ("Mon 2", "Tue 3", "Wed 4", "Thu 5", "Fri 6")], "OO"),
    )
    case = world.to_arranging()
    world.player.do(case, "ArrangeMeeting", meeting_on="2026-02-24")
    world.do(case, "ConfirmPosting")
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting", "AgreePlan")

    # Six weeks after Tue 24 Feb are Tue 7 Apr, in the holiday (domain.md 3.8, E1). The deadline stays.
    assert world.rows(records.plan, case_id=case)[0].review_on == day("Fri 27 Mar 2026")
    assert world.due(case, "SixWeeks") == "Tue 7 Apr 2026 23:59"
