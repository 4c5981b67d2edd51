"""Transactions whose beginning, writes and commit travel together lose nothing, whatever comes between."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, String, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError

from attendance.copying import copy_rows
from engine import tables
from engine.database import add_later, fetch, transaction, write_later
from engine.exchange import Prepared
from engine.ids import new_id

P = tables.person.c
COUNT = Prepared(select(func.count().label("number")).select_from(tables.person))
RENAME = Prepared(text("UPDATE person SET name = CAST(:name AS text)"))
PREPARED = text("SELECT statement FROM pg_prepared_statements")


def somebody(name: str = "Ada") -> dict[str, Any]:
    id_ = new_id()
    return {"id": id_, "name": name, "email": f"{id_}@example.org", "created_at": datetime(2026, 11, 24, tzinfo=UTC)}


def add(db: Connection, **told: str) -> None:
    add_later(db, tables.person, [somebody(**told)])


def people(engine: Engine) -> list[str]:
    with engine.connect() as db:
        return list(db.execute(select(P.name).order_by(P.name)).scalars())


def let_the_driver_prepare(db: Connection) -> None:
    for _ in range(10):
        db.execute(select(P.id).where(P.name == "nobody"))


def break_off(db: Connection) -> None:
    raise ZeroDivisionError


def within(engine: Engine, *acts: Callable[[Connection], object]) -> None:
    """One after the other, in one transaction."""
    with transaction(engine) as db:
        for act in acts:
            act(db)


def cut(engine: Engine, db: Connection) -> None:
    """The server ends somebody's connection."""
    process = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})


def test_what_is_read_is_read_behind_what_was_written(engine: Engine) -> None:
    with transaction(engine) as db:
        add(db)
        seen = db.execute(select(P.name)).scalars().all()
        add(db)
        ((count,),) = fetch(db, (COUNT, {}))

    assert (seen, count.number, people(engine)) == (["Ada"], 2, ["Ada", "Ada"])


def test_rows_that_are_copied_first_are_part_of_the_transaction(engine: Engine) -> None:
    def copy(db: Connection) -> None:
        copy_rows(db, "COPY person (id, name, email, created_at) FROM STDIN", [list(somebody().values())])

    with pytest.raises(ZeroDivisionError):
        within(engine, copy, add, break_off)

    assert people(engine) == []


def test_what_the_driver_takes_away_is_prepared_anew(engine: Engine) -> None:
    for _ in range(3):
        with transaction(engine) as db:
            let_the_driver_prepare(db)
            add(db)
            db.execute(text("DROP TABLE IF EXISTS pg_temp.nothing"))
            add(db)

    assert len(people(engine)) == 6


def test_what_was_taken_away_behind_our_back_is_prepared_anew(engine: Engine) -> None:
    for _ in range(3):
        with transaction(engine) as db:
            add(db)
        with engine.begin() as db:
            db.connection.driver_connection.pgconn.exec_(b"DEALLOCATE ALL")  # type: ignore[union-attr]

    assert len(people(engine)) == 3


def test_what_was_prepared_in_the_middle_is_missed_at_the_beginning(engine: Engine) -> None:
    def drop(db: Connection) -> None:
        db.execute(text("DROP TABLE IF EXISTS pg_temp.nothing"))

    for _ in range(3):
        within(engine, drop, add)
        with engine.begin() as db:
            db.connection.driver_connection.pgconn.exec_(b"DEALLOCATE ALL")  # type: ignore[union-attr]
        within(engine, add)

    assert len(people(engine)) == 6


def test_what_is_undone_leaves_nothing_prepared_behind(engine: Engine) -> None:
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            within(engine, add, lambda db: fetch(db, (COUNT, {})), break_off)
    with transaction(engine) as db:
        left = db.execute(PREPARED).scalars().all()

    assert (people(engine), left) == ([], ["BEGIN"])


def test_a_write_that_fails_with_the_commit_undoes_all(engine: Engine) -> None:
    twice = somebody()
    with pytest.raises(psycopg.errors.UniqueViolation):
        within(engine, add, *[lambda db: add_later(db, tables.person, [twice])] * 2)

    assert people(engine) == []


def test_whoever_overlooks_a_statement_that_failed_is_told_at_the_end(engine: Engine) -> None:
    def overlook(db: Connection) -> None:
        with suppress(DBAPIError):
            db.execute(text("SELECT 1 / 0"))

    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        within(engine, add, overlook)

    assert people(engine) == []


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda db: db.execute(select(P.name)), id="reads"),
        pytest.param(lambda db: fetch(db, (COUNT, {})), id="fetches"),
        pytest.param(add, id="commits"),
    ],
)
def test_a_connection_that_is_lost_is_an_error_and_the_next_one_works(
    engine: Engine, act: Callable[[Connection], object]
) -> None:
    with pytest.raises((DBAPIError, psycopg.OperationalError)):
        within(engine, add, partial(cut, engine), act)
    with transaction(engine) as db:
        add(db, name="Ben")

    assert people(engine) == ["Ben"]


def test_a_connection_that_was_cut_while_nobody_used_it_is_replaced_unnoticed(engine: Engine) -> None:
    with transaction(engine) as db:
        process = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(engine.url.set(drivername="postgresql").render_as_string(hide_password=False)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    with transaction(engine) as db:
        add(db)

    assert people(engine) == ["Ada"]


def test_in_a_transaction_of_sqlalchemys_own_nothing_waits_and_all_is_undone(engine: Engine) -> None:
    with engine.begin() as db:
        add(db)
        write_later(db, RENAME, name="Ben")
    with engine.connect() as db:
        write_later(db, RENAME, name="Cid")

    assert people(engine) == ["Ben"]


def test_lists_of_texts_come_back_as_they_were(engine: Engine) -> None:
    echo = Prepared(select(bindparam("texts", type_=ARRAY(String)).label("texts")))
    texts = ['say "a\\b"', "{,}", "", "NULL", "ä\n"]
    with transaction(engine) as db:
        ((row,),) = fetch(db, (echo, {"texts": texts}))

    assert row.texts == texts
