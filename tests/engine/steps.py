"""What a case asks of the engine, answered by hand: functions for expressions, services that only note themselves."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.expressions import Evaluator
from engine.normal_form import read_bpmn
from engine.registry import Refusal
from engine.spiff.parser import Specification, compile_processes
from engine.spiff.workflow import CaseWorkflow, Place
from tests.engine.shapes import DIAGRAMS

Functions = Mapping[str, Callable[..., object]]
Services = Mapping[str, Callable[[], dict[str, Any] | None]]  # by element


class RecordingSteps:
    """Steps that need no database. `did` lists the elements whose service or decision was called, in order."""

    def __init__(self, functions: Functions | None = None, services: Services | None = None) -> None:
        self._evaluator = Evaluator(functions or {})
        self._services = dict(services or {})
        self.did: list[str] = []
        self.workflow: CaseWorkflow

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
        """Calls the function that stands in for an element's handler, and keeps the names it gives."""
        place = self.workflow.place(task)
        self.did.append(place.element)
        try:
            task.data |= self._services.get(place.element, dict)() or {}
        except Refusal as refusal:
            return None if self.workflow.refuse(task, refusal.code) else True
        return True

    def decide(self, task: Any) -> None:
        """Notes the decision."""
        self.did.append(self.workflow.place(task).element)


class Letters:
    """Counts the letters that scripts send with `send()`."""

    def __init__(self) -> None:
        self.sent = 0
        self.functions: dict[str, Callable[..., object]] = {"send": self._send}

    def _send(self) -> bool:
        self.sent += 1
        return True


def specification_of(name: str) -> Specification:
    """A diagram of tests/diagrams, compiled anew."""
    content = (DIAGRAMS / f"{name}.bpmn").read_bytes()
    return compile_processes([(name, read_bpmn(content))])


class Run:
    """One case of a tiny diagram."""

    def __init__(self, name: str, functions: Functions | None = None, services: Services | None = None) -> None:
        self.name = name
        self.steps = RecordingSteps(functions, services)
        self.workflow = self._watched(CaseWorkflow.start(specification_of(name), self.steps))

    def _watched(self, workflow: CaseWorkflow) -> CaseWorkflow:
        self.steps.workflow = workflow
        return workflow

    def advance(self) -> "Run":
        """Goes on until the case rests."""
        self.workflow.advance()
        return self

    def restart(self) -> None:
        """Saves the case, forgets it, and reads it back against a specification compiled anew."""
        self.read_back(self.workflow.dump())

    def read_back(self, state: str) -> None:
        """The case as it was saved."""
        visits = dict(self.workflow.visits)
        self.workflow = self._watched(CaseWorkflow.restore(state, visits, specification_of(self.name), self.steps))

    def tasks(self, element: str = "") -> list[Place]:
        """The user tasks that wait."""
        return [place for place in self.workflow.user_tasks() if place.element == element or not element]

    def do(self, element: str, **routing: Any) -> None:
        """Completes the first task of an element and goes on."""
        self.workflow.complete(self.tasks(element)[0].token, routing)
        self.workflow.advance()

    def fire(self, element: str) -> None:
        """Lets a timer's moment come and goes on."""
        self.workflow.fire(next(t.place.token for t in self.workflow.timers() if t.place.element == element))
        self.workflow.advance()

    def hear(self, element: str, **routing: Any) -> None:
        """Hands a message to the first listener of an element and goes on."""
        self.workflow.hear(next(p.token for p in self.workflow.listeners() if p.element == element), routing)
        self.workflow.advance()
