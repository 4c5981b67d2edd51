"""`fasttrack school`: a school comes in with its calendar, its register and its adults."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection, select

from api.cli.arguments import readable
from api.cli.connected import connected
from api.cli.output import AsJson, CommandFailed, answer
from attendance import tables as records
from attendance.calendar_file import calendar_from_bytes
from attendance.register_findings import findings
from handlers.calendars import keep_calendar
from handlers.imports import import_adults, import_register

app = typer.Typer(help="Schools and what their systems export.", no_args_is_help=True)
ACTOR = "command line"
STALE = "Nothing was taken: the very same file came before, and newer ones since, so it would undo what they brought."
MOST_ROWS = 1000  # that are listed of those set aside
Urn = Annotated[str, typer.Argument(metavar="URN", help="The school, by its URN.")]
Export = Annotated[Path, typer.Argument(metavar="FILE", help="The export.")]


@app.command()
def add(
    calendar: Annotated[Path, typer.Argument(metavar="FILE", help="The calendar, with the school in it.")],
    as_json: AsJson = False,
) -> None:
    """Adds a school, or keeps a new version of its calendar while no case is open: then `fasttrack calendar` does."""
    content = calendar_from_bytes(_bytes(calendar))
    with connected() as wiring:
        school_id, version = keep_calendar(wiring.runtime, content)
    answer(
        {"id": str(school_id), "calendar_version": version},
        as_json=as_json,
        words=f"The school is kept, its calendar is version {version}.",
    )


@app.command()
def register(urn: Urn, file: Export, as_json: AsJson = False) -> None:
    """Imports a register; open cases hear of what concerns them."""
    content = _bytes(file)
    with connected() as wiring:
        with wiring.database.engine.connect() as db:
            school_id = school_of(db, urn)
        done = import_register(wiring.runtime, school_id=school_id, filename=file.name, content=content, actor=ACTOR)
        with wiring.database.engine.connect() as db:
            set_aside = findings(db, done.id, "quarantined", most=MOST_ROWS)
            gaps = findings(db, done.id, "gap", most=MOST_ROWS)
    answer(
        {
            "rows": done.rows,
            "marks_new": done.marks_new,
            "marks_changed": done.marks_changed,
            "quarantined": [{"row": row["row"], "reason": row["reason"]} for row in set_aside],
            "gaps": [gap["row"] for gap in gaps],
            "is_stale": done.is_stale,
            "not_taken": STALE if done.is_stale else None,
        },
        as_json=as_json,
        words=STALE
        if done.is_stale
        else f"{done.rows} rows: {done.marks_new} new marks, {done.marks_changed} changed, "
        f"{done.quarantined} rows set aside.",
    )


@app.command()
def adults(urn: Urn, file: Export, as_json: AsJson = False) -> None:
    """Imports the adults around the pupils."""
    content = _bytes(file)
    with connected() as wiring:
        with wiring.database.engine.connect() as db:
            school_id = school_of(db, urn)
        done = import_adults(wiring.runtime, school_id=school_id, content=content)
    answer(
        {
            "rows": done.rows,
            "adults_new": done.adults_new,
            "adults_changed": done.adults_changed,
            "quarantined": [{"row": row.row, "reason": row.reason} for row in done.quarantined],
        },
        as_json=as_json,
        words=f"{done.rows} rows: {done.adults_new} new adults, {done.adults_changed} changed, "
        f"{len(done.quarantined)} rows set aside.",
    )


def school_of(db: Connection, urn: str) -> UUID:
    """A school's id. Raises CommandFailed."""
    found: UUID | None = db.execute(select(records.school.c.id).where(records.school.c.urn == urn)).scalar_one_or_none()
    if found is None:
        raise CommandFailed(f"There is no school with URN {urn}. Add it with `fasttrack school add`.")
    return found


def _bytes(path: Path) -> bytes:
    with readable(path) as stream:
        return stream.read()
