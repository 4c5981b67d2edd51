"""What went wrong, in words that may be kept: where and of what kind, never the values that were in the database.

PostgreSQL quotes rows in the details of its errors, and SQLAlchemy the values of a statement: both may be about people.
"""

import traceback
from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import StatementError

QUOTES_VALUES = ("22", "P0")  # classes of errors whose first line repeats what was given


def in_short(error: BaseException) -> str:
    """The error's kind and what it says, in one line or few."""
    return f"{type(error).__name__}: {_said(error)}"


def in_full(error: BaseException) -> str:
    """The error with its causes and the lines of code that they came through, the first cause first."""
    return "".join(_told(error, seen=set()))


def _told(error: BaseException, *, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen=seen)
        yield "\nThis was the cause of:\n\n" if before is error.__cause__ else "\nWhile this was dealt with:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{in_short(error)}\n"
    yield from (f"{note}\n" for note in getattr(error, "__notes__", ()))
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            if id(one) not in seen:
                yield "\nAmong them:\n\n"
                yield from _told(one, seen=seen)


def _said(error: BaseException) -> str:
    if isinstance(error, StatementError):
        return "in the database" if error.orig is None else in_short(error.orig)
    if isinstance(error, psycopg.Error):
        return _of_the_database(error)
    return str(error)


def _of_the_database(error: psycopg.Error) -> str:
    told = error.diag
    if told.sqlstate is None:
        return str(error)  # nothing came from the server: the connection failed
    places = (told.table_name, told.column_name, told.constraint_name)
    where = ", ".join(place for place in places if place)
    first = "" if told.sqlstate.startswith(QUOTES_VALUES) else (told.message_primary or "")
    return " ".join(part for part in (told.sqlstate, first, f"({where})" if where else "") if part)
