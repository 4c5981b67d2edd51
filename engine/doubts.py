"""Deliveries that only a person can settle: nobody can say whether they went out, or every attempt failed."""

from uuid import UUID

from sqlalchemy import select, update

from engine.clock import lock_case
from engine.database import transaction, wake_workers
from engine.errors import Declined, NotFound
from engine.history import Notes
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
        # Attempts go on being counted: by their number a worker knows whether a delivery is still its own.
        becomes = {"state": "sent", "sent_at": now} if went_out else {"state": "queued", "next_at": now}
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
        wake_workers(db)
