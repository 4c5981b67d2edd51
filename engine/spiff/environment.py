"""The fence: every expression that SpiffWorkflow wants evaluated comes through here."""

from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.task import Task

from engine.spiff import quiet

quiet.silence()


class Steps(Protocol):
    """What a running case asks of the engine."""

    def evaluate(self, expression: str, data: dict[str, Any]) -> object:
        """The value of an expression on a branch's data."""

    def trace(self) -> list[dict[str, Any]]:
        """The calls that the last evaluation made."""

    def run_script(self, script: str, data: dict[str, Any]) -> dict[str, Any]:
        """What the lines `name = expression` assign."""

    def call_service(self, task: Task) -> bool | None:
        """Calls a service task's handler: True to go on, None when a refusal was caught."""

    def decide(self, task: Task) -> None:
        """Evaluates a decision table into the branch's data."""


@runtime_checkable
class Telling(Protocol):
    """Steps that want to hear of what a case does by itself."""

    def passed(self, place: Any) -> None:
        """A case has gone through a script, or a task that nobody does."""


class FencedEnvironment(BasePythonScriptEngineEnvironment):
    """Expressions are data: nothing here reaches Python's eval or exec."""

    def __init__(self, steps: Steps) -> None:
        super().__init__({})
        self._steps = steps

    def evaluate(self, expression: str, context: dict[str, Any], external_context: object = None) -> object:
        return self._steps.evaluate(expression, context)

    def execute(self, script: str, context: dict[str, Any], external_context: object = None) -> bool:
        context.update(self._steps.run_script(script, context))
        return True

    def call_service(self, context: dict[str, Any], **kwargs: object) -> object:
        raise RuntimeError("Services are called through the engine, with their task.")


class FencedEngine(PythonScriptEngine):
    """Lets errors through as they are; the stock engine wraps them until nobody sees what happened."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(FencedEnvironment(steps))
        self._steps = steps

    def validate(self, expression: str) -> None:
        raise SyntaxError("Expressions are checked by engine.checks.")

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> object:
        return self.environment.evaluate(expression, task.data)

    def execute(self, task: Task, script: str, external_context: object = None) -> bool:
        self.environment.execute(script, task.data)
        return True

    def call_service(self, task: Task, **kwargs: object) -> bool | None:
        return self._steps.call_service(task)

    def decide(self, task: Task) -> None:
        """Evaluates the decision table that this task names."""
        self._steps.decide(task)

    @property
    def listener(self) -> Telling | None:
        """Who wants to hear of what a case does by itself."""
        return self._steps if isinstance(self._steps, Telling) else None

    def moment(self, task: Task, expression: str) -> tuple[str, list[dict[str, Any]]]:
        """A timer's moment as an aware ISO text, with the calls it was worked out by."""
        value = self.environment.evaluate(expression, task.data)
        return aware_iso(value, expression), self._steps.trace()


def aware_iso(value: object, expression: str) -> str:
    """The ISO text of a moment. Raises ValueError for anything that is not a moment with its offset."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(
            f"A timer needs a moment; {expression!r} gave {value!r}. Use start_of(…) or end_of(…) of a date."
        ) from None
    if moment.tzinfo is None:
        raise ValueError(f"A timer needs a moment with its offset; {expression!r} gave {value!r}.")
    return moment.isoformat()
