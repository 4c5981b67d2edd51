"""Timers that are paused by hand: until a day, over calendars that change, let go on early and late."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from engine import clock, tables
from engine.by_hand import Act
from engine.cancelling import cancel_case
from engine.claiming import claim
from engine.database import transaction
from engine.errors import NotFound
from engine.ids import new_id
from engine.rescheduling import reschedule_outdated
from engine.runtime import Runtime
from engine.timer_acts import NotPaused, TimerOver, Wanted, change_timer
from engine.timers import QUEUE, fire_due, fire_timer
from tests.engine.by_hand import act, in_days, noted, start_of, timer
from tests.engine.seasons import Season, with_season
from tests.engine.small import R, days_pass, do, open_task, restarted, rows, small_runtime


@pytest.fixture
def season() -> Season:
    return Season()


@pytest.fixture
def runtime(engine: Engine, season: Season) -> Runtime:
    return with_season(small_runtime(engine), season)


@pytest.fixture
def waiting(runtime: Runtime, case_id: UUID) -> UUID:
    """The case at its wait of three days."""
    do(runtime, case_id, "AskFirst", said="hello")
    return case_id


def test_a_paused_wait_fires_when_the_pause_is_over(runtime: Runtime, waiting: UUID) -> None:
    until = in_days(runtime, 10)
    moment = timer(runtime, "ThreeDays").due_at
    act(runtime, "ThreeDays", Act.PAUSE, until)
    paused = timer(runtime, "ThreeDays")
    assert (paused.due_at, paused.paused_until, paused.paused_from) == (start_of(until), start_of(until), moment)

    days_pass(runtime, 8)
    fire_due(restarted(runtime))
    assert timer(runtime, "ThreeDays").fired_at is None
    days_pass(runtime, 2)
    fire_due(restarted(runtime))
    assert open_task(runtime, waiting, "AskAgain")


def test_a_wait_let_go_on_early_keeps_its_own_moment(runtime: Runtime, waiting: UUID) -> None:
    moment = timer(runtime, "ThreeDays").due_at
    act(runtime, "ThreeDays", Act.PAUSE, in_days(runtime, 10))
    act(runtime, "ThreeDays", Act.PAUSE, in_days(runtime, 30))
    act(runtime, "ThreeDays", Act.RESUME)

    goes_on = timer(runtime, "ThreeDays")
    assert (goes_on.due_at, goes_on.paused_from, goes_on.paused_until) == (moment, None, None)
    assert len(noted(runtime, waiting, "timer_paused")) == 2


def test_a_wait_let_go_on_late_fires_at_once(runtime: Runtime, waiting: UUID) -> None:
    act(runtime, "ThreeDays", Act.PAUSE, in_days(runtime, 30))
    days_pass(runtime, 7)
    found = act(runtime, "ThreeDays", Act.RESUME)

    assert found.opened == ("Ask again",)
    assert timer(runtime, "ThreeDays").fired_at is not None
    assert len(noted(runtime, waiting, "timer_fired")) == 2  # with the deadline that passed meanwhile


def test_a_paused_deadline_is_raised_only_after_the_pause(runtime: Runtime, case_id: UUID) -> None:
    act(runtime, "FiveDays", Act.PAUSE, in_days(runtime, 9))
    days_pass(runtime, 6)
    fire_due(runtime)
    assert timer(runtime, "FiveDays").raised_at is None

    days_pass(runtime, 4)
    fire_due(runtime)
    assert timer(runtime, "FiveDays").raised_at is not None


def test_a_timer_that_a_worker_has_in_hand_is_not_fired_when_it_was_paused_meanwhile(
    runtime: Runtime, waiting: UUID
) -> None:
    days_pass(runtime, 2)
    before = timer(runtime, "ThreeDays")
    days_pass(runtime, 1.1)
    claimed = claim(runtime, QUEUE, case_id=None)
    assert claimed is not None
    assert claimed.row.id == before.id
    with transaction(runtime.engine) as db:
        # Paused in the moment between the worker's claim and its lock.
        until = clock.now(db) + timedelta(days=5)
        db.execute(
            tables.timer.update()
            .where(R.id == before.id)
            .values(due_at=until, paused_from=before.due_at, paused_until=until)
        )

    fire_timer(runtime, claimed.command)

    assert timer(runtime, "ThreeDays").fired_at is None


def test_what_is_over_or_was_never_paused_is_said_to_be(runtime: Runtime, waiting: UUID) -> None:
    with pytest.raises(NotPaused):
        act(runtime, "ThreeDays", Act.RESUME)
    with pytest.raises(NotFound):
        change_timer(runtime, new_id(), Wanted(Act.FIRE, "Because."), actor="boss")

    act(runtime, "ThreeDays", Act.PAUSE, in_days(runtime, 30))
    cancel_case(runtime, waiting, actor="boss", reason="in error")
    for wanted in (Act.RESUME, Act.FIRE, Act.RESCHEDULE):
        with pytest.raises(TimerOver):
            act(runtime, "ThreeDays", wanted, in_days(runtime, 9))
    days_pass(runtime, 31)
    assert fire_due(runtime) == 0


def test_a_pause_goes_on_while_its_moment_is_worked_out_again(runtime: Runtime, season: Season, waiting: UUID) -> None:
    until = in_days(runtime, 10)
    opened = rows(runtime, tables.case, tables.case.c.id == waiting)[0].opened_at
    act(runtime, "ThreeDays", Act.PAUSE, until)
    season.turn(shift=4)
    reschedule_outdated(runtime)
    paused = timer(runtime, "ThreeDays")
    assert (paused.due_at, paused.paused_from) == (start_of(until), opened + timedelta(days=7))

    season.turn(shift=20)  # the moment is later than the pause: it is not shortened by it
    reschedule_outdated(runtime)

    paused = timer(runtime, "ThreeDays")
    assert paused.due_at == paused.paused_from == opened + timedelta(days=23)


def test_a_moment_set_by_hand_is_not_worked_out_again_after_a_pause(
    runtime: Runtime, season: Season, waiting: UUID
) -> None:
    act(runtime, "ThreeDays", Act.RESCHEDULE, in_days(runtime, 9))
    by_hand = timer(runtime, "ThreeDays").due_at
    act(runtime, "ThreeDays", Act.PAUSE, in_days(runtime, 20))
    season.turn(shift=4)
    reschedule_outdated(runtime)
    act(runtime, "ThreeDays", Act.RESUME)

    assert timer(runtime, "ThreeDays").due_at == by_hand
