"""Writes a migration from the difference between the tables and the migrations there are.

    python -m api.migrations.write "what changes"     the next step
    python -m api.migrations.write --first            the first step anew; only until the first release

What it writes is a draft: read it, and add what no comparison can know (data to move, a renamed column).
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateCheckConstraintOp, CreateTableOp, MigrateOperation
from sqlalchemy import CheckConstraint, create_engine
from sqlalchemy.dialects.postgresql import JSONB

from api.migrations import FOLDER, TABLES, newest, upgrade
from api.postgres import EmbeddedPostgres

VERSIONS = FOLDER / "versions"
_FILE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {down!r}


def upgrade() -> None:
    """Makes the change. There is no way back: restore the backup that was made before."""
    {body}
'''


def write_migration(title: str, *, is_first: bool) -> Path | None:
    """Writes the next step, or the first one anew. None when there is nothing to change."""
    body = _difference(since="" if is_first else newest())
    if body is None:
        return None
    last = "" if is_first else newest()
    number = f"r{int(last[1:] or 0) + 1:04}"
    if is_first:
        for old in VERSIONS.glob("r*.py"):
            old.unlink()
    path = VERSIONS / f"{number}_{re.sub('[^a-z0-9]+', '_', title.lower()).strip('_')[:40]}.py"
    path.write_text(_FILE.format(title=title, revision=number, down=last or None, body=body), encoding="utf-8")
    return path


def _difference(*, since: str) -> str | None:
    """The steps from one schema (none at all, or the newest) to the tables as they are now, as code."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder), elsewhere=Path(folder).with_suffix(".elsewhere"))
        server.start()
        try:
            database = create_engine(server.url())
            if since:
                upgrade(database)
            with database.connect() as db:
                context = MigrationContext.configure(db, opts={"compare_type": True, "compare_server_default": True})
                found = produce_migrations(context, TABLES)  # type: ignore[arg-type]
            database.dispose()
        finally:
            server.stop()
    steps = found.upgrade_ops
    if steps is None or steps.is_empty():
        return None
    steps.ops.extend(_constraints_on_columns(steps.ops))
    code = render_python_code(steps, render_item=_render)
    return "\n".join(line for line in code.splitlines() if "###" not in line).strip()


def _constraints_on_columns(steps: Sequence[MigrateOperation]) -> Iterator[MigrateOperation]:
    """Those of new tables that Alembic forgets: they stand on a column, `Column("id", Integer, CheckConstraint(…))`."""
    new = {step.table_name for step in steps if isinstance(step, CreateTableOp)}
    for table in (table for metadata in TABLES for table in metadata.sorted_tables if table.name in new):
        for constraint in (constraint for column in table.columns for constraint in column.constraints):
            if isinstance(constraint, CheckConstraint):
                yield CreateCheckConstraintOp(str(constraint.name), table.name, constraint.sqltext)


def _render(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """JSONB without the name of a type that nothing imports. False: as Alembic would."""
    return "postgresql.JSONB()" if kind == "type" and isinstance(item, JSONB) else False


def main(arguments: list[str]) -> None:
    """Writes, and says what."""
    is_first = arguments == ["--first"]
    if not is_first and (len(arguments) != 1 or arguments[0].startswith("-")):
        sys.exit(__doc__)
    path = write_migration("Every table" if is_first else arguments[0], is_first=is_first)
    print(path or "The migrations make the tables as they are: nothing to write.")


if __name__ == "__main__":
    main(sys.argv[1:])
