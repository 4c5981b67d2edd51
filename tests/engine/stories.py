"""Stories of tiny diagrams: what is done, step by step, with a restart before each, and what has happened by then."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.engine.steps import Functions, Run, Services

PAST = "2026-01-02T00:00:00+00:00"


@dataclass
class Story:
    """A case of a diagram of tests/diagrams, of those that are accepted unless it says otherwise, told in short steps.

    `do Ask`, `fire Wait`, `hear Complaint`: a person does a task, a timer's moment comes, a message arrives.
    """

    name: str
    functions: Functions = field(default_factory=dict)
    services: Services = field(default_factory=dict)

    def __post_init__(self) -> None:
        name = self.name if "/" in self.name else f"accepted/{self.name}"
        self.run = Run(name, {"start_of": lambda _: PAST, **self.functions}, self.services)
        self.run.advance()

    def tell(self, *steps: str) -> "Story":
        """Goes on with the story."""
        acts: dict[str, Callable[[str], None]] = {"do": self.run.do, "fire": self.run.fire, "hear": self.run.hear}
        for step in steps:
            self.run.restart()
            what, element = step.split()
            acts[what](element)
        return self

    @property
    def did(self) -> list[str]:
        """The services that were called, in order."""
        return self.run.steps.did

    @property
    def waits(self) -> list[str]:
        """The tasks, timers and messages that are waited for."""
        workflow = self.run.workflow
        found = [place.element for place in workflow.user_tasks()]
        found += [timer.place.element for timer in workflow.timers()]
        return sorted([*found, *(place.element for place in workflow.listeners())])

    @property
    def is_over(self) -> bool:
        """Whether the case has ended."""
        return self.run.workflow.is_over
