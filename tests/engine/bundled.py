"""A case of a whole bundle in memory: its own handlers, facts and tables, no database."""

from functools import partial
from typing import Any

from engine.bundles import Bundle, compile_bundle
from engine.expressions import Evaluator, to_json_value
from engine.registry import Refusal, Registry
from engine.spiff.workflow import CaseWorkflow, Place


class Bundled:
    """A case that does what can happen to it, chosen by number. `did` is what was called, in order."""

    def __init__(self, bundle: Bundle, registry: Registry) -> None:
        self._bundle, self._registry = bundle, registry
        self.process = compile_bundle(bundle)
        self._evaluator = Evaluator({n: partial(f, None) for n, f in registry.facts.items()}, self.process.policy)
        self.did: list[tuple[str, int, str]] = []
        self.workflow = CaseWorkflow.start(self.process.specification, self)
        self.workflow.advance()

    def restart(self) -> None:
        """Saved, forgotten, and read back against a specification compiled anew."""
        state, visits = self.workflow.dump(), dict(self.workflow.visits)
        self.process = compile_bundle(self._bundle)
        self.workflow = CaseWorkflow.restore(state, visits, self.process.specification, self)

    def choices(self) -> list[tuple[str, Place]]:
        """Everything that can happen now, in an order that twins share."""
        found = [("complete", place) for place in self.workflow.user_tasks()]
        found += [("fire", timer.place) for timer in self.workflow.timers()]
        found += [("hear", place) for place in self.workflow.listeners()]
        return sorted(found, key=lambda choice: (choice[0], choice[1].path, choice[1].visit, choice[1].item))

    def act(self, number: int) -> None:
        """Does one of the things that can happen."""
        choices = self.choices()
        what, place = choices[number % len(choices)]
        match what:
            case "complete":
                moved = "yes" if number % 3 == 0 else "no"
                self.workflow.complete(place.token, {"word": f"word {number}", "moved": moved})
            case "fire":
                self.workflow.fire(place.token)
            case _:
                self.workflow.hear(place.token, {})
        self.workflow.advance()

    def standing(self) -> dict[str, Any]:
        """How the case stands, without the ids that differ between twins."""
        return {
            "over": self.workflow.is_over,
            "choices": [(what, place.path, place.visit, place.item, place.data) for what, place in self.choices()],
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

    def call_service(self, task: Any) -> bool | None:
        """Calls the handler that the diagram names."""
        place = self.workflow.place(task)
        binding = self.process.bindings[place.element]
        self.did.append((place.path, place.visit, place.item))
        inputs = {
            name: self.evaluate(value, dict(place.data)) if value.startswith("=") else value
            for name, value in binding.inputs.items()
        }
        try:
            result = self._registry.handlers[binding.handler](None, **inputs)
        except Refusal as refusal:
            return None if self.workflow.refuse(task, refusal.code) else True
        if binding.result:
            task.data[binding.result] = result
        return True

    def decide(self, task: Any) -> None:
        """What the decision table says."""
        place = self.workflow.place(task)
        binding = self.process.bindings[place.element]
        decided = self.process.decisions[binding.decision].evaluate(self._evaluator, place.data)
        self.did.append((place.path, place.visit, place.item))
        task.data[binding.result] = to_json_value(decided)
