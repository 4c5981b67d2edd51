"""A case's tokens as text: only its own tasks and routing values, never the specification."""

from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.spiff.environment import FencedEngine
from engine.spiff.events import Tokens
from engine.spiff.parser import Specification

FORMAT = 1


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
    return {
        "root": str(workflow.task_tree.id),
        "last": str(workflow.last_task.id) if workflow.last_task is not None else None,
        "success": workflow.success,
        "completed": workflow.completed,
        "data": workflow.data,
        "tasks": [_dump_task(task) for task in workflow.tasks.values()],
    }


def _dump_task(task: Task) -> list[Any]:
    parent = task.parent
    base = parent.data if parent is not None else {}
    return [
        str(task.id),
        str(task._parent) if parent is not None else None,
        [str(child) for child in task._children],
        task.task_spec.name,
        task.state,
        task.triggered,
        task.last_state_change,
        task.internal_data,
        DeepMerge.get_updated_keys(base, task.data),
        DeepMerge.get_deleted_keys(base, task.data),
    ]


def _load_tasks(workflow: Workflow, raw: dict[str, Any]) -> None:
    changes: dict[UUID, tuple[dict[str, Any], list[str]]] = {}
    for id_, parent, children, spec, state, triggered, changed_at, internal, updates, deletions in raw["tasks"]:
        task = Task(workflow, workflow.spec.task_specs[spec], state=state, id=UUID(id_))
        task._parent = UUID(parent) if parent else None
        task._children = [UUID(child) for child in children]
        task.triggered = triggered
        task.last_state_change = changed_at
        task.internal_data = internal
        changes[task.id] = (updates, deletions)
    workflow.task_tree = workflow.tasks[UUID(raw["root"])]
    workflow.last_task = workflow.tasks.get(UUID(raw["last"])) if raw["last"] else None
    workflow.success, workflow.completed, workflow.data = raw["success"], raw["completed"], raw["data"]
    _restore_data(workflow, changes)
    for task in workflow.tasks.values():
        if task.state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            workflow.top_workflow.event_manager.add_task(task)


def _restore_data(workflow: Workflow, changes: dict[UUID, tuple[dict[str, Any], list[str]]]) -> None:
    # Parents first, without recursion: a long case is deeper than Python's stack.
    todo = [workflow.task_tree.id]
    while todo:
        task = workflow.tasks[todo.pop()]
        updates, deletions = changes[task.id]
        parent = task.parent
        base = parent.data if parent is not None else {}
        gone = set(deletions)
        task.data = {key: value for key, value in base.items() if key not in gone} | updates
        todo.extend(task._children)
