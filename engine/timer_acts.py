"""What a person does to a timer by hand, with a reason; what the diagram or the policy does not allow is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine import tables
from engine.asking import is_done
from engine.by_hand import Act
from engine.clock import LONDON
from engine.consequences import Consequences, Standing, what_follows
from engine.database import AnyRow, transaction
from engine.errors import Changed, Declined, NotFound
from engine.incidents import Command, guarded
from engine.limits_by_hand import refuse_beyond, refuse_forbidden, refuse_sooner
from engine.projection import save
from engine.registry import Refusal
from engine.rescheduling import current_basis, worked_out_again
from engine.runtime import Runtime
from engine.steps import Step
from engine.timers import caught_up, fire

LONGEST = timedelta(days=366)  # a moment further off than that is a slip of the pen, and a forgotten case


class TimerOver(Declined):
    """This timer has fired, was met, or what it was for is over."""


class NotPaused(Declined):
    """This timer is not paused."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants done to a timer, and why. `on`: the day to move it to, or until which it is paused."""

    act: Act
    reason: str
    on: date | None = None


class _Undone(Exception):
    """Everything that was looked at is rolled back."""


def change_timer(
    runtime: Runtime, timer_id: UUID, wanted: Wanted, *, actor: str, revision: int | None = None
) -> Consequences:
    """Moves a timer to a day, lets it fire, pauses it until a day, or lets it go on. Gives what follows.

    `revision` is that of the case. Raises NotFound, TimerOver, NotPaused, Changed, Refusal with the rule that forbids
    it, IncidentRaised.
    """
    command = _command(runtime, timer_id, wanted, actor=actor)
    with guarded(runtime, command):
        return perform_change(runtime, command, revision=revision)


def foresee_change(
    runtime: Runtime, timer_id: UUID, wanted: Wanted, *, actor: str, revision: int | None = None
) -> Consequences:
    """What would follow: everything is done, looked at and rolled back. Raises what `change_timer` raises."""
    command = _command(runtime, timer_id, wanted, actor=actor)
    found: list[Consequences] = []
    try:
        with _changed(runtime, command, revision=revision) as consequences:
            found.append(consequences)
            raise _Undone
    except _Undone:
        return found[0]


def perform_change(runtime: Runtime, command: Command, *, revision: int | None = None) -> Consequences:
    """Does to a timer what a command asks for. A command that is tried again later asks for no revision."""
    with _changed(runtime, command, revision=revision) as consequences:
        return consequences


def _command(runtime: Runtime, timer_id: UUID, wanted: Wanted, *, actor: str) -> Command:
    t = tables.timer.c
    with transaction(runtime.engine) as db:
        row = db.execute(select(t.case_id, t.owner_id, t.element).where(t.id == timer_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no timer {timer_id}.")
    on = wanted.on.isoformat() if wanted.on else None
    arguments = {"timer_id": str(timer_id), "act": wanted.act.value, "reason": wanted.reason, "on": on}
    return Command("change_timer", arguments, actor, row.case_id, row.owner_id, row.element)


@contextmanager
def _changed(runtime: Runtime, command: Command, *, revision: int | None) -> Iterator[Consequences]:
    arguments, case_id = command.arguments, command.case_id
    if case_id is None:
        raise NotFound
    on = date.fromisoformat(arguments["on"]) if arguments["on"] else None
    wanted = Wanted(Act(arguments["act"]), arguments["reason"], on)
    with caught_up(runtime, case_id, actor=command.actor) as step:
        if revision is not None and step.row.revision != revision:
            raise Changed
        row = _open_timer(step, UUID(arguments["timer_id"]))
        refuse_forbidden(step, row, wanted.act)
        before = Standing.of(step.db, case_id)
        _act(step, row, wanted)
        step.workflow.advance()
        save(step)
        step.resolve(command)
        consequences = what_follows(step, row, before)
        is_done(step.db, consequences)
        yield consequences


def _open_timer(step: Step, timer_id: UUID) -> AnyRow:
    row = step.db.execute(select(tables.timer).where(tables.timer.c.id == timer_id)).one()
    if row.fired_at is not None or row.met_on is not None or row.ended_at is not None:
        raise TimerOver
    return row


def _act(step: Step, row: AnyRow, wanted: Wanted) -> None:
    match wanted.act:
        case Act.RESCHEDULE:
            _reschedule(step, row, wanted)
        case Act.FIRE:
            refuse_sooner(step, row, step.now)
            step.note("timer_fired_by_hand", **_told(row, wanted))
            _fire(step, row)
        case Act.PAUSE:
            _pause(step, row, wanted)
        case Act.RESUME:
            _resume(step, row, wanted)


def _reschedule(step: Step, row: AnyRow, wanted: Wanted) -> None:
    # A wait keeps its beginning of the day or its hour, a deadline its end of the day.
    hour = (row.paused_from or row.due_at).astimezone(LONDON).time()
    becomes = _moment(step, wanted.on, hour)
    refuse_sooner(step, row, becomes)
    refuse_beyond(step, row, becomes)
    _keep(step, row, due_at=becomes, paused_from=None, paused_until=None, set_by=step.actor)
    step.note("timer_moved", **_told(row, wanted), was=row.due_at.isoformat(), becomes=becomes.isoformat())


def _pause(step: Step, row: AnyRow, wanted: Wanted) -> None:
    until, moment = _moment(step, wanted.on, time(), field="until"), row.paused_from or row.due_at
    if until <= moment:
        message = "The pause would be over before the moment comes, and change nothing. Pause until a later day."
        raise Refusal("no_pause", message, field="until")
    refuse_beyond(step, row, until, field="until")
    _keep(step, row, due_at=until, paused_from=moment, paused_until=until)
    step.note("timer_paused", **_told(row, wanted), due_at=moment.isoformat(), until=until.isoformat())


def _resume(step: Step, row: AnyRow, wanted: Wanted) -> None:
    if row.paused_from is None:
        raise NotPaused
    step.note("timer_resumed", **_told(row, wanted), due_at=row.paused_from.isoformat())
    _keep(step, row, due_at=row.paused_from, paused_from=None, paused_until=None)
    becomes = row.paused_from
    if row.set_by is None and row.calendar_version != current_basis(step):
        becomes = worked_out_again(step, row.id)
    if becomes <= step.now and row.task_id is None:
        # It came while it was paused: it is late already.
        step.note("timer_fired", element=row.element, name=row.name, due_at=becomes.isoformat())
        _fire(step, row)


def _fire(step: Step, row: AnyRow) -> None:
    fire(step, row)
    # An incident that held it back has been overtaken.
    step.resolve(Command("fire_timer", {"timer_id": str(row.id)}, step.actor, step.case.id, step.case.owner_id))


def _moment(step: Step, on: date | None, hour: time, *, field: str = "on") -> datetime:
    if on is None:
        raise Refusal("no_day", "Say on which day.", field=field)
    moment = datetime.combine(on, hour, LONDON)
    if moment <= step.now:
        raise Refusal("past", "This has passed already. Choose a later day.", field=field)
    if moment > step.now + LONGEST:
        raise Refusal("too_far", f"No more than {LONGEST.days} days ahead.", field=field)
    return moment


def _keep(step: Step, row: AnyRow, **values: Any) -> None:
    t, k = tables.timer.c, tables.task.c
    # Whoever has it in hand finds that it is not theirs any more.
    step.db.execute(update(tables.timer).where(t.id == row.id).values(attempts=0, lease_until=None, **values))
    if row.task_id is not None:
        step.db.execute(update(tables.task).where(k.id == row.task_id).values(due_at=values["due_at"]))


def _told(row: AnyRow, wanted: Wanted) -> dict[str, Any]:
    return {"element": row.element, "name": row.name, "kind": row.kind, "reason": wanted.reason}
