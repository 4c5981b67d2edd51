"""Deliveries: what goes out to whom, and how far it has come."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field, StrictBool
from sqlalchemy import Connection

from api.rest.nouns import CONFLICT, MISSING, noun
from api.rest.shapes import (
    Body,
    CaseRef,
    Listed,
    Moment,
    Out,
    PupilRef,
    WantedHere,
    case_ref,
    example,
    pupil_ref,
    subjects_of,
)
from api.roll import pupil_names
from api.security import Allowed, Rule, RuntimeHere
from engine.database import AnyRow, transaction
from engine.doubts import settle
from engine.queries import sending as queries

router = noun("deliveries", explained="What goes out: decided with the case, sent after it, once.")

READING = Depends(Rule("delivery.read"))
Reading = Annotated[Allowed, READING]
Settling = Annotated[Allowed, Depends(Rule("delivery.settle"))]


class Standing(StrEnum):
    """How far a delivery has come. `in_doubt`: nobody can say whether it went out, a person decides."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"


class DeliveryOut(Out):
    """A letter on its way. `recipient` is the id of the adult."""

    id: UUID
    case: CaseRef
    pupil: PupilRef | None
    school_id: UUID
    letter: str = Field(examples=["L1"])
    recipient: str
    channel: str = Field(examples=["post"])
    document_id: UUID
    state: Standing
    attempts: int
    problem: str | None
    created_at: Moment
    sent_at: Moment | None
    cancelled_at: Moment | None
    recalled_at: Moment | None


class Settlement(Body):
    """Whether the letter went out. If it did not, it is sent again."""

    model_config = example(went_out=False)
    went_out: StrictBool


@router.get("")
def list_deliveries(
    runtime: RuntimeHere,
    allowed: Reading,
    wanted: WantedHere,
    state: Annotated[Standing | None, Query(description="Those that have come so far.")] = None,
    case_id: Annotated[UUID | None, Query(description="Those of one case.")] = None,
) -> Listed[DeliveryOut]:
    """Deliveries, the newest first."""
    with transaction(runtime.engine) as db:
        page = queries.deliveries(db, allowed.owners, wanted=wanted, state=state, case_id=case_id)
        return Listed(items=deliveries_out(db, page.rows), next=page.next)


@router.get("/{delivery_id}", responses=MISSING, dependencies=[READING])
def read_delivery(delivery_id: UUID, runtime: RuntimeHere) -> DeliveryOut:
    """One delivery."""
    with transaction(runtime.engine) as db:
        (out,) = deliveries_out(db, [queries.delivery_by_id(db, delivery_id)])
    return out


@router.post("/{delivery_id}/settle", responses=CONFLICT)
def settle_delivery(delivery_id: UUID, body: Settlement, runtime: RuntimeHere, allowed: Settling) -> DeliveryOut:
    """Says of a delivery that failed or is in doubt whether it went out: somebody has looked."""
    settle(runtime, delivery_id, went_out=body.went_out, actor=str(allowed.actor.id))
    return read_delivery(delivery_id, runtime)


def deliveries_out(db: Connection, rows: list[AnyRow]) -> list[DeliveryOut]:
    """Rows of deliveries as they are answered."""
    pupils = pupil_names(db, subjects_of(rows))
    return [
        DeliveryOut(
            id=row.id,
            case=case_ref(row),
            pupil=pupil_ref(row.subject_id, pupils),
            school_id=row.owner_id,
            letter=row.letter,
            recipient=row.recipient,
            channel=row.channel,
            document_id=row.document_id,
            state=row.state,
            attempts=row.attempts,
            problem=row.problem,
            created_at=row.created_at,
            sent_at=row.sent_at,
            cancelled_at=row.cancelled_at,
            recalled_at=row.recalled_at,
        )
        for row in rows
    ]
