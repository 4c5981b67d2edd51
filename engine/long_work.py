"""Work that takes long: queued as a row, claimed by one worker, with its progress, and cancelled between two steps.

The work itself is one transaction: a worker that dies leaves nothing half done, and another claims the row again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from engine.claiming import Queue, claim
from engine.clock import NOW
from engine.database import transaction, wake_workers
from engine.errors import Declined, EngineError, NotFound
from engine.ids import new_id
from engine.runtime import Runtime
from engine.tables import work

LEASE = timedelta(minutes=2)
BACK_OFF = timedelta(seconds=30)
MOST_ATTEMPTS = 3
# Long work dies with its process also when something beside it was the cause, so it is given up later than other work.
MOST_DEATHS = 8

_w = work.c
QUEUE = Queue(
    command="long_work",
    key="work_id",
    table=work,
    to_do=_w.ended_at.is_(None),
    due=_w.kind == func.any(bindparam("kinds", type_=ARRAY(TEXT))),
    order=(_w.created_at, _w.id),
    lease=LEASE,
    owner_id=_w.owner_id,
    begun={"state": "running"},
)


class Cancelled(Declined):
    """This was cancelled, and nothing of it was kept."""


class EndedAlready(Declined):
    """This has ended already and cannot be cancelled any more."""


class LeaseLost(EngineError):
    """Another process has taken this work over."""


@dataclass(frozen=True)
class Claimed:
    """Work in hand. It is ours while the row's number of attempts is still this one."""

    id: UUID
    kind: str
    owner_id: UUID
    arguments: Mapping[str, Any]
    actor: str
    attempts: int


def queue_work(
    db: Connection,
    *,
    kind: str,
    owner_id: UUID,
    arguments: Mapping[str, Any],
    actor: str,
    now: datetime,
    is_taken: bool = False,
) -> Claimed:
    """Adds work; with `is_taken` the caller does it at once, and others only if the caller dies."""
    claimed = Claimed(new_id(), kind, owner_id, arguments, actor, attempts=int(is_taken))
    db.execute(
        insert(work).values(
            id=claimed.id,
            kind=kind,
            owner_id=owner_id,
            state="running" if is_taken else "waiting",
            arguments=arguments,
            actor=actor,
            attempts=claimed.attempts,
            lease_until=NOW + literal(LEASE) if is_taken else None,
            created_at=now,
        )
    )
    wake_workers(db)
    return claimed


def claim_work(runtime: Runtime, *, kinds: Sequence[str]) -> Claimed | None:
    """The oldest work that waits, or whose worker is dead; the claim is committed before the work is begun."""
    claimed = claim(runtime, QUEUE, kinds=list(kinds))
    if claimed is None:
        return None
    row = claimed.row
    return Claimed(row.id, row.kind, row.owner_id, row.arguments, row.actor, claimed.attempt)


def tell_progress(engine: Engine, claimed: Claimed, done: float) -> None:
    """Says how far the work is, from 0 to 1, and renews the lease. Raises Cancelled, LeaseLost."""
    with transaction(engine) as db:
        row = db.execute(
            update(work)
            .where(_w.id == claimed.id, _w.attempts == claimed.attempts, _w.state == "running")
            .values(progress=done, lease_until=NOW + literal(LEASE))
            .returning(_w.cancel_asked_at)
        ).one_or_none()
    if row is None:
        raise LeaseLost
    if row.cancel_asked_at is not None:
        raise Cancelled


def finish_work(db: Connection, claimed: Claimed, *, result: Mapping[str, Any], now: datetime) -> None:
    """Ends the work in its own transaction, if it is ours and nobody cancelled it. Raises Cancelled, LeaseLost."""
    row = db.execute(
        select(_w.attempts, _w.state, _w.cancel_asked_at).where(_w.id == claimed.id).with_for_update()
    ).one_or_none()
    if row is None or row.attempts != claimed.attempts or row.state != "running":
        raise LeaseLost
    if row.cancel_asked_at is not None:
        raise Cancelled
    db.execute(
        update(work).where(_w.id == claimed.id).values(state="done", progress=1, result=dict(result), ended_at=now)
    )


def end_work(db: Connection, claimed: Claimed, *, state: str, problem: str, now: datetime) -> None:
    """Ends work that failed or was cancelled, if it is still ours."""
    mine = (_w.id == claimed.id) & (_w.attempts == claimed.attempts) & (_w.state == "running")
    db.execute(update(work).where(mine).values(state=state, problem=problem, ended_at=now))


def put_back(db: Connection, claimed: Claimed) -> bool:
    """Lets work that failed unexpectedly be claimed again a little later. False when it was tried often enough."""
    if claimed.attempts >= MOST_ATTEMPTS:
        return False
    mine = (_w.id == claimed.id) & (_w.attempts == claimed.attempts)
    db.execute(update(work).where(mine).values(progress=0, lease_until=NOW + literal(BACK_OFF * claimed.attempts)))
    return True


def give_back(db: Connection, claimed: Claimed) -> None:
    """Gives back work that nobody failed at: whoever had it is ending."""
    mine = (_w.id == claimed.id) & (_w.attempts == claimed.attempts) & (_w.state == "running")
    values = {"state": "waiting", "attempts": _w.attempts - 1, "lease_until": None, "progress": 0}
    db.execute(update(work).where(mine).values(values))
    wake_workers(db)


def cancel_work(db: Connection, work_id: UUID, *, actor: str, now: datetime) -> None:
    """Asks whoever does the work to stop; what nobody has begun is cancelled here. Raises NotFound, EndedAlready."""
    state = db.execute(select(_w.state).where(_w.id == work_id).with_for_update()).scalar_one_or_none()
    if state is None:
        raise NotFound
    if state not in ("waiting", "running"):
        raise EndedAlready
    values: dict[str, Any] = {"cancel_asked_at": now, "cancelled_by": actor}
    if state == "waiting":
        values |= {"state": "cancelled", "ended_at": now}
    db.execute(update(work).where(_w.id == work_id).values(**values))
