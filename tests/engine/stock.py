"""SpiffWorkflow as it is delivered, to show what it does with a diagram."""

from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
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
