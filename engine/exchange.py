"""Statements put into words once, and sent to the database many in one message, on the driver's own interface to libpq.

A step of a case costs two messages to the database and back. The driver's own pipeline goes to the socket for each
statement, and finds out the type of each parameter each time.
"""

from collections import namedtuple
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg import generators, pq
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

_DIALECT = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_numbers = count(1)

Values = dict[str, Any]


class Prepared:
    """A statement in the words of PostgreSQL. Its parameters' types stand in it, as casts where need be."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
        self.sql = str(compiled).encode()
        if b"POSTCOMPILE" in self.sql:
            raise ValueError("Write `= any(…)` of one parameter, not `IN` with one for each value.")
        self.name = f"fasttrack_{next(_numbers)}".encode()
        self.parameters: tuple[str, ...] = tuple(compiled.positiontup or ())
        self.row: Any = None  # the class of its rows, once it has given some
        names = {name: bind for bind, name in compiled.bind_names.items()}
        self._fixed = {name: bind.effective_value for name, bind in names.items() if not bind.required}
        self._json = frozenset(name for name, bind in names.items() if isinstance(bind.type, JSON))

    def texts(self, given: Values) -> list[bytes | None]:
        """The parameters as they are sent. Raises KeyError for one that is missing."""
        values = self._fixed | given
        return [orjson.dumps(values[name]) if name in self._json else _text(values[name]) for name in self.parameters]


class Known:
    """What a connection has prepared. It can forget: with its own statements, the driver takes away ours."""

    def __init__(self) -> None:
        self._statements: set[bytes] = set()
        self._generation = 0

    def forget(self) -> None:
        """From now on every statement is prepared anew, under a name that was never used."""
        self._statements.clear()
        self._generation += 1

    def name(self, statement: Prepared) -> tuple[bytes, bool]:
        """What a statement is called, and whether it has been prepared under that name."""
        return b"%s_%d" % (statement.name, self._generation), statement.name in self._statements

    def add(self, statement: Prepared) -> None:
        """It has been prepared."""
        self._statements.add(statement.name)


def exchange(
    driver: "psycopg.Connection[Any]", known: Known | None, statements: Sequence[tuple[Prepared, Values]]
) -> list[list[Any]]:
    """Sends statements in one message, and gives the rows of each. What fails stops those behind it.

    known: None when nothing is to be prepared.
    """
    try:
        return _exchange(driver, known, statements)
    except InvalidSqlStatementName:
        if known is None:
            raise
        known.forget()
        if driver.info.transaction_status != pq.TransactionStatus.IDLE:
            raise
        # The beginning was the first to fail, so nothing has been done yet.
        return _exchange(driver, known, statements)


def _exchange(
    driver: "psycopg.Connection[Any]", known: Known | None, statements: Sequence[tuple[Prepared, Values]]
) -> list[list[Any]]:
    connection = driver.pgconn
    connection.enter_pipeline_mode()
    new: set[bytes] = set()
    try:
        sent = []
        for statement, given in statements:
            texts = statement.texts(given)
            if known is None:
                connection.send_query_params(statement.sql, texts)
                sent.append((statement, False))
                continue
            name, is_known = known.name(statement)
            if is_new := not is_known and name not in new:
                connection.send_prepare(name, statement.sql)
                new.add(name)
            connection.send_query_prepared(name, texts)
            sent.append((statement, is_new))
        connection.pipeline_sync()
        results = driver.wait(_answers(connection))
        connection.exit_pipeline_mode()
    except BaseException:
        # Whatever interrupts this leaves answers on the way that nobody would know whose they are.
        driver.close()
        raise
    rows: list[list[Any]] = []
    answers = iter(results)
    for statement, is_new in sent:
        if known is not None and is_new:
            _checked(driver, next(answers))
            known.add(statement)
        rows.append(_rows(driver, statement, _checked(driver, next(answers))))
    return rows


def _answers(connection: Any) -> PQGen[list[Any]]:
    yield from generators.send(connection)
    answers: list[Any] = []
    while True:
        for result in (yield from generators.fetch_many(connection)):
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return answers
            answers.append(result)


def _checked(driver: "psycopg.Connection[Any]", result: Any) -> Any:
    if result.status in (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.PIPELINE_ABORTED):
        raise error_from_result(result, encoding=driver.info.encoding)
    return result


def _rows(driver: "psycopg.Connection[Any]", statement: Prepared, result: Any) -> list[Any]:
    if result.ntuples == 0:
        return []
    if statement.row is None:
        names = [result.fname(number).decode() for number in range(result.nfields)]
        statement.row = namedtuple("Row", names)  # type: ignore[misc]
    read = Transformer(driver)
    read.set_pgresult(result)
    return read.load_rows(0, result.ntuples, statement.row._make)


def _text(value: object) -> bytes | None:
    match value:
        case None:
            return None
        case str():
            return value.encode()
        case bool():
            return b"true" if value else b"false"
        case UUID():
            return value.hex.encode()
        case date():  # moments too
            return value.isoformat().encode()
        case timedelta():
            return b"%d microseconds" % (value // timedelta(microseconds=1))
        case list():
            return b"{%s}" % b",".join(_element(part) for part in value)
        case int() | float():
            return repr(value).encode()
    raise TypeError(f"{type(value).__name__} is sent to the database by nobody.")


def _element(value: object) -> bytes:
    text = _text(value)
    return b"NULL" if text is None else b'"%s"' % text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
