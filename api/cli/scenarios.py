"""`fasttrack process scenarios`: the stories of a bundle, run on a movable clock in a database of their own."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.cli.connected import in_a_sentence
from api.cli.output import AsJson, CommandFailed, answer
from api.scenarios.proof import in_words
from api.scenarios.reading import read_scenarios
from api.scenarios.running import Performance, Told, perform, summed
from api.scenarios.scratch import scratch_for
from api.settings import load_settings
from engine.bundles import read_folder
from engine.errors import BundleRefused


def scenarios(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="A bundle's folder.")],
    only: Annotated[str, typer.Option(metavar="NAME", help="Run this one alone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Runs a bundle's scenarios; exit code 0 when all come out as told, 1 otherwise, 2 when they cannot be run."""
    try:
        bundle = read_folder(path)
        known = read_scenarios(bundle)
    except BundleRefused as refused:
        raise CommandFailed(str(refused), code=2) from None
    if only and only not in known:
        raise CommandFailed(f"There is no scenario {only}. There are: {', '.join(known) or 'none'}.", code=2)
    with in_a_sentence():
        try:
            with scratch_for(load_settings(), bundle) as scratch:
                performance = perform(bundle, scratch, only=only, say=lambda told: _say(told, as_json=as_json))
        except BundleRefused as refused:
            raise CommandFailed(f"{path} is not accepted, so no scenario was run: {refused}", code=2) from None
    answer(_as_json(path, performance), as_json=as_json, words=_in_words(performance, names_what_is_left=not only))
    if not performance.came_out:
        raise typer.Exit(1)


def _say(told: Told, *, as_json: bool) -> None:
    """One line as soon as a scenario is over, because the next may take a while."""
    if not as_json:
        typer.echo(
            f"{'as told' if told.came_out else 'OTHERWISE':<10} {told.name}: {told.title} ({told.seconds:.1f} s)"
        )
        if not told.came_out:
            typer.echo(f"{'':<10} {in_words(told)}")


def _as_json(path: Path, performance: Performance) -> dict[str, object]:
    told = [{**asdict(each), "came_out": each.came_out, "seconds": round(each.seconds, 1)} for each in performance.told]
    return {
        "path": str(path),
        "came_out": performance.came_out,
        **summed(performance),
        "left_out": performance.left_out,
        "told": told,
    }


def _in_words(performance: Performance, *, names_what_is_left: bool) -> str:
    figures = summed(performance)
    words = (
        f"{figures['as_told']} of {figures['scenarios']} scenarios come out as told; they go through "
        f"{figures['reached']} of {figures['elements']} elements."
    )
    if not performance.left_out or not names_what_is_left:
        return words
    return f"{words} Not through: {', '.join(performance.left_out)}."
