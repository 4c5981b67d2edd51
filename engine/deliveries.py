"""What goes out: decided with the case, sent after the commit, once."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, String, and_, bindparam, case, func, insert, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from engine import tables
from engine.claiming import BACK_OFF, Claimed, Queue, put_back, take, work_off
from engine.clock import now as read_clock
from engine.database import transaction, wake_workers
from engine.ids import new_id
from engine.runtime import Runtime

MOST_ATTEMPTS = 3

_d = tables.delivery.c
# In the statement's words, for its index to be found: as parameters they are known too late.
_QUEUED, _SENDING, _CANCELLED = (literal_column(f"'{state}'", String) for state in ("queued", "sending", "cancelled"))
QUEUE = Queue(
    command="send",
    key="delivery_id",
    table=tables.delivery,
    to_do=or_(_d.state.in_((_QUEUED, _SENDING)), and_(_d.state == _CANCELLED, _d.recalled_at.is_(None))),
    due=_d.channel == func.any(bindparam("channels", type_=ARRAY(String))),
    order=(_d.id,),
    lease=timedelta(minutes=5),
    case_id=_d.case_id,
    owner_id=_d.owner_id,
    element=_d.letter,
    acts_outside=True,
    begun={"state": case((_d.state == _QUEUED, _SENDING), else_=_d.state)},
)


class _Case(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def owner_id(self) -> UUID: ...


@dataclass(frozen=True)
class Parcel:
    """What a channel is given: one document for one recipient, with the fields it was made from."""

    id: UUID
    case_reference: str
    letter: str
    recipient: str
    fields: Mapping[str, Any]
    content: bytes
    sha256: str
    created_at: datetime


class Channel(Protocol):
    """Carries parcels: the post folder, an e-mail server, a printing service."""

    refuses_duplicates: bool

    def send(self, parcel: Parcel) -> None:
        """Takes a parcel. Raises OSError when it cannot now."""

    def recall(self, parcel: Parcel) -> None:
        """Marks a parcel that it has already taken as not to go out."""


def queue(
    db: Connection,
    case: _Case,
    *,
    key: str,
    letter: str,
    recipient: str,
    channel: str,
    title: str,
    content: bytes,
    fields: Mapping[str, Any],
    now: datetime,
) -> UUID:
    """Keeps a document and its delivery. The key is unique: the same decision never sends twice."""
    document_id = keep_document(
        db,
        case,
        kind=letter,
        recipient=recipient,
        title=title,
        media_type="application/pdf",
        content=content,
        now=now,
    )
    delivery_id = new_id()
    db.execute(
        insert(tables.delivery).values(
            id=delivery_id,
            case_id=case.id,
            owner_id=case.owner_id,
            key=key,
            letter=letter,
            recipient=recipient,
            channel=channel,
            document_id=document_id,
            fields=dict(fields),
            state="queued",
            created_at=now,
        )
    )
    wake_workers(db)
    return delivery_id


def keep_document(
    db: Connection,
    case: _Case,
    *,
    kind: str,
    recipient: str,
    title: str,
    media_type: str,
    content: bytes,
    now: datetime,
) -> UUID:
    """Keeps a document that never changes, with its hash."""
    document_id = new_id()
    db.execute(
        insert(tables.document).values(
            id=document_id,
            case_id=case.id,
            owner_id=case.owner_id,
            kind=kind,
            title=title,
            recipient=recipient,
            media_type=media_type,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            created_at=now,
        )
    )
    return document_id


def cancel(db: Connection, ids: Iterable[UUID], *, now: datetime) -> None:
    """Stops deliveries. What was never sent needs no recall."""
    d = tables.delivery.c
    wanted = list(ids)
    db.execute(
        update(tables.delivery)
        .where(d.id.in_(wanted), d.state.in_(("queued", "failed")))
        .values(state="cancelled", cancelled_at=now, recalled_at=now)
    )
    db.execute(
        update(tables.delivery)
        .where(d.id.in_(wanted), d.state.in_(("sending", "sent", "in_doubt")))
        .values(state="cancelled", cancelled_at=now, attempts=0, lease_until=None)
    )
    wake_workers(db)


def send_due(
    runtime: Runtime, channels: Mapping[str, Channel], *, limit: int = 50, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Sends, or calls back, what is due, one row at a time. Gives how many were dealt with."""
    return work_off(
        runtime,
        QUEUE,
        lambda claimed: _deal_with(runtime, channels, claimed),
        limit=limit,
        gave_up=_leave_to_a_person,
        go_on=go_on,
        channels=list(channels),
    )


def _deal_with(runtime: Runtime, channels: Mapping[str, Channel], claimed: Claimed) -> None:
    channel, is_recall = channels[claimed.row.channel], claimed.row.state == "cancelled"
    with transaction(runtime.engine) as db:
        row = take(db, QUEUE, claimed.command)
        if row is None:
            return  # somebody else has taken it over, or it was cancelled meanwhile
        now = read_clock(db)
        mine = update(tables.delivery).where(_d.id == row.id)
        if claimed.row.state == "sending" and not channel.refuses_duplicates:
            # Nobody can say whether the worker that died had sent it: a person decides.
            db.execute(mine.values(state="in_doubt", lease_until=None))
            return
        parcel = parcel_of(db, row.id)
        try:
            (channel.recall if is_recall else channel.send)(parcel)
        except OSError as error:
            if is_recall and claimed.attempt >= MOST_ATTEMPTS:
                raise
            _try_later(db, claimed, str(error), now=now)
            return
        if is_recall:
            db.execute(mine.values(recalled_at=now, lease_until=None))
        else:
            db.execute(mine.values(state="sent", sent_at=now, lease_until=None, problem=None))
        runtime.reached("send.done", row.id)


def _try_later(db: Connection, claimed: Claimed, problem: str, *, now: datetime) -> None:
    values = {"problem": problem}
    if claimed.row.state != "cancelled":
        values["state"] = "failed" if claimed.attempt >= MOST_ATTEMPTS else "queued"
    later = now + BACK_OFF[min(claimed.attempt, len(BACK_OFF)) - 1]
    put_back(db, QUEUE, claimed.row.id, until=later, **values)


def _leave_to_a_person(db: Connection, claimed: Claimed) -> None:
    """Its incident says what happened; here it is seen among the others that did not go out."""
    problem = "This could not be sent: read its incident."
    db.execute(
        update(tables.delivery)
        .where(_d.id == claimed.row.id, _d.state == "sending")
        .values(state="failed", lease_until=None, problem=problem)
    )


def parcel_of(db: Connection, delivery_id: UUID) -> Parcel:
    """The parcel of a delivery. Raises NoResultFound."""
    d, doc, c = tables.delivery.c, tables.document.c, tables.case.c
    row = db.execute(
        select(d.id, c.reference, d.letter, d.recipient, d.fields, doc.content, doc.sha256, d.created_at)
        .join_from(tables.delivery, tables.document, doc.id == d.document_id)
        .join(tables.case, c.id == d.case_id)
        .where(d.id == delivery_id)
    ).one()
    return Parcel(*row)


def counts(db: Connection, owner_id: UUID) -> dict[str, int]:
    """How many deliveries of an owner stand in each state."""
    d = tables.delivery.c
    rows = db.execute(select(d.state, func.count()).where(d.owner_id == owner_id).group_by(d.state))
    return {row[0]: row[1] for row in rows}
