"""What goes out: decided with the case, sent after the commit, once."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from engine import tables
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction, wake_workers
from engine.ids import new_id
from engine.runtime import Runtime

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=2), timedelta(minutes=30))


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
    document_id, delivery_id = new_id(), new_id()
    db.execute(
        insert(tables.document).values(
            id=document_id,
            case_id=case.id,
            owner_id=case.owner_id,
            kind=letter,
            title=title,
            recipient=recipient,
            media_type="application/pdf",
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            created_at=now,
        )
    )
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
            next_at=now,
            created_at=now,
        )
    )
    wake_workers(db)
    return delivery_id


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
        .values(state="cancelled", cancelled_at=now, next_at=now, attempts=0)
    )
    wake_workers(db)


def send_due(runtime: Runtime, channels: Mapping[str, Channel], *, limit: int = 50) -> int:
    """Sends, or calls back, what is due, one row at a time. Gives how many were dealt with."""
    done = 0
    while done < limit and (claimed := _claim(runtime, channels)) is not None:
        _deal_with(runtime, channels, claimed)
        done += 1
    return done


def _claim(runtime: Runtime, channels: Mapping[str, Channel]) -> AnyRow | None:
    d = tables.delivery.c
    with transaction(runtime.engine) as db:
        now = read_clock(db)
        waiting = and_(d.state == "queued", d.next_at <= now)
        abandoned = and_(d.state == "sending", d.lease_until < now)
        recalled = and_(d.state == "cancelled", d.recalled_at.is_(None), d.next_at <= now, d.attempts < MOST_ATTEMPTS)
        row = db.execute(
            select(d.id, d.state, d.channel, d.attempts)
            .where(or_(waiting, abandoned, recalled), d.channel.in_(list(channels)))
            .order_by(d.next_at, d.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        mine = update(tables.delivery).where(d.id == row.id)
        if row.state == "sending" and not channels[row.channel].refuses_duplicates:
            # Nobody can say whether the worker that died had sent it: a person decides.
            db.execute(mine.values(state="in_doubt", lease_until=None))
            return row
        if row.state == "sending" and row.attempts >= MOST_ATTEMPTS:
            db.execute(
                mine.values(state="failed", lease_until=None, problem="Three workers died while they sent this.")
            )
            return row
        state = "cancelled" if row.state == "cancelled" else "sending"
        return db.execute(
            mine.values(state=state, attempts=d.attempts + 1, lease_until=now + LEASE, next_at=now + LEASE).returning(
                d.id, d.state, d.channel, d.attempts
            )
        ).one()


def _deal_with(runtime: Runtime, channels: Mapping[str, Channel], claimed: AnyRow) -> None:
    d = tables.delivery.c
    channel = channels[claimed.channel]
    with transaction(runtime.engine) as db:
        row = db.execute(select(d.id, d.state, d.attempts).where(d.id == claimed.id).with_for_update()).one()
        if row.attempts != claimed.attempts or row.state != claimed.state:
            return  # somebody else has taken it over, or it was cancelled meanwhile
        now = read_clock(db)
        mine = update(tables.delivery).where(d.id == claimed.id)
        parcel = parcel_of(db, claimed.id)
        try:
            (channel.recall if claimed.state == "cancelled" else channel.send)(parcel)
        except OSError as error:
            spent = claimed.attempts >= MOST_ATTEMPTS
            values: dict[str, Any] = {"problem": str(error), "lease_until": None}
            values["next_at"] = now + BACK_OFF[min(claimed.attempts, len(BACK_OFF)) - 1]
            if claimed.state == "sending":
                values["state"] = "failed" if spent else "queued"
            db.execute(mine.values(**values))
            return
        if claimed.state == "cancelled":
            db.execute(mine.values(recalled_at=now, lease_until=None))
        else:
            db.execute(mine.values(state="sent", sent_at=now, lease_until=None, problem=None))


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
