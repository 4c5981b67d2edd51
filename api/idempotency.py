"""A request that is sent again with the same key is done once: the second gets the answer of the first."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request
from sqlalchemy import Connection, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from api.security import RuntimeHere
from engine.database import transaction
from engine.errors import Declined
from engine.runtime import Runtime
from engine.tables import idempotency

KEPT = timedelta(days=1)
LONGEST_WORK = timedelta(minutes=5)  # afterwards whoever began it is held to be dead
UNFINISHED = 0

_i = idempotency.c


class KeyUsedAlready(Declined):
    """This Idempotency-Key was used for another request. Use a new key for each thing you ask for."""


class StillBeingDone(Declined):
    """The first request with this Idempotency-Key is still being done. Ask again in a moment."""


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    body: dict[str, Any]
    is_repeated: bool = False


@dataclass(frozen=True)
class Once:
    """Does something once for each key of a person; without a key, each time."""

    runtime: Runtime
    request: str
    key: str | None

    def do(self, act: Callable[[], Answer], *, person_id: UUID, content: bytes) -> Answer:
        """The answer of `act`, or the one it gave before. Raises KeyUsedAlready, StillBeingDone.

        What failed is not kept, so that it can be sent again.
        """
        if self.key is None:
            return act()
        fingerprint = hashlib.sha256(self.request.encode() + b"\n" + content).hexdigest()
        mine = (_i.person_id == person_id) & (_i.key == self.key)
        with transaction(self.runtime.engine) as db:
            known = _begin(db, person_id=person_id, key=self.key, fingerprint=fingerprint)
        if known is not None:
            return known
        try:
            answer = act()
        except BaseException:
            with transaction(self.runtime.engine) as db:
                db.execute(delete(idempotency).where(mine))
            raise
        with transaction(self.runtime.engine) as db:
            db.execute(update(idempotency).where(mine).values(status=answer.status, body=answer.body))
        return answer


def once(
    request: Request,
    runtime: RuntimeHere,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Sent again with the same key within a day, a request is not done again.",
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            examples=["7b1c1d52-6a55-4d0c-9d0a-0c1f3a3f4a11"],
        ),
    ] = None,
) -> Once:
    """The key of this request."""
    return Once(runtime, f"{request.method} {request.url.path}?{request.url.query}", key)


OnceHere = Annotated[Once, Depends(once)]


def _begin(db: Connection, *, person_id: UUID, key: str, fingerprint: str) -> Answer | None:
    """Claims a key; the answer, if it has one already."""
    mine = (_i.person_id == person_id) & (_i.key == key)
    now = func.clock_timestamp()
    db.execute(delete(idempotency).where(_i.person_id == person_id, _i.at < now - literal(KEPT)))
    row = {"person_id": person_id, "key": key, "fingerprint": fingerprint, "status": UNFINISHED, "body": {}}
    claimed = insert(idempotency).values(**row, at=now).on_conflict_do_nothing().returning(_i.key)
    if db.execute(claimed).one_or_none() is not None:
        return None
    is_dead = (_i.at < now - literal(LONGEST_WORK)).label("is_dead")
    seen = db.execute(select(_i.fingerprint, _i.status, _i.body, is_dead).where(mine).with_for_update()).one_or_none()
    if seen is None:
        raise StillBeingDone  # it has failed this very moment
    if seen.fingerprint != fingerprint:
        raise KeyUsedAlready
    if seen.status != UNFINISHED:
        return Answer(seen.status, seen.body, is_repeated=True)
    if not seen.is_dead:
        raise StillBeingDone
    db.execute(update(idempotency).where(mine).values(at=now))
    return None
