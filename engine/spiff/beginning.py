"""Letting processes begin in memory, to see whether the library can hold them at all."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.task import Task

from engine.spiff.environment import FencedEngine
from engine.spiff.parser import Specification


class _Nobody:
    """Answers nothing: at its beginning a process asks for nothing."""

    def evaluate(self, expression: str, data: dict[str, Any]) -> object:
        raise RuntimeError("Nothing is evaluated here.")

    def trace(self) -> list[dict[str, Any]]:
        return []

    def run_script(self, script: str, data: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError("Nothing is run here.")

    def call_service(self, task: Task) -> bool | None:
        raise RuntimeError("Nothing is called here.")

    def decide(self, task: Task) -> None:
        raise RuntimeError("Nothing is decided here.")


def begin_each(specification: Specification) -> Iterator[tuple[str, str]]:
    """The processes and subprocesses that cannot begin, each with the reason.

    A subprocess is only laid out when a token enters it, so each is begun by itself.
    """
    for part in (specification.entry, *specification.parts.values()):
        try:
            BpmnWorkflow(part, specification.parts, script_engine=FencedEngine(_Nobody()))
        except RecursionError:
            yield part.name, "it goes round and round, or on for too long, without waiting."
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            yield part.name, f"{type(error).__name__}: {error}"
