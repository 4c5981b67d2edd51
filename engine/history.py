"""What happened to a case, in order, never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from engine import tables
from engine.database import add_later
from engine.ids import new_id

COLUMNS = ("id", "case_id", "sequence", "what", "element", "path", "visit", "item", "facts", "actor", "at")


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

    def has(self, what: str) -> bool:
        """Whether this has happened in this transaction."""
        return any(row["what"] == what for row in self._rows)

    def rows(self, *, after: int) -> list[dict[str, Any]]:
        """The rows of the table, numbered on from the last that stands there; the lock keeps them without gaps."""
        fixed = {"case_id": self._case_id, "actor": self._actor, "at": self._at}
        rows = [{**row, **fixed, "sequence": after + number} for number, row in enumerate(self._rows, 1)]
        self._rows = []
        return rows

    def write(self, db: Connection) -> None:
        """Writes them after those that stand there already, while the case is locked."""
        h = tables.history.c
        last = select(func.coalesce(func.max(h.sequence), 0)).where(h.case_id == self._case_id)
        add_later(db, tables.history, self.rows(after=int(db.execute(last).scalar_one())))


def timeline(db: Connection, case_id: UUID) -> list[dict[str, Any]]:
    """Everything that happened, oldest first."""
    h = tables.history.c
    rows = db.execute(
        select(h.sequence, h.what, h.element, h.path, h.visit, h.item, h.facts, h.actor, h.at)
        .where(h.case_id == case_id)
        .order_by(h.sequence)
    )
    return [dict(row._mapping) for row in rows]
