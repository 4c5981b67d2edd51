"""One case's tokens: started or restored, acted on, advanced until they rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, ScriptTask
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition, MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.exceptions import TaskNotFoundException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError
from engine.spiff import codec, long_cases
from engine.spiff.environment import FencedEngine, Steps
from engine.spiff.events import Tokens, hand_over, update
from engine.spiff.following import passes
from engine.spiff.gateways import InclusiveGateway
from engine.spiff.parser import Specification
from engine.spiff.specs import Moment, PassedTask

long_cases.mend()

MOST_STEPS = 5_000  # in one advance; a diagram that loops without waiting would never rest


class NeverRests(EngineError):
    """This diagram goes on and on without ever waiting for anything."""


class TokenGone(EngineError):
    """The case does not wait there any more."""


@dataclass(frozen=True)
class Place:
    """Where a token is: the element, the way into it through calls and subprocesses, the visit and the item."""

    token: UUID
    element: str
    path: str
    visit: int
    item: str
    data: dict[str, Any]


@dataclass(frozen=True)
class WaitingTimer:
    """A timer event that waits."""

    place: Place
    due: str  # aware ISO
    expression: str
    trace: list[dict[str, Any]]
    is_boundary: bool


class CaseWorkflow:
    """The tokens of one case. After any exception throw it away: it may be half changed."""

    def __init__(self, workflow: Tokens, visits: dict[str, int]) -> None:
        self._workflow = workflow
        self.visits = visits

    @classmethod
    def start(cls, specification: Specification, steps: Steps) -> Self:
        """A new case at its start event; `advance` sets it going."""
        return cls(Tokens(specification.entry, specification.parts, script_engine=FencedEngine(steps)), {})

    @classmethod
    def restore(cls, state: str, visits: dict[str, int], specification: Specification, steps: Steps) -> Self:
        """A case as it was saved."""
        return cls(codec.load(state, specification, FencedEngine(steps)), visits)

    def dump(self) -> str:
        """Its state as text."""
        return codec.dump(self._workflow)

    @property
    def is_over(self) -> bool:
        """Whether the process has ended: scanned, not believed."""
        return self._workflow.completed or not any(
            task.has_state(TaskState.NOT_FINISHED_MASK) for task in self._workflow.tasks.values()
        )

    # --- what can be done to it

    def complete(self, token: UUID, routing: dict[str, Any]) -> None:
        """A person has done a user task; `routing` enters its branch's data. Raises TokenGone."""
        task = self._task(token, TaskState.READY)
        passes(task.task_spec.bpmn_id)
        task.data.update(routing)
        task.run()

    def fire(self, token: UUID) -> None:
        """A timer's moment has come. Raises TokenGone."""
        task = self._task(token, TaskState.WAITING)
        task._set_internal_data(event_fired=True)
        update(task)

    def hear(self, token: UUID, routing: dict[str, Any]) -> None:
        """Hands a message to the one listener that is meant. Raises TokenGone."""
        task = self._task(token, TaskState.WAITING)
        hand_over(task, BpmnEvent(task.task_spec.event_definition, payload=routing))

    def refuse(self, task: Task, code: str) -> bool:
        """Throws a BPMN error from a service task; whether anything in the diagram catches it."""
        event = BpmnEvent(ErrorEventDefinition(code, code), payload={}, target=task.workflow)
        return bool(self._workflow.event_manager.catch_from(task, event))

    def reschedule(self, token: UUID) -> None:
        """Works a waiting timer's moment out again from the facts as they are now. Raises TokenGone."""
        task = self._task(token, TaskState.WAITING)
        task.internal_data.pop("event_value", None)
        task.task_spec._update(task)

    def cancel(self) -> None:
        """Ends every token, wherever it is."""
        self._workflow.cancel()

    def advance(self) -> None:
        """Runs everything that needs nobody, one task at a time, until the case rests.

        One at a time, because a task may cancel another that was ready a moment ago. Raises NeverRests.
        """
        for _ in range(MOST_STEPS):
            ready = self._next_ready() or self._next_join()
            if ready is None:
                self._workflow.get_events()  # what nobody caught would otherwise pile up in the state
                return
            passes(ready.task_spec.bpmn_id)
            ready.run()
            listener = self._workflow.script_engine.listener
            if listener is not None and isinstance(ready.task_spec, ScriptTask | PassedTask):
                listener.passed(self.place(ready))
            self._settle()
        raise NeverRests

    # --- what it waits for

    def user_tasks(self) -> Iterator[Place]:
        """The user tasks that wait for a person."""
        for task in self._tasks():
            if task.state == TaskState.READY and task.task_spec.manual:
                yield self.place(task)

    def timers(self) -> Iterator[WaitingTimer]:
        """The timer events that wait."""
        for task in self._tasks():
            if task.state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
                definition = task.task_spec.event_definition
                if isinstance(definition, Moment):
                    yield WaitingTimer(
                        self.place(task),
                        task.internal_data["event_value"],
                        definition.expression,
                        task.internal_data.get("trace", []),
                        isinstance(task.task_spec, BoundaryEvent),
                    )

    def listeners(self) -> Iterator[Place]:
        """The message events that wait."""
        for task in self._tasks():
            if task.state == TaskState.WAITING and isinstance(
                getattr(task.task_spec, "event_definition", None), MessageEventDefinition
            ):
                yield self.place(task)

    def guards(self, token: UUID) -> bool:
        """Whether what a boundary timer guards still goes on, also after the timer has fired."""
        try:
            task = self._workflow.get_task_from_id(token)
        except TaskNotFoundException:
            return False
        split = task.parent
        if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
            return False
        return any(
            child.has_state(TaskState.NOT_FINISHED_MASK)
            for child in split.children
            if not isinstance(child.task_spec, BoundaryEvent)
        )

    def place(self, task: Task) -> Place:
        """Where a task of the library stands on the diagram; counts the visit when it is new."""
        spec_name = task.task_spec.bpmn_id or task.task_spec.name
        instance = _instances_of(task)
        path = "/".join([*self._way(task), spec_name])
        counted = task.parent if instance else task
        if "visit" not in counted.internal_data:
            self.visits[path] = self.visits.get(path, 0) + 1
            counted.internal_data["visit"] = self.visits[path]
        return Place(task.id, spec_name, path, counted.internal_data["visit"], _item(task, instance), task.data)

    # --- inside

    def _tasks(self) -> Iterator[Task]:
        yield from list(self._workflow.tasks.values())
        for part in list(self._workflow.subprocesses.values()):
            yield from list(part.tasks.values())

    def _next_ready(self) -> Task | None:
        # What interrupts comes before anything inside it, the outermost first, or the inside would go on meanwhile.
        # Otherwise innermost first, so that what ends a subprocess is done before what waits outside it.
        happened = [task for task in self._workflow.happened if task.state == TaskState.READY]
        if happened:
            return min(happened, key=lambda task: task.workflow.depth)
        self._workflow.happened.clear()
        for part in sorted(self._workflow.subprocesses.values(), key=lambda part: -part.depth):
            for task in part.tasks.values():
                if task.state == TaskState.READY and not task.task_spec.manual:
                    return task
        for task in self._workflow.tasks.values():
            if task.state == TaskState.READY and not task.task_spec.manual:
                return task
        return None

    def _next_join(self) -> Task | None:
        """A join that goes on because nothing else moves by itself."""
        self._workflow.rests = True
        try:
            for task in self._tasks():
                if task.state == TaskState.WAITING and isinstance(task.task_spec, InclusiveGateway):
                    task.task_spec._update(task)
                    if task.state == TaskState.READY:
                        return task
        finally:
            self._workflow.rests = False
        return None

    def _settle(self) -> None:
        for parent_id, part in list(self._workflow.subprocesses.items()):
            if part.completed:
                parent = self._parent(parent_id)
                if parent is None:
                    # One of several, cut off with the activity that they repeat: the library forgets the task alone.
                    del self._workflow.subprocesses[parent_id]
                elif parent.state == TaskState.STARTED:
                    parent.task_spec._update(parent)

    def _parent(self, id_: UUID) -> Task | None:
        parts = (self._workflow, *self._workflow.subprocesses.values())
        return next((part.tasks[id_] for part in parts if id_ in part.tasks), None)

    def _task(self, token: UUID, state: int) -> Task:
        for task in self._tasks():
            if task.id == token and task.state == state:
                return task
        raise TokenGone

    def _way(self, task: Task) -> list[str]:
        way: list[str] = []
        workflow = task.workflow
        while workflow.parent_task_id is not None:
            parent = self._workflow.get_task_from_id(workflow.parent_task_id)
            name = parent.task_spec.bpmn_id or parent.task_spec.name
            instance = _instances_of(parent)
            if instance:
                name = f"{name}[{_item(parent, instance)}]"
            way.insert(0, name)
            workflow = parent.workflow
        return way


def _item(task: Task, instance: MultiInstanceTask | None) -> str:
    """What an instance is for; where a number says how many there are, its own number."""
    if instance is None:
        return ""
    if instance.input_item is None:
        return str(task.internal_data.get("key_or_index", ""))
    return str(task.data.get(instance.input_item.bpmn_id, ""))


def _instances_of(task: Task) -> MultiInstanceTask | None:
    parent = task.parent
    if (
        parent is not None
        and isinstance(parent.task_spec, MultiInstanceTask)
        and parent.task_spec.task_spec == task.task_spec.name
    ):
        return parent.task_spec
    return None
