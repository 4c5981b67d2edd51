"""`fasttrack register import`: takes a register in, saying how far it is."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.arguments import Mapping, readable
from api.cli.connected import connected
from api.cli.output import AsJson, answer
from api.cli.school import ACTOR, MOST_ROWS, school_of
from attendance.register_findings import findings
from attendance.register_imports import Imported
from attendance.register_mappings import titles_said
from handlers.imports import import_register, summary

app = typer.Typer()


@app.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The register: CSV, Excel workbook or transfer file.")],
    school: Annotated[str, typer.Option("--school", metavar="URN", help="Whose register it is.")],
    mapping: Mapping = None,
    as_json: AsJson = False,
) -> None:
    """Imports a register; open cases hear of what concerns them. Stopped in the middle, nothing of it is kept."""
    titles = titles_said(mapping or [])
    with connected() as wiring, readable(file) as stream:
        with wiring.database.engine.connect() as db:
            school_id = school_of(db, school)
        found = import_register(
            wiring.runtime,
            school_id=school_id,
            filename=file.name,
            content=stream,
            actor=ACTOR,
            mapping=titles,
            tell=_show,
        )
        with wiring.database.engine.connect() as db:
            set_aside = findings(db, found.id, "quarantined", most=MOST_ROWS)
    rows = [{"row": row["row"], "reason": row["reason"], "column": row["column"]} for row in set_aside]
    answer({**summary(found), "rows_set_aside": rows}, as_json=as_json, words=_in_words(found, rows))


def _show(done: float) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{done:4.0%} ", nl=done >= 1, err=True)


def _in_words(found: Imported, rows: list[dict[str, Any]]) -> str:
    lines = [
        f"{found.rows} rows, {found.shape}: {found.marks_new} new marks, {found.marks_changed} changed "
        f"({found.marks_closed} of them closed), {found.marks_unchanged} as before; {found.pupils_new} new pupils.",
        *found.notes,
    ]
    if found.is_stale:
        lines.append("The same file came before, and others since: nothing of it was taken.")
    elif found.repeats:
        lines.append("The same file came before.")
    lines.append(f"Rows set aside: {found.quarantined}")
    lines += [f"  row {row['row']}{', ' + row['column'] if row['column'] else ''}: {row['reason']}" for row in rows]
    return "\n".join(lines)
