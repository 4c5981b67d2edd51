"""The database's schema, step by step: one file a step, applied when the service starts."""

from collections.abc import Sequence
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

import attendance.tables
import engine.tables

FOLDER = Path(__file__).parent
TABLES: Sequence[MetaData] = (engine.tables.metadata, attendance.tables.metadata)
# Arbitrary, but ours: processes that start together migrate one after the other.
_ADVISORY_LOCK = 0x46545F4D49475241


def upgrade(engine: Engine) -> None:
    """Brings a database to the newest schema, in one transaction. Does nothing when it is there already."""
    script = _script()
    with engine.begin() as db:
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        environment = EnvironmentContext(Config(), script, fn=lambda current, _: script._upgrade_revs("head", current))
        environment.configure(connection=db, target_metadata=TABLES)
        environment.run_migrations()


def is_current(db: Connection) -> bool:
    """Whether the database has the schema that this release expects."""
    return MigrationContext.configure(db).get_current_revision() == newest()


def newest() -> str:
    """The name of the newest step."""
    return _script().get_current_head() or ""


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER))
