"""Takes a closed case up again, as another case that follows it."""

from uuid import UUID

from sqlalchemy import select

from engine import tables
from engine.cases import open_case
from engine.database import transaction
from engine.errors import Declined, NotFound
from engine.runtime import Runtime


class StillOpen(Declined):
    """This case is still open."""


class FollowedAlready(Declined):
    """Another case has taken this one up again: reopen that one."""


def reopen_case(runtime: Runtime, case_id: UUID, *, actor: str, reason: str) -> UUID:
    """Opens a case about the same subject that follows a closed one, and gives its id.

    What was decided and sent in the closed case stays as it was: a version of the diagrams that has ended cannot go
    on, and whether the procedure may start again is for its own first steps to say. Raises NotFound, StillOpen,
    FollowedAlready, AlreadyOpen, Refusal, IncidentRaised.
    """
    c = tables.case.c
    with transaction(runtime.engine) as db:
        former = db.execute(select(tables.case).where(c.id == case_id)).one_or_none()
        if former is None:
            raise NotFound(f"There is no case {case_id}.")
        if former.closed_at is None:
            raise StillOpen
        if db.execute(select(c.id).where(c.follows == case_id).limit(1)).first() is not None:
            raise FollowedAlready
    return open_case(
        runtime,
        process=former.process,
        owner_id=former.owner_id,
        subject_id=former.subject_id,
        actor=actor,
        follows=case_id,
        reason=reason,
    )
