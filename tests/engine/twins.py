"""A process run on invented facts, so that two cases can be kept alike: one saved and restored, one not."""

import inspect
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from engine.bundles import Process, compile_bundle, read_folder
from engine.expressions import Evaluator, to_json_value
from engine.registry import Registry
from engine.spiff.workflow import CaseWorkflow, Place
from handlers import REGISTRY

BUNDLE = Path(__file__).parents[2] / "bpmn" / "fast_track"
ENDING = ("OnPupilLeft", "OnWithdrawn")
ASIDE = ("NextLimitationDate", "TwelveWeeks", "LookAgain")
LISTS = {"parents.list": ["Ada", "Ben"], "shape.list": ["Ada", "Ben"]}
# What the tasks' handlers route; a task that does not ask for a value does not mind it.
ROUTED: Mapping[str, tuple[str, ...]] = {
    "support": ("go_on", "go_on", "not_yet"),
    "held": ("yes", "yes", "no"),
    "outcome": ("O1", "O2", "O3", "O4"),
    "internal": ("closed", "refer"),
    "decision": ("returned", "declined", "proceedings"),
    "reasonable": ("yes", "no"),
    "late_reasonable": ("yes", "no"),
    "reconsidered": ("go_on", "go_on", "withdraw"),
    "reconsidered_limitation": ("go_on", "go_on", "withdraw"),
    "said": ("yes", "no"),
}


# What is usually so, or the notice would be rearranged for ever.
LIKELY: Mapping[str, float] = {
    "posted_in_time": 0.95,
    "notice_stands": 0.95,
    "notice_long_enough": 0.9,
    "reply_undecided": 0.1,
    "still_chargeable": 0.9,
}


@cache
def shipped() -> Process:
    """The shipped process, compiled once as the engine keeps it."""
    return compile_bundle(read_folder(BUNDLE))


class Twin:
    """A case whose facts are the same for everybody with the same seed at the same step; of the shipped process."""

    def __init__(self, seed: int, process: Process | None = None, registry: Registry = REGISTRY) -> None:
        self.seed, self.step = seed, 0
        self.process = process or shipped()
        facts = {name: partial(self._fact, name, function) for name, function in registry.facts.items()}
        self._evaluator = Evaluator(facts, self.process.policy)
        self.did: list[tuple[str, int, str, object]] = []
        self.workflow = CaseWorkflow.start(self.process.specification, self)
        self.workflow.advance()

    def restart(self) -> None:
        """Saved, forgotten, and read back."""
        state, visits = self.workflow.dump(), dict(self.workflow.visits)
        self.workflow = CaseWorkflow.restore(state, visits, self.process.specification, self)

    def choices(self) -> list[tuple[str, Place]]:
        """Everything that can happen now, in an order that twins share."""
        found = [("complete", place) for place in self.workflow.user_tasks()]
        found += [("fire", timer.place) for timer in self.workflow.timers()]
        found += [("hear", place) for place in self.workflow.listeners()]
        return sorted(found, key=lambda choice: (choice[0], choice[1].path, choice[1].visit, choice[1].item))

    def act(self, number: int) -> None:
        """One of the things that can happen; what moves the case on comes first, and more often than not."""
        self.step += 1
        choices = self.choices()
        onward = [choice for choice in choices if choice[0] != "hear" and choice[1].element not in ASIDE]
        lasting = [choice for choice in choices if choice[1].element not in ENDING]
        likely = onward if onward and number % 4 else lasting if number % 16 else choices
        what, place = likely[number // 4 % len(likely)]
        pick = random.Random(f"{self.seed}/{self.step}")  # noqa: S311 - an invented story
        routing: dict[str, Any] = {name: pick.choice(values) for name, values in ROUTED.items()}
        routing |= {name: f"{name} {self.step}" for name in ("meeting", "reply", "failed", "discovered")}
        match what:
            case "complete":
                self.workflow.complete(place.token, routing)
            case "fire":
                self.workflow.fire(place.token)
            case _:
                self.workflow.hear(place.token, routing)
        self.workflow.advance()

    def standing(self) -> dict[str, Any]:
        """How the case stands, without the ids that differ between twins."""
        return {
            "over": self.workflow.is_over,
            "choices": [(what, *_at(place), place.data) for what, place in self.choices()],
            "timers": sorted((*_at(t.place), t.due, t.expression, t.is_boundary) for t in self.workflow.timers()),
            "visits": dict(self.workflow.visits),
            "did": list(self.did),
        }

    # --- what the workflow asks

    def evaluate(self, expression: str, data: dict[str, Any]) -> object:
        """The value of an expression."""
        return self._evaluator.evaluate(expression, data)

    def trace(self) -> list[dict[str, Any]]:
        """The calls that the last evaluation made."""
        return list(self._evaluator.calls)

    def run_script(self, script: str, data: dict[str, Any]) -> dict[str, Any]:
        """What a script assigns."""
        return dict(self._evaluator.run_script(script, data))

    def call_service(self, task: Any) -> bool:
        """Notes the service with its inputs, and keeps a result where one is named."""
        place = self.workflow.place(task)
        binding = self.process.bindings[place.element]
        inputs = {
            name: self.evaluate(value, dict(place.data)) if value.startswith("=") else value
            for name, value in binding.inputs.items()
        }
        self.did.append((place.path, place.visit, place.item, inputs))
        if binding.result:
            task.data[binding.result] = LISTS.get(binding.handler, f"{binding.result} {len(self.did)}")
        return True

    def decide(self, task: Any) -> None:
        """What the decision table says."""
        place = self.workflow.place(task)
        binding = self.process.bindings[place.element]
        decided = self.process.decisions[binding.decision].evaluate(self._evaluator, place.data)
        self.did.append((place.path, place.visit, place.item, decided))
        task.data[binding.result] = to_json_value(decided)

    def _fact(self, name: str, function: Callable[..., object], *given: object) -> object:
        # The criteria are met, so that the case goes beyond its first step.
        if name in ("possible_sessions", "unauthorised_sessions") and self.step == 0:
            return 60
        pick = random.Random(f"{self.seed}/{self.step}/{name}/{given}")  # noqa: S311 - an invented fact
        day = date(2026, 11, 2) + timedelta(days=pick.randrange(200))
        kind = inspect.signature(function).return_annotation
        values = {
            bool: pick.random() < LIKELY.get(name, 0.5),
            int: pick.randrange(60),
            date: day,
            str: f"{day}T09:30:00+00:00",
        }
        return values[kind]


def _at(place: Place) -> tuple[str, int, str]:
    return place.path, place.visit, place.item
