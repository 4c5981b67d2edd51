"""`fasttrack case`: one case, outside the service."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.case_files import write_case_file
from api.cli.arguments import iso_day
from api.cli.connected import connected
from api.cli.output import AsJson, CommandFailed, answer
from api.explained import explained, stands
from api.what_if import Supposition
from attendance.notice import Postage

app = typer.Typer(help="One case.", no_args_is_help=True)
app.callback()(lambda: None)


@app.command()
def export(
    reference: Annotated[str, typer.Argument(help="As on its letters, such as FT-2026-0001.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="Where the archive is written; it must not be there yet.")],
    as_json: AsJson = False,
) -> None:
    """Writes a case into one file: its records, the process it ran on and its documents, as they were made.

    The file holds the addresses of every parent. It is for the school's own keeping, and for no parent.
    """
    with connected() as wiring, wiring.database.engine.connect() as db:
        content = write_case_file(db, reference)
    try:
        with to.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise CommandFailed(f"{to} cannot be written: {error.strerror or error}.", code=2) from error
    to.chmod(0o600)
    answer({"file": str(to), "size": len(content)}, as_json=as_json, words=f"{reference} stands in {to}.")


@app.command()
def explain(
    reference: Annotated[str, typer.Argument(help="As on its letters, such as FT-2026-0001.")],
    closed: Annotated[
        list[date] | None, typer.Option(parser=iso_day, metavar="DATE", help="The school is closed then.")
    ] = None,
    posted: Annotated[date | None, typer.Option(parser=iso_day, metavar="DATE", help="Suppose a posting day.")] = None,
    second_class: Annotated[bool, typer.Option("--second-class", help="Posted second class.")] = False,
    decision: Annotated[str, typer.Option(metavar="CODE", help="Suppose O1, O2, O3, O4, refer or closed.")] = "",
    decided: Annotated[date | None, typer.Option(parser=iso_day, metavar="DATE", help="Decided on this day.")] = None,
    submitted: Annotated[
        date | None, typer.Option(parser=iso_day, metavar="DATE", help="Suppose the day of submission.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explains each date of a case: its rule, how it was worked out, what it was before; and what if."""
    postage = Postage.SECOND if second_class else Postage.FIRST
    supposed = Supposition(tuple(closed or ()), posted, postage, decision, decided, submitted)
    with connected() as wiring:
        found = explained(wiring.runtime, reference, supposed)
    answer(found.as_json, as_json=as_json, words=found.words)


@app.command("readiness")
def show_readiness(
    reference: Annotated[str, typer.Argument(help="As on its letters, such as FT-2026-0001.")], as_json: AsJson = False
) -> None:
    """Says what would not stand up in court today, how many lawful days are left, and the latest safe next step."""
    with connected() as wiring:
        found = stands(wiring.runtime, reference)
    words = [found.line, *(f"  {each.rule}  {each.parent or 'The case'}: {each.words}" for each in found.defects)]
    answer({**asdict(found), "line": found.line}, as_json=as_json, words="\n".join(words))
