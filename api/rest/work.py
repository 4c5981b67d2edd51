"""Work that takes long, such as a large import: how far it is, and its end."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from api.rest.nouns import CONFLICT, MISSING, noun
from api.rest.shapes import Listed, Moment, Out, PersonRef, WantedHere, person_ref
from api.security import Allowed, Rule, RuntimeHere
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction
from engine.long_work import cancel_work as ask_to_stop
from engine.queries.people import names_of
from engine.queries.work import work_by_id, work_of

router = noun("work", explained="Work that takes long: how far it is, what it brought, and how it is stopped.")

READING = Depends(Rule("work.read"))
Reading = Annotated[Allowed, READING]
Cancelling = Annotated[Allowed, Depends(Rule("work.cancel"))]


class WorkOut(Out):
    """A piece of work. It is one transaction: until it is done, nothing of it is kept."""

    id: UUID
    kind: str = Field(examples=["register_import"])
    owner_id: UUID
    state: str = Field(examples=["running"], description="waiting, running, done, failed or cancelled.")
    progress: float = Field(description="From 0 to 1.")
    result: dict[str, Any] | None = Field(description="What it brought, when it is done.")
    problem: str = Field(description="Why it failed, as a sentence.")
    asked_by: PersonRef
    created_at: Moment
    ended_at: Moment | None
    cancel_asked_at: Moment | None


@router.get("")
def list_work(
    runtime: RuntimeHere,
    allowed: Reading,
    wanted: WantedHere,
    open: Annotated[bool, Query(description="Only what has not ended.")] = False,  # noqa: A002
) -> Listed[WorkOut]:
    """The work of one's schools, the newest first."""
    with transaction(runtime.engine) as db:
        page = work_of(db, allowed.owners, wanted=wanted, only_open=open)
        return Listed(items=work_out(db, page.rows), next=page.next)


@router.get("/{work_id}", responses=MISSING, dependencies=[READING])
def read_work(work_id: UUID, runtime: RuntimeHere) -> WorkOut:
    """One piece of work."""
    with transaction(runtime.engine) as db:
        (out,) = work_out(db, [work_by_id(db, work_id)])
    return out


@router.post("/{work_id}/cancel", responses=CONFLICT)
def cancel_work(work_id: UUID, runtime: RuntimeHere, allowed: Cancelling) -> WorkOut:
    """Stops work between two of its steps. Nothing of it is kept."""
    with transaction(runtime.engine) as db:
        ask_to_stop(db, work_id, actor=str(allowed.actor.id), now=read_clock(db))
        (out,) = work_out(db, [work_by_id(db, work_id)])
    return out


def work_out(db: Connection, rows: list[AnyRow]) -> list[WorkOut]:
    """Rows of work as they are answered."""
    people = names_of(db, [row.actor for row in rows])
    copied = ("id", "kind", "owner_id", "state", "progress", "result", "problem", "created_at", "ended_at")
    return [
        WorkOut(
            **{name: getattr(row, name) for name in copied},
            asked_by=person_ref(row.actor, people),
            cancel_asked_at=row.cancel_asked_at,
        )
        for row in rows
    ]
