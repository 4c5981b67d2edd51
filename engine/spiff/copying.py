"""Copies of a case in memory, so that one standing can go on in many ways; and where its tokens stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, StandardLoopTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.spiff.environment import FencedEngine, Steps
from engine.spiff.events import Tokens
from engine.spiff.workflow import CaseWorkflow, _instances_of

ACTIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


@dataclass(frozen=True)
class Token:
    """One token of a case: the element it stands at, the way into it, and how it stands."""

    element: str
    path: str
    item: str
    state: int
    data: dict[str, Any]


def copy_case(case: CaseWorkflow, steps: Steps) -> CaseWorkflow:
    """The same case again, asking `steps` from now on. What is done to one is not done to the other."""
    old = case._workflow
    new = Tokens(old.spec, old.subprocess_specs, script_engine=FencedEngine(steps), deserializing=True)
    new.correlations = _own(old.correlations)
    new.bpmn_events = list(old.bpmn_events)
    _copy_tasks(old, new)
    for parent_id, part in old.subprocesses.items():
        subprocess = BpmnSubWorkflow(part.spec, parent_id, new, deserializing=True)
        new.subprocesses[parent_id] = subprocess
        parent = new.get_task_from_id(parent_id)
        subprocess.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
        _copy_tasks(part, subprocess)
    for task in (*new.tasks.values(), *(task for part in new.subprocesses.values() for task in part.tasks.values())):
        if task.id in old.event_manager.tasks:
            new.event_manager.add_task(task)
    return CaseWorkflow(new, dict(case.visits))


def tokens(case: CaseWorkflow) -> Iterator[Token]:
    """Every token that has arrived at an element and not left it: also those that wait at a join for the others."""
    for task in case._tasks():
        name = task.task_spec.bpmn_id
        if name is not None and task.has_state(ACTIVE):
            path = "/".join([*case._way(task), name, *_arrived(task), *_counted(task)])
            yield Token(name, path, _item(task), task.state, task.data)


def _arrived(task: Task) -> list[str]:
    """For a join, by which ways tokens have come already."""
    if not isinstance(task.task_spec, Join) or task.state != TaskState.WAITING:
        return []
    same = [other for other in task.workflow.tasks.values() if other.task_spec is task.task_spec]
    waiting = [other.parent for other in same if not other.has_state(TaskState.FINISHED_MASK)]
    return sorted(str(parent.task_spec.name) for parent in waiting if parent and parent.state == TaskState.COMPLETED)


def _counted(task: Task) -> list[str]:
    """For a step that is done several times: how often it was, where that decides how often it still is to be."""
    spec = task.task_spec
    if not isinstance(spec, LoopTask) or (isinstance(spec, StandardLoopTask) and spec.maximum is None):
        return []
    left = len(task.internal_data.get("remaining", ())) or task.internal_data.get("current", 0)
    return [f"{len(task.internal_data.get('merged', ()))}:{left}"]


def _item(task: Task) -> str:
    """For one of several: what it is for, or which it is."""
    instance = _instances_of(task)
    if instance is None:
        return ""
    if instance.input_item is not None:
        return str(task.data.get(instance.input_item.bpmn_id, ""))
    return str(task.internal_data.get("key_or_index", ""))


def _copy_tasks(old: Workflow, new: Workflow) -> None:
    for task in old.tasks.values():
        copy = Task.__new__(Task)
        copy.__dict__ = dict(task.__dict__)
        copy.workflow = new
        copy._children = list(task._children)
        if task.has_state(ACTIVE):
            # What is finished is only read; what is still to come has nothing yet.
            copy.data, copy.internal_data = _own(task.data), _own(task.internal_data)
        elif not task.has_state(TaskState.FINISHED_MASK):
            copy.data, copy.internal_data = dict(task.data), dict(task.internal_data)
        new.tasks[task.id] = copy
    new.task_tree = new.tasks[old.task_tree.id]
    new.last_task = new.tasks.get(old.last_task.id) if old.last_task is not None else None
    new.success, new.completed, new.data = old.success, old.completed, _own(old.data)


def _own(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _own(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_own(part) for part in value]
    return value
