"""The databases of the tests: one server for all who test this checkout as this user, one database for each worker."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from api import migrations
from api.database import make_engine, mark
from api.postgres import EmbeddedPostgres

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "var" / f"test-postgres-{os.geteuid()}"
# The machine may lose everything in it; many workers of several people share it.
OPTIONS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300"}
TABLES = [table for metadata in migrations.TABLES for table in metadata.sorted_tables]
CLEAR = "SET LOCAL session_replication_role = replica"  # rows may go in any order
MARK = "INSERT INTO clock (id, demo) VALUES (1, true)"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL in which databases can be made."""

    url: str
    is_ours: bool

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[Engine]:
        """A new database, dropped afterwards; with the schema and marked demo, or empty."""
        name = f"fasttrack_test_{os.getpid()}_{secrets.token_hex(4)}"
        template = self._template() if migrated else "template0"
        with self._admin() as db:
            db.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY WAL_LOG'))
        engine = make_engine(self._of(name))
        try:
            yield engine
        finally:
            engine.dispose()
            with self._admin() as db:
                db.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))

    def drop_leftovers(self) -> None:
        """Drops the databases of killed runs. Only on our own server: elsewhere the numbers may be other machines'."""
        with self._admin() as db:
            for name in db.scalars(text("SELECT datname FROM pg_database WHERE datname LIKE 'fasttrack_test_%'")):
                if self.is_ours and not psutil.pid_exists(int(name.split("_")[2])):
                    db.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def _template(self) -> str:
        """A migrated database to copy, made once for each state of the migrations."""
        name = f"fasttrack_template_{_hash_of_migrations()}"
        with self._admin() as db:
            db.execute(text("SELECT pg_advisory_lock(hashtext('fasttrack_template'))"))
            known = set(db.scalars(text("SELECT datname FROM pg_database WHERE datname LIKE 'fasttrack_template_%'")))
            if name not in known:
                for old in known:
                    db.execute(text(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)'))
                self._make_template(db, name)
        return name

    def _make_template(self, db: Connection, name: str) -> None:
        draft = f"fasttrack_test_{os.getpid()}_template"
        db.execute(text(f'CREATE DATABASE "{draft}" STRATEGY WAL_LOG'))
        engine = make_engine(self._of(draft))
        migrations.upgrade(engine)
        mark(engine, demo=True)
        engine.dispose()
        db.execute(text(f'ALTER DATABASE "{draft}" RENAME TO "{name}"'))

    @contextmanager
    def _admin(self) -> Iterator[Connection]:
        admin = create_engine(make_url(self.url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        try:
            with admin.connect() as db:
                yield db
        finally:
            admin.dispose()

    def _of(self, database: str) -> str:
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)


@contextmanager
def running_server() -> Iterator[Server]:
    """The server that FASTTRACK_TEST_DATABASE_URL names, or the one of this checkout."""
    if given := os.environ.get("FASTTRACK_TEST_DATABASE_URL"):
        yield Server(given, is_ours=False)
        return
    embedded = EmbeddedPostgres(FOLDER, options=OPTIONS)
    embedded.start()
    try:
        server = Server(embedded.url(), is_ours=True)
        server.drop_leftovers()
        yield server
    finally:
        embedded.stop()


def clear(engine: Engine) -> None:
    """Takes away every row but the demo mark."""
    question = " UNION ALL ".join(f"SELECT '{t.name}' WHERE EXISTS (SELECT FROM \"{t.name}\")" for t in TABLES)  # noqa: S608
    with engine.begin() as db:
        # A test that left a transaction open is told so, not waited for.
        db.execute(text("SET LOCAL lock_timeout = '10s'"))
        db.execute(text(CLEAR))
        for name in db.scalars(text(question)).all():
            db.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608
        db.execute(text(MARK))


def _hash_of_migrations() -> str:
    files = sorted((migrations.FOLDER / "versions").glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
