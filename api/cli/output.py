"""How commands answer: exact JSON on request, plain English otherwise, and one sentence when something is wrong."""

import json
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, NoReturn

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


class CommandFailed(Exception):
    """The command could not do what it was asked."""

    def __init__(self, message: str, *, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def answer(result: Mapping[str, Any], *, as_json: bool, words: str) -> None:
    """Prints the result as JSON, days in ISO form, or the words that say the same."""
    typer.echo(json.dumps(result, default=_plain, ensure_ascii=False, indent=1) if as_json else words)


def fail(sentence: str, *, as_json: bool, code: int) -> NoReturn:
    """Says what was wrong on standard error, with --json also as JSON on standard output, and ends."""
    if as_json:
        typer.echo(json.dumps({"error": sentence}, ensure_ascii=False))
    typer.echo(sentence, err=True)
    sys.exit(code)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
