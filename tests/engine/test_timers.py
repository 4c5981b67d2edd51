"""Waits and deadlines of the small process, on a clock that is moved."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from engine import clock, tables
from engine.cases import report
from engine.database import transaction
from engine.errors import (
    StateDamaged,
)
from engine.history import timeline
from engine.ids import new_id
from engine.runtime import Runtime
from engine.timers import fire_due
from tests.engine.small import OWNER, R, days_pass, do, new_case, open_task, restarted, rows


def test_a_deadline_is_met_on_the_day_it_happened_not_when_it_was_recorded(runtime: Runtime, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    days_pass(runtime, 3.1)
    fire_due(runtime)
    do(runtime, case_id, "AskAgain", said="bye", on_day="2026-11-20")

    (deadline,) = rows(runtime, tables.timer, R.element == "FiveDays")
    assert (deadline.kind, deadline.met_on, deadline.met_by) == ("deadline", date(2026, 11, 20), "clerk")
    assert deadline.fired_at is None


def test_a_missed_deadline_is_raised_and_stays_overdue_until_the_work_is_over(runtime: Runtime, case_id: UUID) -> None:
    days_pass(runtime, 5.1)
    fire_due(runtime)

    (deadline,) = rows(runtime, tables.timer, R.element == "FiveDays")
    assert deadline.fired_at is not None
    assert deadline.raised_at is not None
    assert (deadline.met_on, deadline.ended_at) == (None, None)
    do(runtime, case_id, "AskFirst", said="late")
    days_pass(runtime, 3.1)
    fire_due(runtime)
    do(runtime, case_id, "AskAgain", said="later")
    (deadline,) = rows(runtime, tables.timer, R.element == "FiveDays")
    assert deadline.met_on is None
    assert deadline.ended_at is not None


def test_a_user_tasks_due_date_is_a_deadline_that_its_completion_meets(runtime: Runtime, case_id: UUID) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    (deadline,) = rows(runtime, tables.timer, R.task_id == task.id)
    assert (deadline.kind, deadline.due_at) == ("deadline", task.due_at)

    do(runtime, case_id, "AskFirst", said="x", on_day="2026-11-20")

    (deadline,) = rows(runtime, tables.timer, R.task_id == task.id)
    assert deadline.met_on == date(2026, 11, 20)
    assert deadline.ended_at is not None


def test_a_timer_row_shows_how_its_moment_was_worked_out(runtime: Runtime, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")

    (wait,) = rows(runtime, tables.timer, R.element == "ThreeDays")
    assert wait.kind == "wait"
    assert wait.expression == "in_days(policy.wait_days)"
    assert wait.derivation[0] == {"policy": "wait_days", "value": 3}
    assert wait.derivation[1]["function"] == "in_days"


def test_timers_fire_once_and_in_the_order_in_which_they_fell_due(runtime: Runtime, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    days_pass(runtime, 30)
    assert fire_due(restarted(runtime)) == 2
    assert fire_due(runtime) == 0

    with transaction(runtime.engine) as db:
        fired = [row["facts"]["element"] for row in timeline(db, case_id) if row["what"] == "timer_fired"]
    assert fired == ["ThreeDays", "FiveDays"]


def test_what_is_due_is_fired_before_a_persons_act(runtime: Runtime, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    report(runtime, case_id, message="Complaint", actor="clerk", answers={"about": "the noise"})
    days_pass(runtime, 3.1)
    do(runtime, case_id, "AnswerComplaint")

    with transaction(runtime.engine) as db:
        what = [(row["what"], row["facts"].get("element", row["element"])) for row in timeline(db, case_id)]
    assert what.index(("timer_fired", "ThreeDays")) < what.index(("task_done", "AnswerComplaint"))


def test_a_broken_timer_does_not_hold_back_the_others(runtime: Runtime, case_id: UUID) -> None:
    other = new_case(runtime, owner_id=OWNER, subject_id=new_id())
    for each in (case_id, other):
        do(runtime, each, "AskFirst", said="hello")
    with transaction(runtime.engine) as db:
        s = tables.case_state.c
        db.execute(update(tables.case_state).where(s.case_id == case_id).values(state="{}"))
    days_pass(runtime, 3.1)
    fire_due(runtime)

    (incident,) = rows(runtime, tables.incident)
    assert (incident.case_id, incident.command) == (case_id, "fire_timer")
    assert StateDamaged.__doc__ in incident.problem
    assert open_task(runtime, other, "AskAgain")
    assert fire_due(runtime) == 0


def test_a_timer_that_killed_its_workers_three_times_becomes_an_incident(runtime: Runtime, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    days_pass(runtime, 3.1)
    with transaction(runtime.engine) as db:
        db.execute(update(tables.timer).where(R.element == "ThreeDays").values(attempts=3))
    fire_due(runtime)

    (incident,) = rows(runtime, tables.incident)
    assert "Three workers died" in incident.problem
    with pytest.raises(ValueError, match="not enough values"):
        open_task(runtime, case_id, "AskAgain")


def test_the_clock_is_read_after_the_lock(runtime: Runtime, case_id: UUID) -> None:
    with transaction(runtime.engine) as db:
        _, locked_at = clock.lock_case(db, case_id)
        assert clock.now(db) >= locked_at


def test_only_a_demos_clock_can_be_moved(runtime: Runtime) -> None:
    with transaction(runtime.engine) as db:
        db.execute(update(tables.clock).values(demo=False))
        with pytest.raises(clock.ClockRefused):
            clock.move_to(db, clock.now(db) + timedelta(days=1))


def test_the_clock_never_goes_back(runtime: Runtime) -> None:
    with transaction(runtime.engine) as db, pytest.raises(clock.ClockRefused, match="only moves forward"):
        clock.move_to(db, clock.now(db) - timedelta(days=1))
