"""Plain diagrams such as conformance suites hold, each with what BPMN 2.0 means by it; and how the library alone does.

`python -m tests.engine.conformance` prints the figures of both: run as told, refused, broken off, silently otherwise.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.bundles import Bundle
from engine.checks import check_file
from engine.registry import Registry
from tests.engine.bundled import Bundled
from tests.engine.shapes import DIAGRAMS
from tests.engine.stock import StockCase

FOLDER = DIAGRAMS / "conformance"
NOTHING = Registry(facts={}, handlers={})
ACTS = {"do": "complete", "fire": "fire", "hear": "hear"}


@dataclass(frozen=True)
class Told:
    """What must come of a diagram: a story, or the element that is refused."""

    path: Path
    refused: str
    story: tuple[tuple[str, str, list[str]], ...]  # what is done, to which element, what waits then


def stories() -> Mapping[str, Told]:
    """Every diagram of the folder by its name."""
    lines = (FOLDER / "stories.txt").read_text(encoding="utf-8").splitlines()
    told = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return {name: _told(name, text) for name, text in told}


def judged(told: Told) -> str:
    """`refused` with the right element, `run` as told; else how the engine differs."""
    findings = check_file(told.path, NOTHING)
    if told.refused or findings:
        named = told.refused in {finding.element for finding in findings}
        return "refused" if told.refused and named else f"refused for {findings}"
    case = Bundled(Bundle(told.path.stem, {told.path.name: told.path.read_bytes()}), NOTHING)
    for act, element, expected in told.story:
        if act:
            case.restart()
            _act(case, act, element)
        waiting = ["over"] if case.workflow.is_over else sorted(place.element for _, place in case.choices())
        if waiting != expected:
            return f"after {act} {element} it waits for {waiting}, not for {expected}"
    return "run"


def judged_of_the_library(told: Told) -> str:
    """The same of SpiffWorkflow alone: what it does not refuse must run as told."""
    try:
        case = StockCase(told.path)
    except Exception as error:  # noqa: BLE001 - whatever it says
        return "refused" if told.refused else f"broken: {type(error).__name__}"
    if told.refused:
        return "begins what it does not execute as it is drawn"
    try:
        for act, element, expected in told.story:
            if act:
                case.act(act, element)
            if case.waiting != expected:
                return f"after {act} {element} it waits for {case.waiting}, not for {expected}"
    except Exception as error:  # noqa: BLE001 - whatever it says
        return f"broken: {type(error).__name__}"
    return "run"


def _told(name: str, text: str) -> Told:
    path = FOLDER / f"{name}.bpmn"
    if text.startswith("refused "):
        return Told(path, text.removeprefix("refused "), ())
    begins, *steps = text.split(" | ")
    story = [("", "", _waiting(begins))]
    for step in steps:
        done, waiting = step.split(" -> ")
        act, element = done.split()
        story.append((act, element, _waiting(waiting)))
    return Told(path, "", tuple(story))


def _waiting(text: str) -> list[str]:
    return [] if text == "nothing" else sorted(text.split())


def _act(case: Bundled, act: str, element: str) -> None:
    number = next(n for n, (what, place) in enumerate(case.choices()) if (what, place.element) == (ACTS[act], element))
    case.act(number)


def main() -> None:
    """Prints the figures of both."""
    for name, judge in (("this engine", judged), ("the library alone", judged_of_the_library)):
        verdicts = {told.path.stem: judge(told) for told in stories().values()}
        came = Counter(verdict.partition(":")[0] for verdict in verdicts.values())
        right, broken = came["run"] + came["refused"], came["broken"]
        sys.stdout.write(
            f"{name}: of {came.total()} diagrams {came['run']} run as they are drawn, {came['refused']} are refused, "
            f"{broken} break off with an error, {came.total() - right - broken} are silently run otherwise\n"
        )
        for stem, verdict in verdicts.items():
            if verdict not in ("run", "refused"):
                sys.stdout.write(f"  {stem}: {verdict[:150]}\n")


if __name__ == "__main__":
    main()
