"""`fasttrack upn`: whether a unique pupil number can be right."""

from typing import Annotated

import typer

from api.cli.output import AsJson, answer
from attendance.upn import normalised, problem_with

app = typer.Typer(help="Unique pupil numbers.", no_args_is_help=True)


@app.command()
def check(upn: Annotated[str, typer.Argument(metavar="UPN")], as_json: AsJson = False) -> None:
    """Checks the form and the check letter of a UPN."""
    problem = problem_with(normalised(upn))
    answer(
        {"valid": not problem, "reason": problem},
        as_json=as_json,
        words=problem or f"{normalised(upn)} can be a UPN: its check letter is right.",
    )
