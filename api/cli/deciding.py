"""`fasttrack process decide`: a decision table is tried with values of one's own."""

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import AsJson, CommandFailed, answer
from engine.checks.alone import read_file
from engine.decisions import Tried, try_decision
from engine.errors import BundleRefused, NotFound
from engine.expressions import JSON
from engine.policy import Policy

MOST_INPUTS = 1_000_000  # characters


def decide(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A .dmn file.")],
    decision: Annotated[str, typer.Option(help="The decision's id or name; not needed where the file holds one.")] = "",
    inputs: Annotated[str, typer.Option(help="What the table asks for, as JSON: names and values.")] = "{}",
    as_json: AsJson = False,
) -> None:
    """Says what a decision table decides, and by which rules; exit code 1 when it cannot, 2 when nothing can be read.

    What the table asks of the case's facts is given among the inputs; its policy is policy.json of its bundle.
    """
    try:
        tried = try_decision(read_file(path), decision=decision, inputs=_values(inputs), policy=_policy(path))
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror or error}.", code=2) from None
    except (BundleRefused, NotFound) as refused:
        raise CommandFailed(f"{path}: {refused}", code=2) from None
    problems = [{"element": element, "problem": sentence} for element, sentence in tried.problems]
    answer(
        {"decision": tried.decision, "result": tried.result, "rules": list(tried.rules), "problems": problems},
        as_json=as_json,
        words=_in_words(tried),
    )
    if tried.problems:
        raise typer.Exit(1)


def _values(text: str) -> dict[str, JSON]:
    try:
        found = json.loads(text) if len(text) <= MOST_INPUTS else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CommandFailed('--inputs is no JSON object, such as {"unauthorised": 9}.', code=2)
    return found


def _policy(path: Path) -> Policy:
    folder = path.parent.parent if path.parent.name == "decisions" else path.parent
    beside = folder / "policy.json"
    return Policy.read(read_file(beside) if beside.is_file() else b"{}")


def _in_words(tried: Tried) -> str:
    if tried.problems:
        return "\n".join(f"{element}: {sentence}" for element, sentence in tried.problems)
    applied = f"by {', '.join(tried.rules)}" if tried.rules else "because no rule applies"
    return f"{tried.decision} decides {json.dumps(tried.result, ensure_ascii=False)}, {applied}."
