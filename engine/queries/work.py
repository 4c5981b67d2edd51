"""Work that takes long, as lists show it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from engine.database import AnyRow
from engine.errors import NotFound
from engine.queries.pages import Page, Wanted, read_page
from engine.tables import work


def work_of(db: Connection, owners: Collection[UUID], *, wanted: Wanted, only_open: bool = False) -> Page:
    """The work of these owners, the newest first."""
    statement = _work().where(work.c.owner_id.in_(owners))
    if only_open:
        statement = statement.where(work.c.ended_at.is_(None))
    return read_page(db, statement, of=work, wanted=wanted, newest_first=True)


def work_by_id(db: Connection, work_id: UUID) -> AnyRow:
    """One piece of work. Raises NotFound."""
    row = db.execute(_work().where(work.c.id == work_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no work {work_id}.")
    return row


def _work() -> Select[Any]:
    return select(work)
