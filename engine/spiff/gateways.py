"""Gateways: which tokens they wait for, what the branches' values become, and the ways they send them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway as StockInclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway as StockParallelGateway
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class NoWay(Exception):
    """A gateway found no condition that holds, and has no default flow."""


def united(tokens: Sequence[Task]) -> dict[str, Any]:
    """The values of several branches as one: each branch brings what it has changed since they parted.

    Where two have changed the same, the later one in the order given counts. The library lays whole branches over each
    other, so that what one has changed is lost under what another only still holds.
    """
    base = _parted_at(tokens).data
    data = dict(base)
    for token in tokens:
        branch = token.parent.data
        data |= {name: value for name, value in branch.items() if name not in base or base[name] != value}
        for name in base.keys() - branch.keys():
            data.pop(name, None)
    return data


class _Join:
    """Counts tokens by the flow they came on; the library may go on after one branch on a later round."""

    def _update_hook(self, my_task: Task) -> bool | None:
        if len(self._inputs) < 2:  # type: ignore[attr-defined]
            my_task._inherit_data()
            return True  # it joins nothing
        taken = self._taken(my_task, self._arrived(my_task))
        if my_task not in taken:
            my_task._set_state(TaskState.WAITING)
            return None
        my_task.data = united(taken)
        for token in taken:
            if token is not my_task:
                token.cancel()
        return True

    def _taken(self, my_task: Task, arrived: list[Task]) -> list[Task]:
        """The tokens that go on as one, none while the join waits."""
        raise NotImplementedError

    def _arrived(self, my_task: Task) -> list[Task]:
        """The tokens that wait here, in the order they came."""
        others = [task for task in my_task.workflow.tasks.values() if task.task_spec is self and task is not my_task]
        if "arrived" not in my_task.internal_data:
            before = (task.internal_data.get("arrived", 0) for task in others)
            my_task.internal_data["arrived"] = 1 + max(before, default=0)
        waiting = [task for task in others if task.state == TaskState.WAITING]
        return sorted([*waiting, my_task], key=lambda task: task.internal_data["arrived"])


class ParallelGateway(_Join, StockParallelGateway):
    """Goes on when every flow has brought a token, and takes one of each; further ones wait for the next round."""

    def _taken(self, my_task: Task, arrived: list[Task]) -> list[Task]:
        wanted: Counter[str] = Counter(self._inputs)
        taken = []
        for token in arrived:
            if wanted[token.parent.task_spec.name]:
                wanted[token.parent.task_spec.name] -= 1
                taken.append(token)
        return [] if wanted.total() else taken

    def _run_hook(self, my_task: Task) -> bool:
        return True


class InclusiveGateway(_Join, StockInclusiveGateway):
    """Goes on when no token that is still on its way could bring another branch; leaves by every condition that holds.

    By BPMN 2.0, a token elsewhere is waited for when it can reach a flow that has brought nothing, unless it can also
    reach one that has; an event on the border of where it is leads there, but excuses nothing. Asked only when the
    case rests: what moves by itself is waited for.
    """

    def _taken(self, my_task: Task, arrived: list[Task]) -> list[Task]:
        if not my_task.workflow.top_workflow.rests:
            return []
        first: dict[str, Task] = {}
        for token in arrived:
            first.setdefault(token.parent.task_spec.name, token)
        for token in _under_way(my_task.workflow.tasks.values(), self):
            reached = self._flows_reached(token.task_spec, *_instead(token))
            if reached & first.keys():
                continue
            if (reached | self._flows_reached(*_on_border(token))) - first.keys():
                return []
        return list(first.values())

    def _flows_reached(self, *begin: TaskSpec) -> set[str]:
        """By which of its flows a token that is there could still come here."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [*begin]
        while waiting:
            spec = waiting.pop()
            if spec.name in seen:
                continue
            seen.add(spec.name)
            if self.name in spec._outputs:
                found.add(spec.name)
            waiting += [output for output in spec.outputs if output is not self]
        return found

    def _run_hook(self, my_task: Task) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        take(my_task, self._ways(matches, defaults))
        return True

    def _ways(self, matches: list[TaskSpec], defaults: list[TaskSpec]) -> list[TaskSpec]:
        ways = matches or defaults
        if not ways:
            raise NoWay(f"{self.bpmn_id}: no condition holds, and there is no default flow.")
        return ways


class EndJoin(_EndJoin):
    """The end of a process or subprocess, when every token has come to one; unites what they bring."""

    def _run_hook(self, my_task: Task) -> bool:
        others = [task for task in my_task.workflow.tasks.values() if task.task_spec is self and task is not my_task]
        ended = [task for task in others if task.parent.state == TaskState.COMPLETED]
        ended.sort(key=lambda task: task.last_state_change)
        my_task.data = united([*ended, my_task])
        my_task.workflow.data.update(my_task.data)
        return True


class EventChoice(BpmnSpecMixin):
    """An event-based gateway: waits for all its events at once, and the first that happens ends the others."""

    def _predict_hook(self, my_task: Task) -> None:
        my_task._sync_children(self.outputs, state=TaskState.MAYBE)


def take(my_task: Task, ways: list[TaskSpec]) -> None:
    """Sends a token on by these ways only."""
    my_task._sync_children(ways, TaskState.FUTURE)
    for child in my_task.children:
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)


def _under_way(tasks: Any, join: TaskSpec) -> Iterator[Task]:
    """The tokens of a process that have not come to this join; an event on a border is none until it happens."""
    for task in tasks:
        if task.has_state(TaskState.FINISHED_MASK) or task.parent is None or task.task_spec is join:
            continue
        has_arrived = task.has_state(TaskState.READY | TaskState.WAITING | TaskState.STARTED)
        waits_on_border = isinstance(task.task_spec, BoundaryEvent) and not task.has_state(TaskState.READY)
        if (has_arrived or task.parent.state == TaskState.COMPLETED) and not waits_on_border:
            yield task


def _instead(token: Task) -> Iterator[TaskSpec]:
    """Where a token may go on from instead: another event that may happen first."""
    if isinstance(token.parent.task_spec, EventChoice):
        yield from token.parent.task_spec.outputs


def _on_border(token: Task) -> Iterator[TaskSpec]:
    """The events on the border of the activity where a token is."""
    split = token.parent.task_spec
    if isinstance(split, BoundaryEventSplit) and not isinstance(token.task_spec, BoundaryEvent):
        yield from (spec for spec in split.outputs if isinstance(spec, BoundaryEvent))


def _parted_at(tokens: Sequence[Task]) -> Task:
    """The last task that all these tokens come from."""
    common = [*_ancestors(tokens[0])]
    for token in tokens[1:]:
        own = {task.id for task in _ancestors(token)}
        common = [task for task in common if task.id in own]
    return common[0]


def _ancestors(task: Task) -> Iterator[Task]:
    while task.parent is not None:
        task = task.parent
        yield task
