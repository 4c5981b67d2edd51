"""Ends a case that ought not to be: nothing of it goes on, and what happened stays on record."""

from uuid import UUID

from sqlalchemy import select, update

from engine import tables
from engine.added_tasks import withdraw_added
from engine.database import transaction
from engine.deliveries import cancel
from engine.errors import Declined, NotFound
from engine.incidents import Command, guarded
from engine.projection import save
from engine.runtime import Runtime
from engine.spiff.workflow import Place
from engine.steps import Step

CANCELLED = "cancelled"
CALL_OFF = "case.call_off"  # the handler, where there is one, that undoes outside what no diagram will undo any more


class AlreadyOver(Declined):
    """This case has ended already."""


def cancel_case(runtime: Runtime, case_id: UUID, *, actor: str, reason: str) -> None:
    """Ends a case at once: its tasks, timers and listeners go, and letters that nobody has yet stay unsent.

    For a case opened in error. One that ought to end in an orderly way has an event for it in its diagram.
    Raises NotFound, AlreadyOver, IncidentRaised.
    """
    c = tables.case.c
    with transaction(runtime.engine) as db:
        owner_id = db.execute(select(c.owner_id).where(c.id == case_id)).scalar_one_or_none()
    if owner_id is None:
        raise NotFound(f"There is no case {case_id}.")
    command = Command("cancel_case", {"reason": reason}, actor, case_id, owner_id)
    with guarded(runtime, command):
        perform_cancel(runtime, command)


def perform_cancel(runtime: Runtime, command: Command) -> None:
    """Ends the case that a command names."""
    if command.case_id is None:
        raise NotFound
    c = tables.case.c
    with transaction(runtime.engine) as db:
        step = Step.locked(runtime, db, command.case_id, actor=command.actor)
        if step.row.closed_at is not None:
            raise AlreadyOver
        reason = command.arguments["reason"]
        step.note("cancelled", reason=reason)
        if call_off := runtime.registry.handlers.get(CALL_OFF):
            nowhere = Place(token=step.case.id, element="", path="", visit=0, item="", data={})
            call_off(step.call(nowhere), reason=reason)
        step.workflow.cancel()
        withdraw_added(db, step.case.id, now=step.now)
        d = tables.delivery.c
        unsent = db.execute(select(d.id).where(d.case_id == step.case.id, d.state.in_(("queued", "failed")))).scalars()
        cancel(db, unsent, now=step.now)
        db.execute(update(tables.case).where(c.id == step.case.id).values(result=CANCELLED))
        save(step)
        step.resolve(command)
