"""Timers worked out again, because what they rest on has changed. What is past, met or set by hand stays as it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select, update

from engine import tables
from engine.added_tasks import put_task
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction
from engine.errors import EngineError, IncidentRaised
from engine.incidents import Command, guarded
from engine.people import SYSTEM
from engine.projection import save
from engine.runtime import Outdated, Runtime
from engine.spiff.environment import aware_iso
from engine.steps import Step
from engine.timers import caught_up


class StillOutdated(EngineError):
    """This case was brought up to date, and still rests on what has changed."""


@dataclass(frozen=True)
class Moved:
    """A moment of a case that has moved: of a wait, of a deadline, or of a task that is due (then `task_id`)."""

    element: str
    name: str
    kind: str
    task_id: UUID | None
    was: datetime
    becomes: datetime
    was_derived: list[dict[str, Any]]
    derivation: list[dict[str, Any]]


@dataclass(frozen=True)
class Reworked:
    """What became of one case: its moments that moved, and what the change means beside them, as the basis says."""

    moved: tuple[Moved, ...]
    meaning: Any


def reschedule(runtime: Runtime, case_id: UUID, elements: Iterable[str], *, actor: str) -> None:
    """Works the timers of these elements out again that are still to come, because a fact of this case has changed."""
    with transaction(runtime.engine) as db:
        step = Step.locked(runtime, db, case_id, actor=actor)
        _work_out_again(step, frozenset(elements))
        step.workflow.advance()
        save(step)


def reschedule_outdated(runtime: Runtime, *, limit: int = 100, go_on: Callable[[], bool] = lambda: True) -> int:
    """Brings cases up to date that rest on what has changed since, each in a transaction of its own.

    Found by what their timers were worked out with, so that a crash in the middle loses none. Gives how many were done
    or became incidents.
    """
    done = 0
    seen: set[Outdated] = set()
    while done < limit and go_on() and (found := _next_outdated(runtime)) is not None:
        command = Command("reschedule", {"basis": found.basis}, SYSTEM, found.case_id, found.owner_id)
        try:
            with guarded(runtime, command, is_asked=False):
                if found in seen:
                    raise StillOutdated
                seen.add(found)
                perform_reschedule(runtime, command)
        except IncidentRaised:
            pass  # kept and shown; the other cases go on
        done += 1
    return done


def perform_reschedule(runtime: Runtime, command: Command) -> None:
    """Brings the case up to date that a command names. What is due is fired first: what has fired never un-fires."""
    case_id = command.case_id
    if case_id is None:
        return
    with caught_up(runtime, case_id, actor=command.actor) as step:
        # Another worker may have done it while this one waited for the lock.
        if step.row.closed_at is None and _versions(step) - {current_basis(step)}:
            rework(step)
        step.resolve(command)


def rework(step: Step) -> Reworked:
    """Works every open moment of a case out again, notes what that means for it, and saves it."""
    versions = _versions(step)
    moved = _work_out_again(step, None)
    meaning = None
    if step.runtime.basis is not None and versions:
        add = partial(put_task, step.db, step.case, step.notes, assignee=None, now=step.now)
        meaning = step.runtime.basis.changed(step.facts, versions, note=step.note, add_task=add)
    step.workflow.advance()
    save(step)
    return Reworked(tuple(moved), meaning)


def worked_out_again(step: Step, timer_id: UUID) -> datetime:
    """The moment of one open timer, worked out and kept anew, whether or not it has come."""
    t = tables.timer.c
    (row,) = step.db.execute(_wanted().where(t.id == timer_id)).all()
    _work_out(step, [row])
    due_at: datetime = step.db.execute(select(t.due_at).where(t.id == timer_id)).scalar_one()
    return due_at


def work_out_again(step: Step, elements: Iterable[str] | None) -> None:
    """Works the timers of these elements, or all, out again that are still to come; whoever asks saves the case."""
    _work_out_again(step, None if elements is None else frozenset(elements))


def current_basis(step: Step) -> str:
    """By what a moment that is worked out now is worked out."""
    return str(getattr(step.facts, "calendar_version", ""))


def _work_out_again(step: Step, elements: frozenset[str] | None) -> list[Moved]:
    return _work_out(step, [row for row in _open_timers(step) if elements is None or row.element in elements])


def _work_out(step: Step, rows: list[AnyRow]) -> list[Moved]:
    for row in rows:
        if row.task_id is None:
            step.workflow.reschedule(row.token)
    waiting = {timer.place.token: (timer.due, timer.trace) for timer in step.workflow.timers()}
    waiting |= {row.token: _due_of_task(step, row.token) for row in rows if row.task_id is not None}
    moved = []
    for row in rows:
        due, derivation = waiting[row.token]
        becomes = _keep(step, row, datetime.fromisoformat(due), derivation)
        if becomes != row.due_at:
            moved.append(
                Moved(row.element, row.name, row.kind, row.task_id, row.due_at, becomes, row.derivation, derivation)
            )
            step.note(
                "timer_rescheduled",
                element=row.element,
                name=row.name,
                kind=row.kind,
                was=row.due_at.isoformat(),
                becomes=becomes.isoformat(),
            )
    return moved


def _open_timers(step: Step) -> list[AnyRow]:
    t = tables.timer.c
    return list(step.db.execute(_wanted().where(*_still_to_come(step)).order_by(t.due_at, t.id)))


def _wanted() -> Select[Any]:
    t = tables.timer.c
    return select(t.id, t.token, t.element, t.name, t.kind, t.task_id, t.due_at, t.paused_until, t.derivation)


def _versions(step: Step) -> frozenset[str]:
    """By what the open moments of the case were worked out."""
    t = tables.timer.c
    return frozenset(step.db.execute(select(t.calendar_version).where(*_still_to_come(step)).distinct()).scalars())


def _still_to_come(step: Step) -> tuple[Any, ...]:
    t = tables.timer.c
    return (
        t.case_id == step.case.id,
        t.fired_at.is_(None),
        t.met_on.is_(None),
        t.ended_at.is_(None),
        t.set_by.is_(None),
        t.due_at > step.now,
    )


def _due_of_task(step: Step, token: UUID) -> tuple[str, list[dict[str, Any]]]:
    place = next(place for place in step.workflow.user_tasks() if place.token == token)
    expression = step.process.bindings[place.element].due
    return aware_iso(step.evaluate(expression, place.data), expression), step.trace()


def _keep(step: Step, row: AnyRow, moment: datetime, derivation: list[dict[str, Any]]) -> datetime:
    """Keeps what a moment has become, and gives when it is due by it: a pause goes on."""
    t, k = tables.timer.c, tables.task.c
    due_at = moment if row.paused_until is None else max(moment, row.paused_until)
    step.db.execute(
        update(tables.timer)
        .where(t.id == row.id)
        .values(
            due_at=due_at,
            paused_from=None if row.paused_until is None else moment,
            derivation=derivation,
            calendar_version=current_basis(step),
        )
    )
    if row.task_id is not None:
        # The revision stays: whoever has the task open loses nothing by its day having moved.
        step.db.execute(update(tables.task).where(k.id == row.task_id).values(due_at=due_at))
    return due_at


def _next_outdated(runtime: Runtime) -> Outdated | None:
    if runtime.basis is None:
        return None
    with transaction(runtime.engine) as db:
        return runtime.basis.outdated(db, now=read_clock(db), held_back=_held_back(db))


def _held_back(db: Connection) -> frozenset[tuple[UUID, str]]:
    """Cases that an open incident holds back, and what they could not be brought up to."""
    i = tables.incident.c
    stopped = select(i.case_id, i.arguments["basis"].as_string()).where(
        i.command == "reschedule", i.resolved_at.is_(None)
    )
    return frozenset((case_id, basis) for case_id, basis in db.execute(stopped))
