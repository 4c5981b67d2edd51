"""The sessions that a case relies on run out of time while it waits (domain.md E46)."""

import pytest

from tests.attendance.calendars import day
from tests.journeys.world import World

# The sessions of 13, 14 and 15 October can be charged until 13, 14 and 15 April 2027; nine are needed.


@pytest.mark.rule("R079")
def test_a_warning_comes_twenty_working_days_before_the_first_session_runs_out(world: World) -> None:
    case = world.to_plan()

    world.player.move_to_day(day("Fri 12 Mar 2027"))

    assert world.noted(case, "limitation_warning") == [
        {
            "in_time": 9,
            "expired": 0,
            "runs_out_soon": 2,
            "first_last_safe_day": "2027-04-13",
            "needed": 9,
        }
    ]
    assert "ReconsiderLimitation" not in world.tasks(case)
    assert world.due(case, "NextLimitationDate") == "Mon 15 Mar 2027 00:00"


@pytest.mark.rule("R079", "R008")
def test_too_few_sessions_in_time_come_before_a_person(world: World) -> None:
    case = world.to_plan()

    world.player.move_to_day(day("Tue 13 Apr 2027"))
    assert "ReconsiderLimitation" not in world.tasks(case)
    world.player.move_to_day(day("Wed 14 Apr 2027"))

    assert "ReconsiderLimitation" in world.tasks(case)
    shown = world.shown(case, "ReconsiderLimitation")
    assert (shown["in_time"], shown["expired"], shown["needed"]) == (7, 2, 9)
    assert world.noted(case, "register_checked") == world.noted(case, "register_checked")[:1]


@pytest.mark.rule("R079")
def test_a_case_that_goes_on_is_looked_at_again_when_the_next_session_runs_out(world: World) -> None:
    case = world.to_plan()
    world.player.move_to_day(day("Wed 14 Apr 2027"))

    world.do(case, "ReconsiderLimitation")

    assert world.due(case, "NextLimitationDate") == "Thu 15 Apr 2027 00:00"
    world.player.move_to_day(day("Thu 15 Apr 2027"))
    assert world.shown(case, "ReconsiderLimitation")["in_time"] == 5
    assert world.case(case).closed_at is None


@pytest.mark.rule("R079", "R086")
def test_a_case_that_can_no_longer_be_charged_can_be_withdrawn(world: World) -> None:
    case = world.to_plan()
    world.player.move_to_day(day("Wed 14 Apr 2027"))

    world.player.do(case, "ReconsiderLimitation", variant={"decision": "withdraw"})

    assert world.case(case).result == "withdrawn"
    assert world.letters_of(case)[-2:] == [("L11", world.mother), ("L11", world.father)]
    assert world.tasks(case) == []
    assert world.player.next_due([case]) is None


@pytest.mark.rule("R079")
def test_later_absence_keeps_a_case_chargeable(world: World) -> None:
    case = world.to_outcome(absent=4)

    world.player.move_to_day(day("Wed 14 Apr 2027"))

    assert world.noted(case, "limitation_warning")[-1]["in_time"] == 15
    assert world.tasks(case) == ["DecideOutcome"]
