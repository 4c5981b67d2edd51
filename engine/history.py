"""What happened to a case, in order, never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from engine import tables
from engine.database import insert_rows
from engine.ids import new_id


class Notes:
    """What happens to a case within one transaction; written together, while the case is locked."""

    def __init__(self, case_id: UUID, *, actor: str, at: datetime) -> None:
        self._case_id, self._actor, self._at = case_id, actor, at
        self._rows: list[dict[str, Any]] = []

    def add(
        self, what: str, *, element: str = "", path: str = "", visit: int = 0, item: str = "", facts: dict[str, Any]
    ) -> None:
        """Adds what happened, and where on the diagram."""
        place = {"element": element, "path": path, "visit": visit, "item": item}
        self._rows.append({"id": new_id(), "what": what, **place, "facts": facts})

    def write(self, db: Connection) -> None:
        """Writes them after those that stand there already. The lock keeps the sequence without gaps or doubles."""
        h = tables.history.c
        last = db.execute(select(func.coalesce(func.max(h.sequence), 0)).where(h.case_id == self._case_id)).scalar_one()
        fixed = {"case_id": self._case_id, "actor": self._actor, "at": self._at}
        rows = [{**row, **fixed, "sequence": last + number} for number, row in enumerate(self._rows, 1)]
        insert_rows(db, tables.history, rows)
        self._rows = []


def timeline(db: Connection, case_id: UUID) -> list[dict[str, Any]]:
    """Everything that happened, oldest first."""
    h = tables.history.c
    rows = db.execute(
        select(h.sequence, h.what, h.element, h.path, h.visit, h.item, h.facts, h.actor, h.at)
        .where(h.case_id == case_id)
        .order_by(h.sequence)
    )
    return [dict(row._mapping) for row in rows]
