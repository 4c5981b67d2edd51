"""A database for scenarios only: made for them, emptied before each, taken away afterwards."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from api import migrations
from api.database import EMBEDDED, DatabaseError, create_database, drop_database, make_engine, mark
from api.documents.checking import letter_problems
from api.documents.render import render
from api.packs.binding import bound
from api.postgres import EmbeddedPostgres
from api.settings import Settings
from engine.bundles import Bundle
from engine.runtime import Runtime
from engine.tables import clock, process_file, process_version
from engine.versions import publish
from handlers import REGISTRY
from handlers.calendar_basis import CalendarBasis
from handlers.facts import Facts
from handlers.pack_checks import list_problems

KEPT = {process_version.name, process_file.name, clock.name}


@dataclass(frozen=True)
class Scratch:
    """The engine on such a database, with one bundle published."""

    runtime: Runtime

    def empty(self) -> None:
        """Takes every case and record away, and sets the clock back."""
        names = [table.name for tables in migrations.TABLES for table in tables.sorted_tables if table.name not in KEPT]
        every = ", ".join(f'"{name}"' for name in names)
        with self.runtime.engine.begin() as db:
            db.execute(text(f"TRUNCATE {every} CASCADE"))
            db.execute(text("UPDATE clock SET offset_seconds = 0"))


@contextmanager
def scratch_for(settings: Settings, bundle: Bundle) -> Iterator[Scratch]:
    """A bundle on a database that nobody else sees. Raises BundleRefused with all that is wrong with the bundle."""
    with _server(settings) as given:
        address = make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        name = f"fasttrack_scenarios_{os.getpid()}_{secrets.token_hex(4)}"
        try:
            create_database(address, name)
        except (OperationalError, ProgrammingError) as error:
            raise DatabaseError(f"No database can be made to run scenarios in: {error.orig}") from error
        _hurry(address, name)
        engine = make_engine(make_url(address).set(database=name).render_as_string(hide_password=False))
        try:
            yield scratch_on(engine, bundle)
        finally:
            engine.dispose()
            drop_database(address, name)


def scratch_on(engine: Engine, bundle: Bundle) -> Scratch:
    """A bundle on an empty database."""
    migrations.upgrade(engine)
    mark(engine, demo=True)
    runtime = Runtime(
        engine,
        REGISTRY,
        Facts,
        render,
        read_letter=letter_problems,
        basis=CalendarBasis(),
        read_list=list_problems,
        bind=bound,
    )
    publish(runtime, bundle, actor="system")
    return Scratch(runtime)


def _hurry(address: str, name: str) -> None:
    # Nothing in it outlives the run, so no commit needs to wait for the disk.
    server = make_engine(address)
    with server.begin() as db:
        db.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    server.dispose()


@contextmanager
def _server(settings: Settings) -> Iterator[str]:
    """The address of the server that the service itself uses."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    server = EmbeddedPostgres(settings.data_dir / EMBEDDED)
    server.start()
    try:
        yield server.url()
    finally:
        server.stop()
