"""Transactions, what is read and written in them with as few messages as can be, and the word that wakes workers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from weakref import WeakSet

import psycopg
from psycopg.errors import InFailedSqlTransaction
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Connection,
    Engine,
    Insert,
    Row,
    Table,
    bindparam,
    column,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from engine.exchange import Known, Prepared, Values, exchange

AnyRow = Row[*tuple[Any, ...]]

WAKE_CHANNEL = "fasttrack_work"

_OURS = "fasttrack_ours"  # the transaction of ours that a connection is in
_KNOWN = "fasttrack_known"  # what it has prepared
_watched: "WeakSet[Engine]" = WeakSet()


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed at the end, rolled back on any exception.

    Its beginning goes to the database with the first statement, its commit with the last.
    """
    if engine not in _watched:
        event.listen(engine, "before_cursor_execute", _flush_first)
        event.listen(engine, "after_cursor_execute", _forget_what_went)
        _watched.add(engine)
    with engine.connect() as db:
        # Both are kept here: a connection that is lost meanwhile has neither.
        driver, info, ours = _driver(db), db.info, _Ours()
        info[_OURS] = ours
        is_undone = False
        try:
            with db.begin():
                try:
                    yield db
                    _commit(db, driver, ours)
                except BaseException:
                    is_undone = _status(driver) != TransactionStatus.IDLE
                    raise
        finally:
            del info[_OURS]
            if _status(driver) != TransactionStatus.IDLE:
                db.invalidate()
            elif is_undone:
                # With a rollback the driver takes away what it has prepared, if anything, and with it ours. Now it
                # knows of nothing, so all may go: otherwise ours would pile up where it had nothing.
                driver.pgconn.exec_(b"DEALLOCATE ALL")
                _known(info).forget()


def fetch(db: Connection, *questions: tuple[Prepared, Values], commits: bool = False) -> list[list[Any]]:
    """The rows of several statements that go to the database in one message, in this order.

    With `commits` the transaction ends with them.
    """
    return _send(db, *questions, *([(_COMMIT, {})] if commits else []))[: len(questions)]


def write_later(db: Connection, statement: Prepared, **given: Any) -> None:
    """Lets a statement go with the next message: before anything is read, at the latest with the commit."""
    ours: _Ours | None = db.info.get(_OURS)
    if ours is None:  # a transaction of SQLAlchemy's own, whose commit we do not see
        _send(db, (statement, given))
    else:
        ours.later.append((statement, given))


def add_later(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows with the next message. All name the same columns, and hold no bytes."""
    if rows:
        write_later(db, _adding(table, tuple(rows[0])), rows=rows)


def adding(table: Table, names: Sequence[str], *, rows: str = "rows") -> Insert:
    """Adds rows that the database itself reads from one parameter: one statement, whatever their number."""
    columns = [column(name, table.c[name].type) for name in names]
    read = func.jsonb_to_recordset(bindparam(rows, type_=JSONB)).table_valued(*columns)
    return insert(table).from_select(list(names), select(*read.render_derived(with_types=True).c))


def wake_workers(db: Connection) -> None:
    """Tells waiting workers, at commit, that there is something to do."""
    write_later(db, _WAKE)


def insert_rows(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Adds rows in one statement; nothing to add is no statement."""
    if rows:
        db.execute(insert(table), rows)


_BEGIN, _COMMIT, _WAKE = (Prepared(text(words)) for words in ("BEGIN", "COMMIT", f"NOTIFY {WAKE_CHANNEL}"))


@dataclass
class _Ours:
    """What a transaction of ours has still to send."""

    later: list[tuple[Prepared, Values]] = field(default_factory=list)
    # Our beginning is what fails first when the driver has taken our prepared statements away, as it does by itself:
    # then nothing has been done yet. Where the driver began, such as for a copy, nothing of ours is prepared.
    has_begun: bool = False


def _commit(db: Connection, driver: "psycopg.Connection[Any]", ours: _Ours) -> None:
    status = _status(driver)
    if status == TransactionStatus.INERROR:
        # The database would answer the commit with a rollback, and without an error.
        raise InFailedSqlTransaction("A statement failed, and whoever sent it went on as if it had not.")
    if ours.later or status == TransactionStatus.INTRANS:
        _send(db, (_COMMIT, {}))


def _send(db: Connection, *questions: tuple[Prepared, Values]) -> list[list[Any]]:
    driver = _driver(db)
    ours: _Ours = db.info.get(_OURS) or _Ours()
    statements = [*ours.later, *questions]
    ours.later.clear()
    if _status(driver) == TransactionStatus.IDLE:
        statements.insert(0, (_BEGIN, {}))
        ours.has_begun = _OURS in db.info
    known = _known(db.info) if ours.has_begun else None
    return exchange(driver, known, statements)[len(statements) - len(questions) :]


def _flush_first(db: Connection, *_: object) -> None:
    # Whoever reads sees what was written before.
    ours: _Ours | None = db.info.get(_OURS)
    if ours is not None and (ours.later or _status(_driver(db)) == TransactionStatus.IDLE):
        _send(db)


def _forget_what_went(db: Connection, cursor: "psycopg.Cursor[Any]", *_: object) -> None:
    # With these the driver takes away whatever is prepared.
    if (cursor.statusmessage or "").startswith(("DROP", "ALTER", "ROLLBACK", "DISCARD", "DEALLOCATE")):
        _known(db.info).forget()
        ours: _Ours | None = db.info.get(_OURS)
        if ours is not None:
            # What is prepared next is a beginning: only so is it noticed there when the driver takes all away unseen.
            ours.has_begun = False


def _known(info: dict[Any, Any]) -> Known:
    known: Known = info.setdefault(_KNOWN, Known())
    return known


def _status(driver: "psycopg.Connection[Any]") -> TransactionStatus:
    return driver.info.transaction_status


def _driver(db: Connection) -> "psycopg.Connection[Any]":
    driver: psycopg.Connection[Any] = db.connection.driver_connection  # type: ignore[assignment]
    return driver


@cache
def _adding(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(adding(table, names))
