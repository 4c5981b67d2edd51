"""The names that diagrams may use: handlers and facts, gathered from modules listed by hand."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import ModuleType
from typing import Any, TypeVar, overload

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass
class Refusal(Exception):
    """An expected "no". From an `accept` it is shown to the person; from a service it becomes a BPMN error event."""

    code: str
    message: str
    rule: str = ""
    field: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Accepted:
    """What an `accept` gives back.

    routing: the only values that enter the workflow's data (JSON types).
    happened_on: the day on which what the task records happened; it meets the deadlines that name this step.
    None meets nothing.
    """

    routing: Mapping[str, Any] = field(default_factory=dict)
    happened_on: date | None = None


def handler(name: str, *, aliases: Iterable[str] = ()) -> Callable[[Function], Function]:
    """Marks a function as what a diagram calls `name`. The function itself stays as it is."""

    def mark(function: Function) -> Function:
        function.__handler__ = (name, *aliases)  # type: ignore[attr-defined]
        return function

    return mark


@overload
def fact(function: Function) -> Function: ...
@overload
def fact(*, fixed_by: str) -> Callable[[Function], Function]: ...


def fact(function: Any = None, *, fixed_by: str = "") -> Any:
    """Marks a function `(facts, *arguments) -> value` as a name that expressions may call.

    fixed_by: the rule because of which nobody sets a timer by hand that is worked out with it.
    """

    def mark(marked: Function) -> Function:
        marked.__fact__ = marked.__name__  # type: ignore[attr-defined]
        marked.__fixed_by__ = fixed_by  # type: ignore[attr-defined]
        return marked

    return mark if function is None else mark(function)


@dataclass(frozen=True)
class Registry:
    """Every handler and fact by name."""

    handlers: Mapping[str, Callable[..., Any]]
    facts: Mapping[str, Callable[..., Any]]

    @classmethod
    def of(cls, *modules: ModuleType) -> "Registry":
        """Gathers what the modules themselves define. Raises ValueError when two things claim one name."""
        handlers: dict[str, Callable[..., Any]] = {}
        facts: dict[str, Callable[..., Any]] = {}
        for module in modules:
            for _, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ != module.__name__:
                    continue
                for name in getattr(function, "__handler__", ()):
                    _claim(handlers, name, function)
                if name := getattr(function, "__fact__", ""):
                    _claim(facts, name, function)
        return cls(handlers, facts)


def inputs_of(handler: Callable[..., Any]) -> dict[str, str]:
    """The keyword inputs of a handler by name: `required` or `optional`."""
    parameters: Mapping[str, inspect.Parameter] = inspect.signature(handler).parameters
    return {
        name: "required" if parameter.default is inspect.Parameter.empty else "optional"
        for name, parameter in parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def _claim(names: dict[str, Callable[..., Any]], name: str, function: Callable[..., Any]) -> None:
    if name in names:
        raise ValueError(f"{name} is claimed by {names[name].__module__} and by {function.__module__}")
    names[name] = function
