"""Timers: fired one at a time, in the order in which they fell due."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, func, or_, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from engine import tables
from engine.claiming import Queue, mine, work_off
from engine.clock import NOW
from engine.database import transaction, write_later
from engine.errors import Changed
from engine.exchange import Prepared
from engine.incidents import Command, no_incident
from engine.people import SYSTEM
from engine.projection import save
from engine.runtime import Runtime
from engine.standing import Question, is_due, lock
from engine.steps import Step

MOST_CATCH_UPS = 20
PATIENCE = timedelta(seconds=5)  # how long a person waits for a worker that has a timer in hand, and may be dead
PAUSE_SECONDS = 0.05

_t = tables.timer.c
_of = bindparam("case_id", type_=_t.case_id.type)


def _first_of_its_case() -> ColumnElement[bool]:
    earlier = aliased(tables.timer).c
    return ~exists().where(
        earlier.case_id == _t.case_id,
        *is_due(earlier, NOW),
        no_incident("fire_timer", "timer_id", earlier.id),
        tuple_(earlier.due_at, earlier.id) < tuple_(_t.due_at, _t.id),
    )


QUEUE = Queue(
    command="fire_timer",
    key="timer_id",
    table=tables.timer,
    to_do=and_(_t.fired_at.is_(None), _t.ended_at.is_(None), _t.task_id.is_(None)),
    due=and_(*is_due(_t, NOW), _first_of_its_case(), or_(_of.is_(None), _t.case_id == _of)),
    order=(_t.due_at, _t.id),
    lease=timedelta(minutes=2),
    case_id=_t.case_id,
    owner_id=_t.owner_id,
    element=_t.element,
)
_FIRED = Prepared(
    update(tables.timer)
    .where(_t.id == bindparam("of", type_=_t.id.type))
    .values(fired_at=bindparam("now", type_=_t.fired_at.type), lease_until=None)
)
_MEET = Prepared(
    update(tables.timer)
    .where(_t.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
    .values(met_on=bindparam("on", type_=_t.met_on.type), met_by=bindparam("actor", type_=_t.met_by.type))
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
    return work_off(
        runtime,
        QUEUE,
        lambda claimed: fire_timer(runtime, claimed.command),
        limit=limit,
        patience=None if case_id is None else PATIENCE,
        go_on=go_on,
        case_id=case_id,
    )


def fire_timer(runtime: Runtime, command: Command) -> None:
    """Fires one timer, unless somebody else has done so or it is over."""
    with transaction(runtime.engine) as db:
        standing = lock(db, case_id=command.case_id, claim=mine(QUEUE, command))
        row = standing.claimed
        # A person may have moved or paused it since it was claimed.
        if row is None or row.due_at > standing.now:
            return
        step = Step.restored(runtime, db, standing, actor=SYSTEM)
        step.note("timer_fired", element=row.element, name=row.name, due_at=row.due_at.isoformat())
        fire(step, row)
        step.workflow.advance()
        save(step)
        runtime.reached("fire_timer.done", row.id)


def fire(step: Step, row: Any) -> None:
    """A timer's moment has come."""
    write_later(step.db, _FIRED, of=row.id, now=step.now)
    known = step.standing.timers
    known[row.token] = known[row.token]._replace(has_fired=True)
    step.workflow.fire(row.token)


@contextmanager
def caught_up(
    runtime: Runtime,
    case_id: UUID | None = None,
    *,
    task_id: UUID | None = None,
    claim: Question | None = None,
    actor: str,
) -> Iterator[Step]:
    """A case, or that of a task, in a transaction of its own, locked, once everything that was due has been fired.

    What is due may end what somebody wants to do. Raises NotFound, and Changed when there is no end to it.
    """
    catch_ups, waited = 0, timedelta()
    while catch_ups < MOST_CATCH_UPS and waited < 2 * PATIENCE:
        with transaction(runtime.engine) as db:
            standing = lock(db, case_id=case_id, task_id=task_id, claim=claim)
            if not standing.has_due:
                yield Step.restored(runtime, db, standing, actor=actor)
                return
        if fire_due(runtime, case_id=standing.row.id):
            catch_ups += 1
        else:
            # Somebody has it in hand, and has not come to the case's lock yet.
            time.sleep(PAUSE_SECONDS)
            waited += timedelta(seconds=PAUSE_SECONDS)
    raise Changed


def meet_deadlines(step: Step, element: str, *, on: date, task_id: UUID | None) -> None:
    """What a step records has happened: the deadlines that name it are met, on that day."""
    met = [
        timer.id
        for timer in step.standing.timers.values()
        if timer.kind == "deadline"
        and timer.met_by_element == element
        and not timer.is_met
        and (task_id is None or timer.task_id in (None, task_id))
    ]
    if met:
        write_later(step.db, _MEET, ids=met, on=on, actor=step.actor)
