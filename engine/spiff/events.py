"""Events reach whom BPMN means: errors and escalations the border around whoever raised them, signals all who wait."""

from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.event_definitions import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.event import EventManager
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs import Moment


class OwnEvents(EventManager):
    """Stock asks every border of a subprocess in turn, then of the whole case, so that siblings are interrupted too."""

    def catch(self, event: BpmnEvent, internal: bool = True) -> int:
        """Hands an event to who waits for it; gives their number."""
        if isinstance(event.event_definition, SignalEventDefinition):
            return self._broadcast(event)
        if not isinstance(event.event_definition, CodeEventDefinition) or event.target is None:
            return super().catch(event, internal)  # type: ignore[no-any-return]
        return self.catch_from(self._around(event.target), event)

    def catch_around(self, activity: Task, event: BpmnEvent) -> int:
        """Hands an event that an activity itself throws to its border and further out; a signal to all who wait."""
        if isinstance(event.event_definition, SignalEventDefinition):
            return self._broadcast(event)
        return self.catch_from(activity, event)

    def catch_from(self, activity: Task | None, event: BpmnEvent) -> int:
        """Hands an error or escalation to the nearest border around an activity that catches it."""
        while activity is not None:
            waiting = self._on_border_of(activity, event)
            for task in waiting:
                hand_over(task, event)
            if waiting:
                return len(waiting)
            activity = self._around(activity.workflow)
        self.workflow.bpmn_events.append(event)
        return 0

    def _broadcast(self, event: BpmnEvent) -> int:
        # A signal carries nothing: what its sender holds stays on the sender's branch.
        event.payload = {}
        heard = 0
        for task in list(self.tasks.values()):
            # One who hears it may have ended another who waited.
            if task.state == TaskState.WAITING and task.task_spec.catches(task, event):
                hand_over(task, event)
                heard += 1
        return heard

    def _on_border_of(self, activity: Task, event: BpmnEvent) -> list[Task]:
        is_instance = isinstance(activity.parent.task_spec, LoopTask)
        split = activity.parent.parent if is_instance else activity.parent
        border = [task for task in self.tasks.values() if isinstance(task.task_spec, BoundaryEvent)]
        return [task for task in border if task.parent is split and task.task_spec.catches(task, event)]

    def _around(self, workflow: Any) -> Task | None:
        """The activity that a subprocess or called process is run by."""
        if workflow.parent_task_id is None:
            return None
        return self.workflow.get_task_from_id(workflow.parent_task_id)


def hand_over(task: Task, event: BpmnEvent) -> None:
    """Lets a waiting event happen. One on a border that does not interrupt goes on waiting for the next of its kind."""
    task.task_spec.catch(task, event)
    update(task)
    beside = isinstance(task.task_spec, BoundaryEvent) and not task.task_spec.cancel_activity
    if beside and not isinstance(task.task_spec.event_definition, Moment):
        _wait_again(task)


def update(task: Task) -> None:
    """Lets a waiting event see that it has happened. What happens on a border is heeded before anything else."""
    task.task_spec._update(task)
    if isinstance(task.task_spec, BoundaryEvent):
        task.workflow.top_workflow.happened.append(task)


def _wait_again(task: Task) -> None:
    again = task.parent._add_child(task.task_spec, TaskState.FUTURE)
    again.triggered = True
    task.task_spec._predict(again, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
    task.task_spec._update(again)


class Tokens(BpmnWorkflow):
    """The library's tokens of one case, with borders that are heeded rightly.

    rests: whether nothing in it moves by itself any more. happened: events on borders that have just happened.
    """

    rests = False

    def __init__(self, *specifications: Any, **options: Any) -> None:
        self.happened: list[Task] = []
        super().__init__(*specifications, **options)
        events = OwnEvents(self)
        events.tasks |= self.event_manager.tasks
        self.event_manager: OwnEvents = events
        self.task_removed_event.connect(self._take_away)

    def _take_away(self, _: Any, task: Task) -> None:
        """What runs inside a task goes with it: the library forgets a list's instances without ending them."""
        self.event_manager.remove_task(task)
        part = self.subprocesses.pop(task.id, None)
        if part is not None:
            for inside in list(part.tasks.values()):
                inside.cancel()
                self._take_away(part, inside)
