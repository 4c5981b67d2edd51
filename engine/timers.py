"""Timers: fired one at a time, in the order in which they fell due."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from engine import tables
from engine.calls import SYSTEM
from engine.clock import now as read_clock
from engine.database import transaction
from engine.errors import IncidentRaised
from engine.incidents import Command, guarded, stopped_timers
from engine.projection import save
from engine.runtime import Runtime
from engine.steps import Step

LEASE = timedelta(minutes=2)
MOST_DEATHS = 3


class KilledItsWorker(Exception):
    """Three workers died while they fired this timer."""


def fire_due(runtime: Runtime, *, case_id: UUID | None = None, limit: int = 100) -> int:
    """Fires what is due, each timer in a transaction of its own. Gives how many were fired or became incidents."""
    done = 0
    while done < limit and (claimed := _claim(runtime, case_id)) is not None:
        command = Command(
            "fire_timer",
            {"timer_id": str(claimed.id), "attempt": claimed.attempts},
            SYSTEM,
            claimed.case_id,
            claimed.owner_id,
            claimed.element,
        )
        try:
            with guarded(runtime, command):
                if claimed.attempts > MOST_DEATHS:
                    raise KilledItsWorker(KilledItsWorker.__doc__)
                fire_timer(runtime, command)
        except IncidentRaised:
            pass  # kept and shown; the other timers go on
        done += 1
    return done


def fire_timer(runtime: Runtime, command: Command) -> None:
    """Fires one timer, unless somebody else has done so or it is over."""
    timer_id = UUID(command.arguments["timer_id"])
    t = tables.timer.c
    with transaction(runtime.engine) as db:
        case_id = db.execute(select(t.case_id).where(t.id == timer_id)).scalar_one()
        step = Step.locked(runtime, db, case_id, actor=SYSTEM)
        row = db.execute(
            select(t.token, t.element, t.name, t.due_at, t.fired_at, t.ended_at).where(t.id == timer_id)
        ).one()
        if row.fired_at is not None or row.ended_at is not None:
            return
        db.execute(update(tables.timer).where(t.id == timer_id).values(fired_at=step.now, lease_until=None))
        step.note("timer_fired", element=row.element, name=row.name, due_at=row.due_at.isoformat())
        step.workflow.fire(row.token)
        step.workflow.advance()
        save(step)


def has_due(db: Connection, case_id: UUID, *, at: datetime) -> bool:
    """Whether a timer of this case is due and has not fired; one that an incident holds back does not count."""
    t = tables.timer.c
    return bool(
        db.execute(select(exists().where(t.case_id == case_id, *_due(t, at), t.id.not_in(stopped_timers(db))))).scalar()
    )


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


def _claim(runtime: Runtime, case_id: UUID | None) -> Any:
    t = tables.timer.c
    earlier = aliased(tables.timer).c
    with transaction(runtime.engine) as db:
        now = read_clock(db)
        stopped = stopped_timers(db)
        first_of_case = ~exists().where(
            earlier.case_id == t.case_id,
            *_due(earlier, now),
            earlier.id.not_in(stopped),
            or_(earlier.due_at < t.due_at, and_(earlier.due_at == t.due_at, earlier.id < t.id)),
        )
        wanted = [*_due(t, now), t.id.not_in(stopped), first_of_case]
        if case_id is None:
            wanted.append(or_(t.lease_until.is_(None), t.lease_until < now))
        else:
            # A person waits: another worker's lease may be a dead one's, and the case's lock fires nothing twice.
            wanted.append(t.case_id == case_id)
        row = db.execute(
            select(t.id).where(*wanted).order_by(t.due_at, t.id).limit(1).with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        # Counted and committed before the work, so that a timer that kills its worker is found out.
        return db.execute(
            update(tables.timer)
            .where(t.id == row.id)
            .values(attempts=t.attempts + 1, lease_until=now + LEASE)
            .returning(t.id, t.case_id, t.owner_id, t.element, t.attempts)
        ).one()


def _due(t: Any, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (t.due_at <= at, t.fired_at.is_(None), t.ended_at.is_(None), t.task_id.is_(None))
