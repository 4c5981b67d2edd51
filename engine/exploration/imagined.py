"""One case in memory on a movable, abstract clock: nothing is written, nobody is asked, everything may happen."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from engine.exploration.answers import outputs_of
from engine.exploration.choices import Choices
from engine.exploration.world import World, checked
from engine.expressions import JSON, Evaluator, check_script
from engine.invariants import Happening, Watch
from engine.spiff.copying import copy_case
from engine.spiff.workflow import CaseWorkflow

SOME_MOMENT = "2000-01-01T00:00:00+00:00"  # a timer fires when its story says so, not by a clock
BOTH: tuple[JSON, ...] = (True, False)
GOES_ON = "goes on"


class Undetermined(Exception):
    """What a fact other than yes or no would give is not known here."""


class Imagined:
    """Tells stories of a bundle, one step at a time: `case` is who they are about just now, `choices` answers what it
    asks, `watch` sees what happens.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        facts = {name: partial(self._fact, name, f) for name, f in world.material.registry.facts.items()}
        self._evaluator = Evaluator(facts, world.process.policy)
        self.choices: Choices
        self.watch: Watch
        self.case: CaseWorkflow

    def begin(self, *, decided: Iterable[int] = ()) -> None:
        """A case is opened, in which these answers are given first."""
        self.choices, self.watch = Choices(tuple(decided)), Watch(self._world.rules, ())
        self.case = CaseWorkflow.start(self._world.process.specification, self)

    def go_on(self, case: CaseWorkflow, *, marks: Iterable[str], decided: Iterable[int] = ()) -> None:
        """A case goes on from where another stands, which stays as it is; these answers are given first."""
        self.choices, self.watch = Choices(tuple(decided)), Watch(self._world.rules, marks)
        self.case = copy_case(case, self)

    def saw(self, kind: str, element: str, what: str = "", details: Mapping[str, JSON] | None = None) -> None:
        """Something happens at an element."""
        self.watch.see(Happening(kind, self._world.names(element), what, _texts(details or {})))

    # --- what the workflow asks (engine.spiff.environment.Steps)

    def evaluate(self, expression: str, data: dict[str, Any]) -> object:
        """A condition's value; where a number or a day decides, both ways are tried."""
        if expression in self._world.timers:
            return SOME_MOMENT
        try:
            return self._evaluator.evaluate(expression, self._named(expression) | data)
        except Undetermined:
            return self.choices.pick(expression, BOTH)

    def trace(self) -> list[dict[str, Any]]:
        """Nothing is worked out here."""
        return []

    def run_script(self, script: str, data: dict[str, Any]) -> dict[str, Any]:
        """What a script assigns; a value that would come from records is only named."""
        assigned: dict[str, Any] = {}
        for line in check_script(script):
            text = line.expression.text
            try:
                value = self._evaluator.evaluate(text, self._named(text) | data | assigned)
            except Undetermined:
                value = self._some(line.name)
            assigned[line.name] = value
        return assigned

    def call_service(self, task: Any) -> bool | None:
        """A service does its work, or refuses where something would catch it."""
        place = self.case.place(task)
        binding = self._world.process.bindings[place.element]
        # What was so before may not be so any more.
        self.choices.forget()
        codes = self._world.refusals[place.element]
        outcome = self.choices.pick(f"{place.element} refuses", [GOES_ON, *codes]) if codes else GOES_ON
        self.choices.forget()
        if outcome != GOES_ON:
            self.case.refuse(task, str(outcome))
            return None
        self.saw("service", place.element, "", binding.inputs)
        if binding.result:
            task.data[binding.result] = self._some(binding.result)
        return True

    def decide(self, task: Any) -> None:
        """A decision table decides anything that it can decide."""
        place = self.case.place(task)
        binding = self._world.process.bindings[place.element]
        table = self._world.process.decisions.get(binding.decision)
        options = outputs_of(table) if table is not None else []
        if binding.result in self._world.flow.deciding and options:
            value = self.choices.pick(f"{place.element} decides", options)
        else:
            value = f"the {binding.result}"
        task.data[binding.result] = value
        self.saw("decision", place.element, str(value))

    def _fact(self, name: str, function: Callable[..., object], *given: object, **named: object) -> object:
        if inspect.signature(function).return_annotation not in (bool, "bool"):
            raise Undetermined(name)
        answer = self.choices.pick(_call(name, given, named), BOTH)
        self.watch.see(Happening("fact", frozenset({name}), "yes" if answer else "no"))
        return answer

    def _some(self, name: str) -> JSON:
        """A value of a name that a step sets."""
        options = self._world.flow.answers.of(name)
        return self.choices.pick(f"{name} is", options) if len(options) > 1 else options[0]

    def _named(self, expression: str) -> dict[str, Any]:
        """Values for the names that decide nothing, so that it need not matter who sets them."""
        used = checked(expression)
        return {} if used is None else {name: f"the {name}" for name in used.names - self._world.flow.deciding}


def _call(name: str, given: Iterable[object], named: dict[str, object]) -> str:
    arguments = [str(value) for value in given] + [f"{key}={value}" for key, value in named.items()]
    return f"{name}({', '.join(arguments)})"


def _texts(details: Mapping[str, JSON]) -> frozenset[tuple[str, str]]:
    return frozenset((name, str(value)) for name, value in details.items())
