"""The application to the authority: submitted, returned, decided."""

import pytest

from attendance import tables as records
from engine.registry import Refusal
from tests.attendance.calendars import day
from tests.journeys.world import PAPERS, World

# Referred on Thu 14 Jan 2027: reminders on Thu 28 Jan and Thu 4 Feb, due on Thu 11 Feb.


@pytest.mark.rule("R089", "R090", "R091", "R086")
@pytest.mark.parametrize("decision", ["declined", "other_measure", "proceedings"])
def test_the_authority_decides_and_the_parents_are_told(world: World, decision: str) -> None:
    case = world.to_referral()
    world.submit(case)

    world.player.do(case, "ConsiderApplication", variant={"decision": decision})

    assert world.case(case).result == "referred"
    (application,) = world.rows(records.application, case_id=case)
    assert (application.submission, application.decision) == (1, decision)
    assert world.letters_of(case)[-2:] == [("L12", world.mother), ("L12", world.father)]
    assert world.tasks(case) == []


@pytest.mark.rule("R091")
def test_the_papers_are_prepared_side_by_side_and_signed_when_all_are_there(world: World) -> None:
    case = world.to_referral()

    world.do(case, "CollectEvidence", "CompleteCaseForm")

    assert world.tasks(case) == ["CompleteApplication"]
    world.do(case, "CompleteApplication")
    assert world.tasks(case) == ["HeadTeacherSigns"]


@pytest.mark.rule("R091")
def test_a_returned_application_reopens_the_deadline_with_the_same_due_date(world: World) -> None:
    case = world.to_referral()
    due = world.due(case, "TwentyDays")
    world.player.move_to_day(day("Mon 18 Jan 2027"))
    world.submit(case)
    assert world.timer(case, "TwentyDays").met_on == day("Mon 18 Jan 2027")
    world.player.move_to_day(day("Mon 25 Jan 2027"))

    world.player.do(case, "ConsiderApplication", variant={"decision": "returned"})

    deadline = world.timer(case, "TwentyDays")
    assert (deadline.met_on, deadline.ended_at, deadline.raised_at) == (None, None, None)
    assert world.due(case, "TwentyDays") == due == "Thu 11 Feb 2027 23:59"
    assert world.tasks(case) == sorted(PAPERS)
    assert world.shown(case, "CompleteCaseForm")["returned_because"].startswith("More is needed")
    assert "L12" not in world.letters_to(case, world.mother)


@pytest.mark.rule("R091")
def test_an_application_that_was_submitted_again_is_decided_like_the_first(world: World) -> None:
    case = world.to_referral()
    world.submit(case)
    world.player.do(case, "ConsiderApplication", variant={"decision": "returned"})
    world.player.move_to_day(day("Mon 25 Jan 2027"))

    world.submit(case)
    world.do(case, "ConsiderApplication")

    applications = world.rows(records.application, case_id=case)
    assert [(row.submission, row.decision) for row in applications] == [(1, "returned"), (2, "proceedings")]
    deadline = world.timer(case, "TwentyDays")
    assert (deadline.met_on, deadline.raised_at) == (day("Mon 25 Jan 2027"), None)
    assert world.case(case).result == "referred"


@pytest.mark.rule("R091")
def test_an_application_that_is_returned_three_times_goes_on(world: World) -> None:
    case = world.to_referral()
    for _ in range(3):
        world.submit(case)
        world.player.do(case, "ConsiderApplication", variant={"decision": "returned"})

    world.submit(case)
    world.do(case, "ConsiderApplication")

    assert [row.submission for row in world.rows(records.application, case_id=case)] == [1, 2, 3, 4]
    assert world.case(case).result == "referred"


@pytest.mark.rule("R091")
def test_an_application_that_is_returned_after_its_due_date_is_raised_at_once(world: World) -> None:
    case = world.to_referral()
    world.submit(case)
    world.player.move_to_day(day("Fri 12 Feb 2027"))
    assert world.timer(case, "TwentyDays").raised_at is None

    world.player.do(case, "ConsiderApplication", variant={"decision": "returned"})

    deadline = world.timer(case, "TwentyDays")
    assert (deadline.met_on, deadline.ended_at) == (None, None)
    assert deadline.raised_at is not None
    assert [note["deadline"] for note in world.noted(case, "deadline_missed")] == ["TwentyDays"]


@pytest.mark.rule("R089", "R091")
def test_reminders_come_after_ten_and_fifteen_working_days_and_after_twenty_the_supervisor_is_told(
    world: World,
) -> None:
    case = world.to_referral()

    world.player.move_to_day(day("Thu 28 Jan 2027"))
    world.player.move_to_day(day("Thu 4 Feb 2027"))
    world.player.move_to_day(day("Fri 12 Feb 2027"))

    told = [
        (row["what"], row["at"].date()) for row in world.history(case) if row["facts"].get("deadline") == "TwentyDays"
    ]
    assert told == [
        ("reminded", day("Thu 28 Jan 2027")),
        ("reminded", day("Thu 4 Feb 2027")),
        ("deadline_missed", day("Fri 12 Feb 2027")),
    ]


@pytest.mark.rule("R091")
def test_a_late_application_needs_its_reason_and_meets_the_deadline_late(world: World) -> None:
    case = world.to_referral()
    world.do(case, *PAPERS, "HeadTeacherSigns")
    world.player.move_to_day(day("Mon 15 Feb 2027"))
    with pytest.raises(Refusal, match="It was due on Thu 11 Feb 2027") as refused:
        world.do(case, "SubmitToAuthority")
    assert (refused.value.rule, refused.value.field) == ("R091", "late_reason")

    world.player.do(case, "SubmitToAuthority", late_reason="The witness was ill.")

    deadline = world.timer(case, "TwentyDays")
    assert deadline.met_on == day("Mon 15 Feb 2027")
    assert deadline.raised_at is not None


@pytest.mark.rule("R089")
def test_nobody_is_reminded_of_an_application_that_was_submitted(world: World) -> None:
    case = world.to_referral()
    world.submit(case)

    world.player.move_to_day(day("Fri 12 Feb 2027"))

    assert world.noted(case, "reminded") == []
    assert world.noted(case, "deadline_missed") == []
    assert world.tasks(case) == ["ConsiderApplication"]
