"""SpiffWorkflow as it is delivered, to show what it does with a diagram."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from tests.engine.shapes import DIAGRAMS


def stock(name: str, functions: Mapping[str, Callable[..., object]] | None = None) -> BpmnWorkflow:
    """A case of a diagram of tests/diagrams on the library's own parser and script engine."""
    parser = BpmnParser()
    parser.add_bpmn_file(str(DIAGRAMS / f"{name}.bpmn"))
    engine = PythonScriptEngine(TaskDataEnvironment(dict(functions or {})))
    return BpmnWorkflow(parser.get_spec("shape"), parser.get_subprocess_specs("shape"), script_engine=engine)


def waiting(workflow: BpmnWorkflow, element: str) -> list[Task]:
    """The tasks of an element that are ready for a person, found by looking at all of them."""
    parts = [workflow, *workflow.subprocesses.values()]
    every = [task for part in parts for task in part.tasks.values()]
    return [task for task in every if task.task_spec.bpmn_id == element and task.state == TaskState.READY]


def do(workflow: BpmnWorkflow, element: str) -> None:
    """Completes the first task of an element and goes on."""
    waiting(workflow, element)[0].run()
    workflow.do_engine_steps()


def send(workflow: BpmnWorkflow, message: str, **payload: Any) -> None:
    """Sends a message to whoever waits for it and goes on."""
    workflow.send_event(BpmnEvent(MessageEventDefinition(message), payload=payload))
    workflow.do_engine_steps()


MOST_TASKS = 500  # that may run by themselves in one step


class StockCase:
    """A case of a file of one process, on the library alone. Raises whatever the library raises."""

    def __init__(self, path: Path) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(path))
        entry = "Process_1"
        engine = PythonScriptEngine(TaskDataEnvironment({}))
        self.workflow = BpmnWorkflow(parser.get_spec(entry), parser.get_subprocess_specs(entry), script_engine=engine)
        self._advance()

    @property
    def waiting(self) -> list[str]:
        """The elements that wait for a person, a message or a moment; `over` when the case has ended."""
        return ["over"] if self.workflow.is_completed() else sorted(t.task_spec.bpmn_id for t in self._waiting())

    def act(self, what: str, element: str) -> None:
        """A person does a task, a message arrives, a moment has come."""
        task = next(task for task in self._waiting() if task.task_spec.bpmn_id == element)
        if what == "do":
            task.run()
        elif what == "hear":
            self.workflow.send_event(BpmnEvent(task.task_spec.event_definition, payload={}))
        else:
            self.workflow.refresh_waiting_tasks()
        self._advance()

    def _advance(self) -> None:
        ran = 0

        def count(_: Task) -> None:
            nonlocal ran
            ran += 1
            if ran > MOST_TASKS:
                raise RecursionError("It goes round without end.")

        self.workflow.do_engine_steps(did_complete_task=count)

    def _waiting(self) -> Iterator[Task]:
        for part in [self.workflow, *self.workflow.subprocesses.values()]:
            for task in part.tasks.values():
                event = getattr(task.task_spec, "event_definition", None)
                waits = task.state == TaskState.WAITING and isinstance(
                    event, MessageEventDefinition | TimerEventDefinition
                )
                if task.task_spec.bpmn_id and (waits or (task.state == TaskState.READY and task.task_spec.manual)):
                    yield task
