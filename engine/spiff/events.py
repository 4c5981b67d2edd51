"""Errors and escalations reach the border around whoever raised them, and nobody else's."""

from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.event import EventManager
from SpiffWorkflow.task import Task


class OwnEvents(EventManager):
    """Stock asks every border of a subprocess in turn, then of the whole case, so that siblings are interrupted too."""

    def catch(self, event: BpmnEvent, internal: bool = True) -> int:
        """Hands an event to who waits for it; gives their number."""
        if not isinstance(event.event_definition, CodeEventDefinition) or event.target is None:
            return super().catch(event, internal)  # type: ignore[no-any-return]
        return self.catch_from(self._around(event.target), event)

    def catch_from(self, activity: Task | None, event: BpmnEvent) -> int:
        """Hands an error or escalation to the nearest border around an activity that catches it."""
        while activity is not None:
            waiting = self._on_border_of(activity, event)
            for task in waiting:
                task.task_spec.catch(task, event)
                task.task_spec._update(task)
            if waiting:
                return len(waiting)
            activity = self._around(activity.workflow)
        self.workflow.bpmn_events.append(event)
        return 0

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


class Tokens(BpmnWorkflow):
    """The library's tokens of one case, with borders that are heeded rightly."""

    def __init__(self, *specifications: Any, **options: Any) -> None:
        super().__init__(*specifications, **options)
        events = OwnEvents(self)
        events.tasks |= self.event_manager.tasks
        self.event_manager: OwnEvents = events
