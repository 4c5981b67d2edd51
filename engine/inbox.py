"""What people and imports tell a case: kept at once, heard when the case listens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select, update
from sqlalchemy.dialects.postgresql import insert

from engine import tables
from engine.calls import SYSTEM
from engine.database import AnyRow, transaction, wake_workers
from engine.errors import IncidentRaised
from engine.ids import new_id
from engine.incidents import Command, guarded
from engine.projection import save
from engine.runtime import Runtime
from engine.steps import Step


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


def deliver_waiting(runtime: Runtime, *, limit: int = 100) -> int:
    """Hands waiting messages to the cases that listen for them. Gives how many were dealt with."""
    done = 0
    seen: set[UUID] = set()
    while done < limit:
        with transaction(runtime.engine) as db:
            found = _next_heard(db, seen)
        if found is None:
            break
        seen.add(found.id)
        command = Command("hear", {"inbox_id": str(found.id)}, SYSTEM, found.case_id, found.owner_id, found.message)
        try:
            with guarded(runtime, command):
                hear(runtime, command)
        except IncidentRaised:
            pass  # kept and shown; the other cases go on
        done += 1
    return done


def hear(runtime: Runtime, command: Command) -> None:
    """Hands one message to its case, if it still waits and the case still listens."""
    i = tables.inbox.c
    inbox_id = UUID(command.arguments["inbox_id"])
    with transaction(runtime.engine) as db:
        case_id = db.execute(select(i.case_id).where(i.id == inbox_id)).scalar_one()
        step = Step.locked(runtime, db, case_id, actor=SYSTEM)
        # The row is locked before facts are read: an import that comes later waits, and then writes a new one.
        row = db.execute(
            select(i.id, i.message, i.key, i.routing, i.actor)
            .where(i.id == inbox_id, i.heard_at.is_(None), i.left_at.is_(None))
            .with_for_update()
        ).one_or_none()
        if row is not None and hand_over(step, row):
            step.workflow.advance()
            save(step)


def hand_over(step: Step, row: AnyRow) -> bool:
    """Gives a message to its listener; False when nobody listens for it now."""
    c = tables.listener.c
    token = step.db.execute(
        select(c.token)
        .where(c.case_id == step.case.id, c.message == row.message, c.key == row.key)
        .order_by(c.created_at, c.token)
        .limit(1)
    ).scalar_one_or_none()
    if token is None:
        return False
    i = tables.inbox.c
    step.db.execute(update(tables.inbox).where(i.id == row.id).values(heard_at=step.now))
    step.note("heard", message=row.message, by=row.actor)
    step.workflow.hear(token, dict(row.routing))
    return True


def _next_heard(db: Connection, seen: set[UUID]) -> AnyRow | None:
    i, c, k, e = tables.inbox.c, tables.listener.c, tables.case.c, tables.incident.c
    stopped = select(e.arguments["inbox_id"].as_string()).where(e.command == "hear", e.resolved_at.is_(None))
    held_back = {UUID(text) for text in db.execute(stopped).scalars()}
    return db.execute(
        select(i.id, i.case_id, i.message, k.owner_id)
        .join_from(tables.inbox, tables.listener, and_(c.case_id == i.case_id, c.message == i.message, c.key == i.key))
        .join(tables.case, k.id == i.case_id)
        .where(i.heard_at.is_(None), i.left_at.is_(None), i.id.not_in(seen | held_back))
        .order_by(i.received_at, i.id)
        .limit(1)
    ).one_or_none()
