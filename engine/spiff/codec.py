"""A case's tokens as text: only its own tasks and routing values, never the specification.

Most of a step's time in memory is spent here, so tasks stand as short lists, and name their parents and children by
their place in the list: an id is read and written once, whatever points to it.
"""

from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.spiff.environment import FencedEngine
from engine.spiff.events import Tokens
from engine.spiff.parser import Specification

FORMAT = 2


def dump(workflow: Tokens) -> str:
    """The state of a workflow, whose data holds JSON values only."""
    parts = [
        {"of": str(parent), "spec": part.spec.name, **_dump_tasks(part)}
        for parent, part in workflow.subprocesses.items()
    ]
    return orjson.dumps({"top": _dump_tasks(workflow), "parts": parts}).decode()


def load(state: str, specification: Specification, engine: FencedEngine) -> Tokens:
    """A workflow as it was dumped, fenced by the given engine."""
    raw = orjson.loads(state)
    workflow = Tokens(specification.entry, specification.parts, script_engine=engine, deserializing=True)
    _load_tasks(workflow, raw["top"])
    for part in raw["parts"]:
        parent = workflow.get_task_from_id(UUID(part["of"]))
        subprocess = BpmnSubWorkflow(specification.parts[part["spec"]], parent.id, workflow, deserializing=True)
        workflow.subprocesses[parent.id] = subprocess
        subprocess.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
        _load_tasks(subprocess, part)
    return workflow


def _dump_tasks(workflow: Workflow) -> dict[str, Any]:
    places = {id_: place for place, id_ in enumerate(workflow.tasks)}
    last = workflow.last_task
    return {
        "root": places[workflow.task_tree.id],
        "last": places.get(last.id, -1) if last is not None else -1,
        "success": workflow.success,
        "completed": workflow.completed,
        "data": workflow.data,
        "tasks": [_dump_task(task, places, workflow.tasks) for task in workflow.tasks.values()],
    }


def _dump_task(task: Task, places: dict[UUID, int], tasks: dict[UUID, Task]) -> list[Any]:
    parent, data = tasks.get(task._parent), task.data
    base = parent.data if parent is not None else {}
    told = [
        task.id.hex,
        places[task._parent] if parent is not None else -1,
        [places[child] for child in task._children],
        task.task_spec.name,
        task._state,
        task.last_state_change,
    ]
    # What is as with most tasks is left out from the end.
    rest: list[Any] = [task.internal_data, *_changes(base, data), task.triggered]
    while rest and not rest[-1]:
        rest.pop()
    return told + rest


def _changes(base: dict[str, Any], data: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What the data of a task holds otherwise than its parent's, and what it does not hold."""
    if data == base:
        return {}, []
    changed = {key: value for key, value in data.items() if key not in base or value != base[key]}
    return changed, [key for key in base if key not in data]


def _load_tasks(workflow: Workflow, raw: dict[str, Any]) -> None:
    specs, events = workflow.spec.task_specs, workflow.top_workflow.event_manager
    ids = [UUID(told[0]) for told in raw["tasks"]]
    tasks: list[Task] = []
    for id_, told in zip(ids, raw["tasks"], strict=True):
        _, parent, children, spec, state, changed_at = told[:6]
        rest: list[Any] = told[6:]
        internal, changed, gone, triggered = [*rest, *_USUAL[len(rest) :]]
        # A parent always stands before its children.
        data = dict(tasks[parent].data) if parent >= 0 else {}
        for key in gone:
            del data[key]
        data.update(changed)
        task = Task.__new__(Task)
        # Everything that the library's own constructor sets, which also makes a random id and looks at the clock.
        task.__dict__ = {
            "id": id_,
            "workflow": workflow,
            "_parent": ids[parent] if parent >= 0 else None,
            "_children": [ids[child] for child in children],
            "_state": state,
            "triggered": triggered,
            "task_spec": specs[spec],
            "thread_id": 0,
            "data": data,
            "internal_data": internal or {},
            "last_state_change": changed_at,
        }
        tasks.append(task)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            events.add_task(task)
    workflow.tasks = dict(zip(ids, tasks, strict=True))
    workflow.task_tree = tasks[raw["root"]]
    workflow.last_task = tasks[raw["last"]] if raw["last"] >= 0 else None
    workflow.success, workflow.completed, workflow.data = raw["success"], raw["completed"], raw["data"]


_USUAL: tuple[Any, ...] = (None, {}, [], False)
