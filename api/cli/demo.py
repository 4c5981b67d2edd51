"""`fasttrack demo`: a school's files become cases that go to each of the four outcomes."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from api.cli.connected import in_a_sentence
from api.cli.output import AsJson, CommandFailed, answer
from api.database import open_demo_database
from api.demo.generate import FOLDER
from api.demo.performance import Files, Told, perform
from api.documents.outbox import PostFolder
from api.settings import load_settings
from api.wiring import Wiring, wire
from attendance.words import in_words

app = typer.Typer()
LETTERS = "demo-letters"


@app.command("demo")
def demo(
    register: Annotated[Path | None, typer.Option(metavar="FILE", help="A register's export.")] = None,
    calendar: Annotated[Path | None, typer.Option(metavar="FILE", help="The school's calendar.")] = None,
    adults: Annotated[Path | None, typer.Option(metavar="FILE", help="The export of parents and other adults.")] = None,
    as_json: AsJson = False,
) -> None:
    """Plays cases on a movable clock, in a database of its own. Without files, about the school that is shipped."""
    given = (register, calendar, adults)
    if any(given) and not all(given):
        raise CommandFailed("Give all three of --register, --calendar and --adults, or none of them.", code=2)
    files = Files(
        calendar=calendar or FOLDER / "calendar.json",
        register=register or FOLDER / "register.csv",
        adults=adults or FOLDER / "adults.csv",
    )
    for file in (files.calendar, files.register, files.adults):
        if not file.is_file():
            raise CommandFailed(f"There is no file {file}.", code=2)
    with in_a_sentence():
        settings = load_settings(demo=True)
        letters = settings.data_dir / LETTERS
        shutil.rmtree(letters, ignore_errors=True)
        with open_demo_database(settings) as database:
            wired = wire(settings, database)
            wiring = Wiring(wired.settings, wired.database, wired.runtime, {"post": PostFolder(letters)})
            told = perform(wiring, files, say=lambda words: None if as_json else typer.echo(words))
    words = "\n".join([*(line for each in told for line in _lines(each)), "", f"Letters: {letters}"])
    answer({"letters": str(letters), "stories": [_as_json(each) for each in told]}, as_json=as_json, words=words)
    if not any(each.came_out for each in told):
        raise CommandFailed("None of the stories could be told.")


def _lines(told: Told) -> list[str]:
    head = f"\n== {told.journey.title}"
    if not told.reference:
        return [head, f"   Not told: {told.problem}."]
    lines = [f"{head}: {told.reference}, {told.pupil}, {told.result.replace('_', ' ') or 'open'}"]
    if told.problem:
        lines.append(f"   Stopped: {told.problem}.")
    lines += [f"   {in_words(day):<15}  {said}" for day, said in told.days]
    lines.append("   Dates, and how each was worked out:")
    lines += [f"   {in_words(day):<15}  {name}: {why}" for day, name, why in told.derivations]
    return lines


def _as_json(told: Told) -> dict[str, object]:
    return {
        "story": told.journey.name,
        "title": told.journey.title,
        "reference": told.reference,
        "result": told.result,
        "came_out": told.came_out,
        "problem": told.problem,
        "timeline": [{"day": day.isoformat(), "what": said} for day, said in told.days],
        "dates": [{"day": day.isoformat(), "name": name, "derivation": why} for day, name, why in told.derivations],
    }
