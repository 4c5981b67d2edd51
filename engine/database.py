"""Transactions, and the word that wakes workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, text
from sqlalchemy.dialects.postgresql import insert

AnyRow = Row[*tuple[Any, ...]]

WAKE_CHANNEL = "fasttrack_work"


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed at the end, rolled back on any exception."""
    with engine.begin() as db:
        yield db


def wake_workers(db: Connection) -> None:
    """Tells waiting workers, at commit, that there is something to do."""
    db.execute(text(f"NOTIFY {WAKE_CHANNEL}"))


def insert_rows(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Adds rows in one statement; nothing to add is no statement."""
    if rows:
        db.execute(insert(table), rows)
