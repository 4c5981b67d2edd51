"""Pages of a list: each begins after the last row of the page before, so that nothing is skipped or shown twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, literal, select, tuple_

from engine.database import AnyRow
from engine.errors import Declined

DEFAULT_ROWS = 50
MOST_ROWS = 200


class NoSuchPlace(Declined):
    """This list has no such row to go on after. Leave `after` out to begin at the start."""


@dataclass(frozen=True)
class Wanted:
    """How much of a list is wanted, and after which row."""

    limit: int = DEFAULT_ROWS
    after: UUID | None = None


@dataclass(frozen=True)
class Page:
    """Some rows of a list. `next` is what to ask for to get those that follow; None at the end."""

    rows: list[AnyRow]
    next: UUID | None


def read_page(
    db: Connection,
    statement: Select[Any],
    *,
    of: Table,
    wanted: Wanted,
    order: Sequence[ColumnElement[Any]] = (),
    newest_first: bool = False,
) -> Page:
    """The rows of a statement that selects `of.id`, in the order given and then by id. Raises NoSuchPlace.

    A place is named by the row's id alone: what a list is ordered by may be a name, which belongs in no address.
    """
    keys = [*order, of.c.id]
    statement = statement.order_by(*[key.desc() if newest_first else key.asc() for key in keys])
    if wanted.after is not None:
        place = db.execute(select(*keys).where(of.c.id == wanted.after)).one_or_none()
        if place is None:
            raise NoSuchPlace
        here = tuple_(*[literal(value, key.type) for value, key in zip(place, keys, strict=True)])
        statement = statement.where(tuple_(*keys) < here if newest_first else tuple_(*keys) > here)
    rows = list(db.execute(statement.limit(wanted.limit + 1)))
    more = len(rows) > wanted.limit
    return Page(rows[: wanted.limit], rows[wanted.limit - 1].id if more else None)
