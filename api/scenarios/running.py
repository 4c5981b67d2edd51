"""Runs the scenarios of a bundle one after the other and tells how each came out."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from api.demo.player import Player
from api.documents.outbox import PostFolder
from api.scenarios.expecting import Ledger
from api.scenarios.reading import Facts, Scenario, Step, read_scenarios
from api.scenarios.scratch import Scratch
from api.scenarios.stage import ACTOR, Stage
from attendance.errors import AttendanceError
from attendance.words import in_words
from engine.bindings import parse_xml
from engine.bundles import Bundle
from engine.checks.diagram import read_diagram
from engine.errors import EngineError, FormRefused
from engine.registry import Refusal
from engine.spiff.following import following

FORM = "form"  # the code of a refusal by the form itself


@dataclass(frozen=True)
class Told:
    """How a scenario came out. `problem` is empty when it did as told; `step` counts from 1."""

    name: str
    title: str
    steps: int
    seconds: float
    problem: str = ""
    step: int = 0
    doing: str = ""

    @property
    def came_out(self) -> bool:
        """Whether everything was as expected."""
        return not self.problem

    @property
    def where(self) -> str:
        """The step at which it went otherwise."""
        return f"step {self.step}, {self.doing}" if self.step else "before the first step"


@dataclass
class Performance:
    """Every scenario of a bundle, and what of its diagrams they went through."""

    told: list[Told] = field(default_factory=list)
    elements: tuple[str, ...] = ()
    reached: set[str] = field(default_factory=set)

    @property
    def came_out(self) -> bool:
        """Whether every scenario came out as told."""
        return all(each.came_out for each in self.told)

    @property
    def left_out(self) -> list[str]:
        """The elements that no scenario goes through."""
        return [element for element in self.elements if element not in self.reached]


def perform(
    bundle: Bundle, scratch: Scratch, *, only: str = "", say: Callable[[Told], None] = lambda _: None
) -> Performance:
    """Runs a bundle's scenarios, or the one that is named. Raises BundleRefused when they cannot be read."""
    scenarios = {name: found for name, found in read_scenarios(bundle).items() if only in ("", name)}
    performance = Performance(elements=elements_of(bundle))
    for name, (scenario, facts) in scenarios.items():
        scratch.empty()
        with following() as trail:
            told = _tell(name, scenario, facts, scratch, process=bundle.name)
        performance.reached |= trail.elements
        performance.told.append(told)
        say(told)
    return performance


def elements_of(bundle: Bundle) -> tuple[str, ...]:
    """Every event, step and gateway of a bundle's diagrams."""
    diagrams = [
        read_diagram(file, parse_xml(content)) for file, content in bundle.files.items() if file.endswith(".bpmn")
    ]
    return tuple(node.id for diagram in diagrams for node in diagram.nodes)


def _tell(name: str, scenario: Scenario, facts: Facts, scratch: Scratch, *, process: str) -> Told:
    begun = time.perf_counter()
    reached, doing, problem = 0, "", ""
    with TemporaryDirectory() as letters:
        player = Player(scratch.runtime, {"post": PostFolder(Path(letters))}, ACTOR)
        try:
            stage = Stage(player, process, scenario, facts)
            ledger = Ledger(stage)
            for number, (step, day) in enumerate(_dated(scenario), start=1):
                reached, doing = number, f"{step.title} on {in_words(day)}"
                stage.go_to(step)
                problem = _act(stage, step) or ledger.problem() or " ".join(ledger.differences(step.then))
                if problem:
                    break
        except (AttendanceError, EngineError, Refusal, LookupError, ValueError) as error:
            problem = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - begun
    return Told(name, scenario.title, len(scenario.steps), seconds, problem, reached, doing)


def _dated(scenario: Scenario) -> Iterator[tuple[Step, date]]:
    day = scenario.begins
    for step in scenario.steps:
        day = step.on or day
        yield step, day


def _act(stage: Stage, step: Step) -> str:
    """Does a step, and says in which way it was not refused as expected, or refused."""
    try:
        stage.act(step)
    except Refusal as refusal:
        return "" if refusal.code == step.refused else f"It is refused ({refusal.code}): {refusal.message}"
    except FormRefused as refused:
        return "" if step.refused == FORM else f"The form refuses it: {refused}"
    return f"It is not refused ({step.refused})." if step.refused else ""


def summed(performance: Performance) -> Mapping[str, int]:
    """The figures of a performance."""
    return {
        "scenarios": len(performance.told),
        "as_told": sum(told.came_out for told in performance.told),
        "elements": len(performance.elements),
        "reached": len(performance.elements) - len(performance.left_out),
    }
