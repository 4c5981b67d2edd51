"""Long cases: what the library does along a case's whole past must not end at some depth of it.

It stops looking for tasks at depth 1,000, which a loop of four steps reaches in its 251st round: a task that waits is
not found, a listener is deaf, a terminate event leaves threads running. And it climbs from a task to its ancestors by
recursion, which ends at Python's limit.

After each step it looks through the whole tree for what waits, usually in vain: the most of a step of a long case.
"""

from collections.abc import Iterator

from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskIterator, TaskState
from SpiffWorkflow.workflow import Workflow

DEPTH = 10**9


def mend() -> None:
    """Lifts the limits for this Python process."""
    for iterator in (TaskIterator, BpmnTaskIterator):
        names = iterator.__init__.__code__.co_varnames[: iterator.__init__.__code__.co_argcount]
        defaults = list(iterator.__init__.__defaults__)
        defaults[names.index("max_depth") - len(names)] = DEPTH
        iterator.__init__.__defaults__ = tuple(defaults)
    Task.find_ancestor = _find_ancestor
    Task.is_descendant_of = _is_descendant_of
    Workflow.update_waiting_tasks = _update_waiting_tasks


_update_all = Workflow.update_waiting_tasks


def _update_waiting_tasks(self: Workflow) -> None:
    before = _waiting(self)
    if len(before) == 1:
        before[0].task_spec._update(before[0])
        if all(task is before[0] for task in _waiting(self)):
            return
    if before:
        _update_all(self)  # their order is that of the tree


def _waiting(workflow: Workflow) -> list[Task]:
    return [task for task in workflow.tasks.values() if task._state == TaskState.WAITING]


def _ancestors(task: Task) -> Iterator[Task]:
    parent = task.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _find_ancestor(self: Task, spec_name: str) -> Task | None:
    return next((task for task in _ancestors(self) if task.task_spec.name == spec_name), None)


def _is_descendant_of(self: Task, task: Task) -> bool:
    return any(ancestor == task for ancestor in _ancestors(self))
