"""A request that is sent again with the same key is done once: the second gets the answer of the first."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request
from sqlalchemy import Connection, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from api.security import RuntimeHere
from engine.asking import keeping
from engine.database import transaction
from engine.errors import Declined
from engine.runtime import Runtime
from engine.tables import idempotency

KEPT = timedelta(days=1)
LONGEST_WORK = timedelta(minutes=5)  # afterwards whoever began it is held to be dead
UNFINISHED = 0

_i = idempotency.c
Result = TypeVar("Result")


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


def as_it_is(_: Connection, answer: Answer) -> Answer:
    """For what gives its answer itself."""
    return answer


@dataclass(frozen=True)
class Once:
    """Does something once for each key of a person; without a key, each time."""

    runtime: Runtime
    request: str
    key: str | None

    def do(
        self,
        act: Callable[[], Result],
        *,
        person_id: UUID,
        content: bytes,
        answer: Callable[[Connection, Result], Answer],
    ) -> Answer:
        """The answer about what `act` gives, or the one that was given before. Raises KeyUsedAlready, StillBeingDone.

        What failed is not kept, so that it can be sent again. What is done says so (engine.asking) in its own
        transaction, and the answer is kept with it.
        """
        if self.key is None:
            result = act()
            with transaction(self.runtime.engine) as db:
                return answer(db, result)
        fingerprint = hashlib.sha256(self.request.encode() + b"\n" + content).hexdigest()
        mine = (_i.person_id == person_id) & (_i.key == self.key)
        with transaction(self.runtime.engine) as db:
            known = _begin(db, person_id=person_id, key=self.key, fingerprint=fingerprint)
        if known is not None:
            return known
        kept: list[Answer] = []

        def keep(db: Connection, result: Result) -> None:
            found = answer(db, result)
            db.execute(update(idempotency).where(mine).values(status=found.status, body=found.body))
            kept.append(found)

        try:
            with keeping(keep):
                result = act()
            self.runtime.reached("request.done", person_id)
        except BaseException:
            with transaction(self.runtime.engine) as db:
                db.execute(delete(idempotency).where(mine, _i.status == UNFINISHED))
            raise
        if not kept:
            with transaction(self.runtime.engine) as db:
                keep(db, result)
        return kept[-1]


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
