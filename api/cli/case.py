"""`fasttrack case`: one case, outside the service."""

from pathlib import Path
from typing import Annotated

import typer

from api.case_files import write_case_file
from api.cli.connected import connected
from api.cli.output import AsJson, CommandFailed, answer

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
