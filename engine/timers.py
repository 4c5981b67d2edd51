"""Timers: fired one at a time, in the order in which they fell due."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from engine import tables
from engine.claiming import Queue, not_stopped, take, work_off
from engine.database import transaction
from engine.errors import Changed
from engine.incidents import Command
from engine.people import SYSTEM
from engine.projection import save
from engine.runtime import Runtime
from engine.steps import Step

MOST_CATCH_UPS = 20
PATIENCE = timedelta(seconds=5)  # how long a person waits for a worker that has a timer in hand, and may be dead
PAUSE_SECONDS = 0.05

_t = tables.timer.c
QUEUE = Queue(
    command="fire_timer",
    key="timer_id",
    table=tables.timer,
    to_do=and_(_t.fired_at.is_(None), _t.ended_at.is_(None), _t.task_id.is_(None)),
    order=(func.greatest(_t.due_at, _t.paused_until), _t.id),
    lease=timedelta(minutes=2),
    case_id=_t.case_id,
    owner_id=_t.owner_id,
    element=_t.element,
)


def fire_due(
    runtime: Runtime,
    *,
    case_id: UUID | None = None,
    limit: int = 100,
    go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Fires what is due, each timer in a transaction of its own. Gives how many were fired or became incidents.

    With a case a person waits for it: then a lease that is older than their patience is not heeded.
    """

    def due(now: datetime) -> ColumnElement[bool]:
        first = and_(*_due(_t, now), _first_of_its_case(now))
        return first if case_id is None else and_(first, _t.case_id == case_id)

    return work_off(
        runtime,
        QUEUE,
        lambda claimed: fire_timer(runtime, claimed.command),
        limit=limit,
        due=due,
        patience=None if case_id is None else PATIENCE,
        go_on=go_on,
    )


def fire_timer(runtime: Runtime, command: Command) -> None:
    """Fires one timer, unless somebody else has done so or it is over."""
    case_id = command.case_id
    if case_id is None:
        raise LookupError("A timer belongs to a case.")
    with transaction(runtime.engine) as db:
        step = Step.locked(runtime, db, case_id, actor=SYSTEM)
        row = take(db, QUEUE, command)
        if row is None:
            return
        db.execute(update(tables.timer).where(_t.id == row.id).values(fired_at=step.now, lease_until=None))
        step.note("timer_fired", element=row.element, name=row.name, due_at=row.due_at.isoformat())
        step.workflow.fire(row.token)
        step.workflow.advance()
        save(step)
        runtime.reached("fire_timer.done", row.id)


@contextmanager
def caught_up(runtime: Runtime, case_id: UUID, *, actor: str) -> Iterator[Step]:
    """A case in a transaction of its own, its row locked, once everything that was due has been fired.

    What is due may end what somebody wants to do. Raises NotFound, and Changed when there is no end to it.
    """
    catch_ups, waited = 0, timedelta()
    while catch_ups < MOST_CATCH_UPS and waited < 2 * PATIENCE:
        with transaction(runtime.engine) as db:
            step = Step.locked(runtime, db, case_id, actor=actor)
            if not has_due(db, case_id, at=step.now):
                yield step
                return
        if fire_due(runtime, case_id=case_id):
            catch_ups += 1
        else:
            # Somebody has it in hand, and has not come to the case's lock yet.
            time.sleep(PAUSE_SECONDS)
            waited += timedelta(seconds=PAUSE_SECONDS)
    raise Changed


def has_due(db: Connection, case_id: UUID, *, at: datetime) -> bool:
    """Whether a timer of this case is due and has not fired; one that an incident holds back does not count."""
    waiting = exists().where(_t.case_id == case_id, *_due(_t, at), not_stopped(QUEUE, _t.id))
    return bool(db.execute(select(waiting)).scalar())


def meet_deadlines(step: Step, element: str, *, on: Any, task_id: UUID | None) -> None:
    """What a step records has happened: the deadlines that name it are met, on that day."""
    t = tables.timer.c
    named = t.met_by_element == element
    if task_id is not None:
        named = and_(named, or_(t.task_id.is_(None), t.task_id == task_id))
    step.db.execute(
        update(tables.timer)
        .where(t.case_id == step.case.id, t.kind == "deadline", named, t.met_on.is_(None), t.ended_at.is_(None))
        .values(met_on=on, met_by=step.actor)
    )


def _first_of_its_case(now: datetime) -> ColumnElement[bool]:
    earlier = aliased(tables.timer).c
    before = func.greatest(earlier.due_at, earlier.paused_until)
    due = func.greatest(_t.due_at, _t.paused_until)
    return ~exists().where(
        earlier.case_id == _t.case_id,
        *_due(earlier, now),
        not_stopped(QUEUE, earlier.id),
        or_(before < due, and_(before == due, earlier.id < _t.id)),
    )


def _due(t: Any, at: datetime) -> tuple[ColumnElement[bool], ...]:
    is_paused = t.paused_until > at
    return (t.due_at <= at, is_paused.is_not(True), t.fired_at.is_(None), t.ended_at.is_(None), t.task_id.is_(None))
