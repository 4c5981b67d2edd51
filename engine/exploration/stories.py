"""Stories: what happened to a case from its beginning, told so that it can be read and played again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.exploration.choices import Chosen
from engine.exploration.world import World
from engine.expressions import JSON

VERBS = {"begin": "A case is opened", "task": "Done", "timer": "Time passes", "message": "Reported"}


@dataclass(frozen=True)
class Act:
    """One thing that is done to a case, with the answers that people give."""

    what: str  # begin, task, timer, message
    element: str = ""
    path: str = ""
    item: str = ""
    answers: tuple[tuple[str, JSON], ...] = ()


@dataclass(frozen=True)
class Step:
    """An act, and what happened to be so."""

    act: Act
    chosen: tuple[Chosen, ...] = ()

    @property
    def decided(self) -> tuple[int, ...]:
        """Which answers were chosen."""
        return tuple(choice.number for choice in self.chosen)


@dataclass(frozen=True)
class Story:
    """The steps in order."""

    steps: tuple[Step, ...] = field(default=())

    def lines(self, world: World) -> list[str]:
        """One line for each step."""
        return [f"{number}. {_line(step, world)}" for number, step in enumerate(self.steps, start=1)]

    def as_json(self) -> list[dict[str, Any]]:
        """What `read` reads."""
        return [
            {
                "what": step.act.what,
                "element": step.act.element,
                "path": step.act.path,
                "item": step.act.item,
                "answers": dict(step.act.answers),
                "so": [[choice.question, choice.answer, choice.number] for choice in step.chosen],
            }
            for step in self.steps
        ]

    @classmethod
    def read(cls, raw: Iterable[Mapping[str, Any]]) -> "Story":
        """A story that was written by `as_json`. Raises KeyError, TypeError or ValueError for anything else."""
        steps = []
        for step in raw:
            act = Act(step["what"], step["element"], step["path"], step["item"], tuple(step["answers"].items()))
            chosen = tuple(Chosen(str(question), answer, int(number), ()) for question, answer, number in step["so"])
            steps.append(Step(act, chosen))
        return cls(tuple(steps))


def _line(step: Step, world: World) -> str:
    act = step.act
    node = world.material.nodes.get(act.element)
    label = "" if node is None else f": {node.binding.name or act.element} ({act.element})"
    item = f" for {act.item}" if act.item else ""
    answers = [f"{name} = {_word(value)}" for name, value in act.answers if name in world.flow.deciding]
    so = [f"{choice.question}: {_word(choice.answer)}" for choice in step.chosen]
    more = "; ".join([*answers, *so])
    return f"{VERBS[act.what]}{label}{item}" + (f" – {more}" if more else "")


def _word(answer: JSON) -> str:
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else str(answer)
