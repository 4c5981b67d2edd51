"""What people and imports tell a case: kept at once, heard when the case listens."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, exists, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from engine import tables
from engine.claiming import Queue, mine, put_back, work_off
from engine.database import AnyRow, wake_workers
from engine.ids import new_id
from engine.incidents import Command, no_incident
from engine.people import SYSTEM
from engine.projection import save
from engine.runtime import Runtime
from engine.steps import Step
from engine.timers import caught_up

_i, _k = tables.inbox.c, tables.case.c


def _is_listened_for() -> ColumnElement[bool]:
    c = tables.listener.c
    return exists().where(c.case_id == _i.case_id, c.message == _i.message, c.key == _i.key)


def _first_of_its_kind() -> ColumnElement[bool]:
    earlier = aliased(tables.inbox).c
    return ~exists().where(
        earlier.case_id == _i.case_id,
        earlier.message == _i.message,
        earlier.key == _i.key,
        earlier.heard_at.is_(None),
        earlier.left_at.is_(None),
        no_incident("hear", "inbox_id", earlier.id),
        tuple_(earlier.received_at, earlier.id) < tuple_(_i.received_at, _i.id),
    )


QUEUE = Queue(
    command="hear",
    key="inbox_id",
    table=tables.inbox,
    to_do=and_(_i.heard_at.is_(None), _i.left_at.is_(None)),
    due=and_(_is_listened_for(), _first_of_its_kind()),
    order=(_i.received_at, _i.id),
    lease=timedelta(minutes=2),
    case_id=_i.case_id,
    owner_id=select(_k.owner_id).where(_k.id == _i.case_id).scalar_subquery(),
    element=_i.message,
)


def put(
    db: Connection,
    *,
    case_id: UUID,
    message: str,
    actor: str,
    now: datetime,
    key: str = "",
    merge: str | None = None,
    routing: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
) -> UUID:
    """Keeps a message for a case without locking it. With `merge`, a waiting one of that word is brought up to date."""
    row = {
        "id": new_id(),
        "case_id": case_id,
        "message": message,
        "key": key,
        "merge": merge,
        "answers": dict(answers or {}),
        "routing": dict(routing or {}),
        "actor": actor,
        "received_at": now,
    }
    i = tables.inbox.c
    statement = insert(tables.inbox).values(row)
    if merge is not None:
        # Updated, never skipped: a skipped row was lost when the case had just heard the older one.
        statement = statement.on_conflict_do_update(
            index_elements=[i.case_id, i.merge],
            index_where=and_(i.heard_at.is_(None), i.left_at.is_(None), i.merge.is_not(None)),
            set_={"received_at": now, "actor": actor, "routing": row["routing"], "answers": row["answers"]},
        )
    inbox_id: UUID = db.execute(statement.returning(i.id)).scalar_one()
    wake_workers(db)
    return inbox_id


def deliver_waiting(runtime: Runtime, *, limit: int = 100, go_on: Callable[[], bool] = lambda: True) -> int:
    """Hands over what cases now listen for. Gives how many messages were heard or became incidents."""
    return work_off(
        runtime,
        QUEUE,
        lambda claimed: hear(runtime, claimed.command),
        limit=limit,
        go_on=go_on,
    )


def hear(runtime: Runtime, command: Command) -> None:
    """Hands one message to its case, if it still waits and the case still listens. What is due is fired first."""
    # The row is locked before facts are read: an import that comes later waits, and then writes a new one.
    with caught_up(runtime, command.case_id, claim=mine(QUEUE, command), actor=SYSTEM) as step:
        row = step.standing.claimed
        if row is None:
            return
        if hand_over(step, row):
            step.workflow.advance()
            save(step)
        else:
            put_back(step.db, QUEUE, row.id)
        runtime.reached("hear.done", row.id)


def hand_over(step: Step, row: AnyRow) -> bool:
    """Gives a message to its listener; False when nobody listens for it now."""
    listening = step.standing.listeners.values()
    token = next((each.token for each in listening if (each.message, each.key) == (row.message, row.key)), None)
    if token is None:
        return False
    step.db.execute(update(tables.inbox).where(_i.id == row.id).values(heard_at=step.now))
    step.note("heard", message=row.message, by=row.actor)
    step.workflow.hear(token, dict(row.routing))
    return True
