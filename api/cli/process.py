"""`fasttrack process`: a bundle is checked, put into words, and published."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from api.cli.connected import connected
from api.cli.deciding import decide
from api.cli.exploring import explore as tell_stories
from api.cli.exploring import tell_again
from api.cli.output import AsJson, CommandFailed, answer
from api.cli.scenarios import scenarios
from api.documents.checking import letter_problems
from api.outline import outline as in_words
from attendance.words import in_words as day_in_words
from engine import tables
from engine.bindings import parse_xml
from engine.bundles import Bundle, read_folder
from engine.checks import Finding, Tried, check_bundle, check_file, try_bundle
from engine.checks.alone import bundle_around, read_file
from engine.clock import machine_day
from engine.errors import BundleRefused, NotXml
from engine.versions import publish as publish_version
from handlers import REGISTRY
from handlers.pack_checks import list_problems
from handlers.samples import SampleCase

app = typer.Typer(help="Processes as bundles of files.", no_args_is_help=True)
app.command("scenarios")(scenarios)
app.command("decide")(decide)
FILES = (".bpmn", ".dmn")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A bundle's folder, or one .bpmn or .dmn file of it.")],
    explore: Annotated[bool, typer.Option("--explore", help="Also tell every story in memory.")] = False,
    alike: Annotated[int, typer.Option(help="Exploring: how many reports of one kind may wait at once.", min=1)] = 1,
    replay: Annotated[Path | None, typer.Option(help="A story that went wrong, to be told once more.")] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the sample facts.")] = None,
    as_json: AsJson = False,
) -> None:
    """Says all that is wrong with a bundle; exit code 0 when nothing is, 1 otherwise, 2 when it cannot be read.

    Every timer, condition and table is tried on sample facts, in which everything happens on one day.
    """
    sample = SampleCase(on.date() if on is not None else machine_day())
    findings = _found(path, sample)
    tried = _tried(path, sample) if not findings else []
    result: dict[str, object] = {"path": str(path), "accepted": not findings}
    result["findings"] = [asdict(finding) for finding in findings]
    result["tried"] = {"on": sample.today.isoformat(), "results": [asdict(each) for each in tried]}
    words, is_wrong = [*_tried_in_words(sample, tried), _in_words(path, findings)], bool(findings)
    if explore:
        told = tell_stories(_bundle(path), alike=alike)
        result["explored"], is_wrong = told.as_json, is_wrong or not told.is_sound
        words.append(told.words)
    if replay is not None:
        lines, problems = tell_again(_bundle(path), replay)
        result["replayed"], is_wrong = {"story": lines, "problems": problems}, is_wrong or bool(problems)
        words.append("\n".join([*lines, *(problems or ["Nothing goes wrong in this story."])]))
    answer(result, as_json=as_json, words="\n\n".join(words))
    if is_wrong:
        raise typer.Exit(1)


@app.command()
def outline(path: Annotated[Path, typer.Argument(metavar="FOLDER", help="A bundle's folder.")]) -> None:
    """Puts a bundle into words: every step, what does it, and the rules it serves."""
    typer.echo(in_words(read_folder(path), REGISTRY), nl=False)


@app.command()
def publish(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A bundle's folder, or one .bpmn file.")],
    name: Annotated[str, typer.Option(help="What the process is called; else as its folder or file.")] = "",
    as_json: AsJson = False,
) -> None:
    """Makes a bundle the newest version of its process, once its scenarios come out as told.

    New cases run on it, open ones stay on theirs.
    """
    bundle = _bundle(path)
    bundle = Bundle(name or (bundle.name if path.is_dir() else path.stem), bundle.files)
    with connected() as wiring:
        version_id = publish_version(wiring.runtime, bundle, actor="command line")
        with wiring.database.engine.connect() as db:
            v = tables.process_version.c
            number = db.execute(select(v.number).where(v.id == version_id)).scalar_one()
    answer(
        {"process": bundle.name, "version": number},
        as_json=as_json,
        words=f"{bundle.name} is published as version {number}.",
    )


def _bundle(path: Path) -> Bundle:
    """The bundle in a folder, or around one diagram: it has the files beside it that it needs."""
    if path.is_dir():
        return read_folder(path)
    try:
        if path.suffix == ".bpmn":
            return bundle_around(path)[0]
    except OSError as error:
        raise _unreadable(path, error) from None
    raise CommandFailed(f"{path} is neither a folder nor a .bpmn file.", code=2)


def _found(path: Path, sample: SampleCase) -> list[Finding]:
    try:
        if path.is_dir():
            return check_bundle(
                read_folder(path), REGISTRY, read_letter=letter_problems, read_list=list_problems, sample=sample
            )
        if path.suffix in FILES:
            _must_be_xml(read_file(path))
            return check_file(path, REGISTRY, read_letter=letter_problems, read_list=list_problems, sample=sample)
    except OSError as error:
        raise _unreadable(path, error) from None
    except NotXml as broken:
        raise CommandFailed(f"{path}: {broken}", code=2) from None
    except BundleRefused as refused:
        raise CommandFailed(str(refused), code=2) from None
    raise CommandFailed(f"{path} is neither a folder nor a {' or '.join(FILES)} file.", code=2)


def _tried(path: Path, sample: SampleCase) -> list[Tried]:
    """What the expressions of a bundle, or of one file of it, come to."""
    bundle, file = (read_folder(path), "") if path.is_dir() else bundle_around(path)
    return [each for each in try_bundle(bundle, REGISTRY, sample) if file in ("", each.file)]


def _tried_in_words(sample: SampleCase, tried: list[Tried]) -> list[str]:
    if not tried:
        return []
    return [
        "\n".join(
            [
                f"If today were {day_in_words(sample.today)}, and everything happened today:",
                *(each.words for each in tried),
            ]
        )
    ]


def _must_be_xml(content: bytes) -> None:
    """Raises NotXml; what else is wrong with a file is a finding."""
    try:
        parse_xml(content)
    except NotXml:
        raise
    except BundleRefused:
        return


def _unreadable(path: Path, error: OSError) -> CommandFailed:
    return CommandFailed(f"{path} cannot be read: {error.strerror or error}.", code=2)


def _in_words(path: Path, findings: list[Finding]) -> str:
    if not findings:
        return f"{path} is accepted."
    lines = [f"{path} is not accepted: {len(findings)} finding{'s' * (len(findings) > 1)}."]
    for finding in findings:
        where = ", ".join(part for part in (finding.file, finding.element) if part)
        lines += ["", where, f"  {finding.problem}", f"  {finding.advice}"]
    return "\n".join(lines)
