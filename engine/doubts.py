"""Deliveries that only a person can settle: nobody can say whether they went out, or every attempt failed."""

from uuid import UUID

from sqlalchemy import case, select, update

from engine.clock import lock_case
from engine.database import transaction, wake_workers
from engine.deliveries import QUEUE
from engine.errors import Declined, NotFound
from engine.history import Notes
from engine.incidents import Command, resolve
from engine.runtime import Runtime
from engine.tables import delivery

UNSETTLED = ("failed", "in_doubt")


class NotInDoubt(Declined):
    """There is nothing to settle about this delivery: it has neither failed nor is it in doubt."""


def settle(runtime: Runtime, delivery_id: UUID, *, went_out: bool, actor: str) -> None:
    """A person says whether a delivery went out; one that did not is sent again. Raises NotFound, NotInDoubt."""
    d = delivery.c
    with transaction(runtime.engine) as db:
        row = db.execute(select(d.case_id).where(d.id == delivery_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no delivery {delivery_id}.")
        # The case first, then its rows, as everywhere.
        _, now = lock_case(db, row.case_id)
        becomes = {"state": "sent", "sent_at": now} if went_out else {"state": "queued", "attempts": 0}
        settled = db.execute(
            update(delivery)
            .where(d.id == delivery_id, d.state.in_(UNSETTLED))
            .values(**becomes, lease_until=None, problem=None)
            .returning(d.letter)
        ).one_or_none()
        if settled is None:
            raise NotInDoubt
        notes = Notes(row.case_id, actor=actor, at=now)
        facts = {"delivery": str(delivery_id), "letter": settled.letter, "went_out": went_out}
        notes.add("delivery_settled", facts=facts)
        notes.write(db)
        # A worker that failed with it told a supervisor, too.
        resolve(db, Command(QUEUE.command, {QUEUE.key: str(delivery_id)}, actor, row.case_id, None), now=now)
        wake_workers(db)


def send_again(runtime: Runtime, command: Command) -> None:
    """Puts a delivery back into the queue, or its recall, with which a worker failed."""
    d = delivery.c
    with transaction(runtime.engine) as db:
        db.execute(
            update(delivery)
            .where(d.id == UUID(command.arguments[QUEUE.key]), QUEUE.to_do | (d.state == "failed"))
            .values(
                state=case((d.state == "cancelled", d.state), else_="queued"),
                attempts=0,
                lease_until=None,
                problem=None,
            )
        )
        wake_workers(db)
