"""Figures of the register as they stood when something was decided on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from attendance import tables


@dataclass(frozen=True)
class Snapshot:
    """Never changed: figures of a later day are another snapshot."""

    id: UUID
    what: str
    as_at: date
    figures: Mapping[str, Any]
    calendar_version: int
    taken_at: datetime  # the register stood so at this moment; `as_at` is the last day that is counted


def latest_snapshot(db: Connection, case_id: UUID, *, what: str | None = None) -> Snapshot | None:
    """The snapshot taken last, of one kind or of any."""
    s = tables.snapshot
    found = select(s).where(s.c.case_id == case_id).order_by(s.c.taken_at.desc(), s.c.id.desc()).limit(1)
    if what is not None:
        found = found.where(s.c.what == what)
    row = db.execute(found).one_or_none()
    if row is None:
        return None
    return Snapshot(row.id, row.what, row.as_at, row.figures, row.calendar_version, row.taken_at)
