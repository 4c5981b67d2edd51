"""Six and twelve school weeks after a target was achieved somebody looks whether attendance holds (domain.md E29)."""

import time
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from api.background import Background
from api.database import Database
from api.rest.reopening import WatchOut
from api.settings import Settings
from api.wiring import Wiring
from attendance import tables as records
from attendance.calendar_file import calendar_of
from engine import tables
from engine.clock import london_day
from engine.database import transaction
from engine.reopening import reopen_case
from handlers.watches import OFFER, look_at_closed, watches_of
from tests.journeys.world import World

PATIENCE = 30.0  # seconds


@pytest.fixture
def closed(world: World) -> UUID:
    """A case that ended with its target achieved."""
    case = world.to_outcome()
    world.player.do(case, "DecideOutcome", variant={"code": "O1"})
    skip_today(world)
    return case


def skip_today(world: World) -> None:
    """The day itself gets no mark: the second reading would count one that came after what was decided on it."""
    world.marked_to = world.player.today()


def due(world: World, case: UUID, weeks: int) -> date:
    """The last school day by the same weekday so many school weeks after the closing."""
    calendar = calendar_of(world.calendar)
    return calendar.offered(calendar.school_weeks_after(weeks, london_day(world.case(case).closed_at)))


def pass_until(world: World, day: date, *, missed: int = 0) -> None:
    """The register goes on to a day, with its last school days missed, and it is the morning after."""
    days = [each for each in calendar_of(world.calendar).school_days if each <= day]
    world.attend(until=day, absent=dict.fromkeys(days[-missed:] if missed else [], "OO"))
    world.player.move_to_day(day + timedelta(days=1))


def looked(world: World, case: UUID) -> list[tuple[int, date, str, int, bool]]:
    look_at_closed(world.player.runtime)
    with transaction(world.player.runtime.engine) as db:
        found = [WatchOut.model_validate(row) for row in watches_of(db, case)]
    return [
        (
            each.school_weeks,
            each.due_on,
            each.figures["result"],
            each.figures["since_closing"]["unauthorised"],
            each.is_offered,
        )
        for each in found
    ]


@pytest.mark.rule("R006")
def test_attendance_that_holds_is_looked_at_twice_and_nobody_is_asked(world: World, closed: UUID) -> None:
    first, last = due(world, closed, 6), due(world, closed, 12)

    pass_until(world, first)
    assert looked(world, closed) == [(6, first, "not_eligible", 0, False)]
    pass_until(world, last)

    assert looked(world, closed) == [(6, first, "not_eligible", 0, False), (12, last, "not_eligible", 0, False)]
    assert looked(world, closed)[2:] == []
    assert world.tasks(closed) == []
    assert len(world.noted(closed, "watched")) == 2


@pytest.mark.rule("R006")
def test_attendance_that_falls_again_is_a_question_to_the_attendance_lead(world: World, closed: UUID) -> None:
    first = due(world, closed, 6)
    pass_until(world, first, missed=5)

    assert looked(world, closed) == [(6, first, "eligible", 10, True)]
    (task,) = world.rows(tables.task, case_id=closed, state="open")
    assert (task.name, list(task.groups), task.element) == (OFFER, ["attendance_lead"], "")
    assert world.case(closed).result == "closed_target"

    again = reopen_case(world.player.runtime, closed, actor="ada", reason=OFFER)
    assert world.tasks(again) == ["ReviewEarlySupport"]
    skip_today(world)
    pass_until(world, due(world, closed, 12))
    assert len(looked(world, closed)) == 1  # the pupil is in hand


def test_nobody_looks_before_the_day_is_over_and_its_marks_are_there(world: World, closed: UUID) -> None:
    first = due(world, closed, 6)
    world.attend(until=first - timedelta(days=1))
    world.player.move_to_day(first)
    assert looked(world, closed) == []

    world.player.move_to_day(first + timedelta(days=7))
    assert looked(world, closed) == []

    world.attend(until=first)
    assert [found[0] for found in looked(world, closed)] == [6]


def test_cases_that_ended_otherwise_are_not_looked_at(world: World) -> None:
    case = world.to_outcome(absent=2)
    world.player.do(case, "DecideOutcome", variant={"code": "O2"})
    world.do(case, "AgreeStepDownPlan")
    skip_today(world)

    pass_until(world, due(world, case, 6), missed=5)

    assert looked(world, case) == []


def test_the_service_looks_by_itself(world: World, closed: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.background.WATCH_SECONDS", 0.1)
    pass_until(world, due(world, closed, 6))
    runtime = world.player.runtime
    settings = Settings(data_dir=Path("unused"))

    with Background(Wiring(settings, Database(runtime.engine), runtime, world.player.channels)):
        limit = time.monotonic() + PATIENCE
        while not world.noted(closed, "watched"):
            assert time.monotonic() < limit
            time.sleep(0.05)

    assert len(world.rows(records.watch, case_id=closed)) == 1
