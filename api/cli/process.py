"""`fasttrack process`: what can be asked about a process bundle, without a database."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import AsJson, CommandFailed, answer
from api.documents.checking import letter_problems
from engine.bundles import read_folder
from engine.checks import Finding, check_bundle, check_file
from engine.errors import BundleRefused
from handlers import REGISTRY

app = typer.Typer(help="Processes as bundles of files.", no_args_is_help=True)
app.callback()(lambda: None)  # keeps `check` a command of its own while it is the only one

FILES = (".bpmn", ".dmn")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A bundle's folder, or one .bpmn or .dmn file of it.")],
    as_json: AsJson = False,
) -> None:
    """Says all that is wrong with a bundle; exit code 0 when nothing is, 1 otherwise, 2 when it cannot be read."""
    findings = _found(path)
    answer(
        {"path": str(path), "accepted": not findings, "findings": [asdict(finding) for finding in findings]},
        as_json=as_json,
        words=_in_words(path, findings),
    )
    if findings:
        raise typer.Exit(1)


def _found(path: Path) -> list[Finding]:
    try:
        if path.is_dir():
            return check_bundle(read_folder(path), REGISTRY, read_letter=letter_problems)
        if path.suffix in FILES:
            return check_file(path, REGISTRY, read_letter=letter_problems)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror or error}.", code=2) from None
    except BundleRefused as refused:
        raise CommandFailed(str(refused), code=2) from None
    raise CommandFailed(f"{path} is neither a folder nor a {' or '.join(FILES)} file.", code=2)


def _in_words(path: Path, findings: list[Finding]) -> str:
    if not findings:
        return f"{path} is accepted."
    lines = [f"{path} is not accepted: {len(findings)} finding{'s' * (len(findings) > 1)}."]
    for finding in findings:
        where = ", ".join(part for part in (finding.file, finding.element) if part)
        lines += ["", where, f"  {finding.problem}", f"  {finding.advice}"]
    return "\n".join(lines)
