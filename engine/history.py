"""What happened to a case, in order, never changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from engine import tables
from engine.ids import new_id


def note(
    db: Connection,
    case_id: UUID,
    *,
    what: str,
    actor: str,
    at: datetime,
    element: str = "",
    path: str = "",
    visit: int = 0,
    item: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Adds a row. The case must be locked, so that the sequence has no gaps and no doubles."""
    h = tables.history.c
    following = select(func.coalesce(func.max(h.sequence), 0) + 1).where(h.case_id == case_id).scalar_subquery()
    db.execute(
        insert(tables.history).values(
            id=new_id(),
            case_id=case_id,
            sequence=following,
            what=what,
            element=element,
            path=path,
            visit=visit,
            item=item,
            facts=dict(facts or {}),
            actor=actor,
            at=at,
        )
    )


def timeline(db: Connection, case_id: UUID) -> list[dict[str, Any]]:
    """Everything that happened, oldest first."""
    h = tables.history.c
    rows = db.execute(
        select(h.sequence, h.what, h.element, h.path, h.visit, h.item, h.facts, h.actor, h.at)
        .where(h.case_id == case_id)
        .order_by(h.sequence)
    )
    return [dict(row._mapping) for row in rows]
