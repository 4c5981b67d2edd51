"""The service's database: its own, embedded in the data folder, or the one that the settings name."""

import math
import select as waiting
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event, insert, make_url, select, text
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError, ProgrammingError

from api import migrations
from api.errors import ServiceError
from api.postgres import EmbeddedPostgres
from api.settings import Settings
from engine import clock, tables

EMBEDDED = "postgres"
NAME = "fasttrack"
DEMO_NAME = "fasttrack_demo"
OLDEST = 15


class DatabaseError(ServiceError):
    """The database cannot be used."""


@dataclass(frozen=True)
class Database:
    """An open database with the newest schema."""

    engine: Engine
    notice: str = ""  # what whoever started the service should know


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database while it is needed, migrated. Raises DatabaseError or PostgresError, in words."""
    if settings.database_url is not None:
        yield from _open(settings, settings.database_url.get_secret_value())
        return
    server = EmbeddedPostgres(settings.data_dir / EMBEDDED)
    try:
        server.start()
        create_database(server.url(), NAME)
        yield from _open(settings, server.url(NAME), notice=server.notice)
    finally:
        server.stop()


@contextmanager
def open_demo_database(settings: Settings) -> Iterator[Database]:
    """An empty database for a demo, beside the service's own and made anew each time. Raises DatabaseError."""
    with ExitStack() as stack:
        if settings.database_url is None:
            server = EmbeddedPostgres(settings.data_dir / EMBEDDED)
            stack.callback(server.stop)
            server.start()
            admin, url = server.url(), server.url(DEMO_NAME)
        else:
            admin = settings.database_url.get_secret_value()
            own = make_url(admin)
            url = own.set(database=f"{own.database}_demo").render_as_string(hide_password=False)
        name = str(make_url(url).database)
        try:
            if _exists(admin, name):
                _refuse_if_not_a_demos(url, name)
            drop_database(admin, name)
            create_database(admin, name)
        except (OperationalError, ProgrammingError) as error:
            raise DatabaseError(f"A database called {name} cannot be made for the demo: {error.orig}") from error
        yield from _open(settings, url)


def make_engine(url: str, *, connections: int = 10) -> Engine:
    """SQLAlchemy's engine as every part of the service uses it: moments come back as UTC."""
    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
    except ArgumentError:
        # Without the cause, which quotes the address and its password.
        raise DatabaseError("FASTTRACK_DATABASE_URL is not like postgresql://user:password@host/database.") from None
    engine = create_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,  # an exception's text reaches logs and incidents
        connect_args={"application_name": "fasttrack", "options": "-c timezone=UTC"},
    )
    event.listen(engine, "checkout", _refuse_what_is_closed)
    return engine


def _refuse_what_is_closed(driver: psycopg.Connection[object], *_: object) -> None:
    # An idle connection has something to read only when the server has closed it. To ask the server, as pool_pre_ping
    # does, would take a message there and back for every transaction.
    if driver.closed or _has_something_to_read(driver.fileno()):
        raise DisconnectionError


def _has_something_to_read(file: int) -> bool:
    poll = waiting.poll()
    poll.register(file, waiting.POLLIN)
    return bool(poll.poll(0))


def drop_database(server_url: str, name: str) -> None:
    """Takes a database away, if it is there, from whoever uses it."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as db:
            db.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        admin.dispose()


def _exists(server_url: str, name: str) -> bool:
    admin = create_engine(server_url)
    try:
        with admin.connect() as db:
            return bool(db.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).first())
    finally:
        admin.dispose()


def _refuse_if_not_a_demos(url: str, name: str) -> None:
    """A demo's database may go, and one in which nothing is yet; anything else is somebody's."""
    engine = make_engine(url)
    try:
        with engine.connect() as db:
            found = set(db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_)'")))
            has_clock = tables.clock.name in found
            # What was interrupted before it was marked has a clock that says nothing, and no people.
            is_demo = (
                db.execute(select(tables.clock.c.demo)).scalar_one_or_none() is not False if has_clock else not found
            )
    finally:
        engine.dispose()
    if not is_demo:
        raise DatabaseError(
            f"There is a database called {name} that does not belong to a demo, and a demo would take its place. "
            "Rename it, or choose another database with FASTTRACK_DATABASE_URL."
        )


def create_database(server_url: str, name: str) -> None:
    """Makes a database unless it is there."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as db:
            # Two processes may start together; creating needs a lock of our own.
            db.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": name})
            if not db.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).first():
                db.execute(text(f'CREATE DATABASE "{name}" STRATEGY WAL_LOG'))
    finally:
        admin.dispose()


def mark(engine: Engine, *, demo: bool, starts_at: datetime | None = None) -> bool:
    """Says once whether a database belongs to a demo, whose clock then starts at the moment given. True the first time.

    Raises DatabaseError when the database is marked otherwise.
    """
    with engine.begin() as db:
        db.execute(text("LOCK TABLE clock IN SHARE ROW EXCLUSIVE MODE"))
        found = db.execute(select(tables.clock.c.demo)).scalar_one_or_none()
        if found is None:
            offset = math.ceil((starts_at - clock.now(db)).total_seconds()) if demo and starts_at else 0
            db.execute(insert(tables.clock).values(id=1, demo=demo, offset_seconds=offset))
            return True
    if found and not demo:
        raise DatabaseError(
            "This database belongs to a demo. Start with --demo, or choose another folder with FASTTRACK_DATA_DIR."
        )
    if demo and not found:
        raise DatabaseError(
            "This database does not belong to a demo. Start without --demo, or choose another folder with "
            "FASTTRACK_DATA_DIR."
        )
    return False


def _open(settings: Settings, url: str, *, notice: str = "") -> Iterator[Database]:
    engine = make_engine(url, connections=settings.database_connections)
    try:
        try:
            with engine.connect() as db:
                release = int(db.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
        except OperationalError as error:
            raise DatabaseError(f"The database cannot be reached: {error.orig}") from error
        if release < OLDEST:
            raise DatabaseError(f"The database is PostgreSQL {release}; {OLDEST} or later is needed.")
        try:
            migrations.upgrade(engine)
        except CommandError as error:
            raise DatabaseError("The database was migrated by a newer release than this one.") from error
        yield Database(engine, notice)
    finally:
        engine.dispose()
