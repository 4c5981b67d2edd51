"""What our diagrams' elements do when SpiffWorkflow runs them."""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import BpmnSpecMixin, ParallelMultiInstanceTask, SequentialMultiInstanceTask
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask as StockServiceTask
from SpiffWorkflow.bpmn.specs.event_definitions import TimeDateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.script_task import ScriptEngineTask
from SpiffWorkflow.task import Task


class ServiceTask(StockServiceTask):
    """Calls the handler that the diagram names. None from the engine means that a refusal was caught: do not go on."""

    def _execute(self, task: Task) -> bool | None:
        return task.workflow.script_engine.call_service(task)  # type: ignore[no-any-return]


class DecisionTask(ScriptEngineTask, BpmnSpecMixin):
    """Evaluates the decision table that the diagram names and keeps its result under one variable."""

    def _execute(self, task: Task) -> bool:
        task.workflow.script_engine.decide(task)
        return True


class Moment(TimeDateEventDefinition):
    """A moment worked out once, when the wait begins. It fires when the engine says so, never by a clock of its own."""

    def has_fired(self, my_task: Task) -> bool:
        if my_task._get_internal_data("event_value") is None:
            value, trace = my_task.workflow.script_engine.moment(my_task, self.expression)
            my_task._set_internal_data(event_value=value, trace=trace)
        return bool(my_task._get_internal_data("event_fired", False))


class _WithoutMerging:
    """Without a declared output an instance leaves nothing behind; stock merges its item into the case."""

    def _update_hook(self, my_task: Task) -> Any:
        # The list and the item are read from data that only the hook of the base class would copy.
        my_task._inherit_data()
        if self.data_input is not None and not self.data_input.get(my_task):  # type: ignore[attr-defined]
            raise NobodyToDoItFor(
                f"{my_task.task_spec.bpmn_id}: its list is empty, so it would pass without doing anything."
            )
        return super()._update_hook(my_task)  # type: ignore[misc]

    def merge_child(self, workflow: Any, child: Task) -> None:
        if self.data_output is not None:  # type: ignore[attr-defined]
            super().merge_child(workflow, child)  # type: ignore[misc]
            return
        before = dict(child.parent.data)
        data, child.data = child.data, {}
        try:
            super().merge_child(workflow, child)  # type: ignore[misc]
        finally:
            child.data = data
            child.parent.data = before


class ParallelInstances(_WithoutMerging, ParallelMultiInstanceTask):
    """One instance for each item, all at once."""


class SequentialInstances(_WithoutMerging, SequentialMultiInstanceTask):
    """One instance for each item, one after the other."""


class OwnBoundaryJoin(BoundaryEventJoin):
    """Joins only its own branches; stock cancels those of the next round when a boundary event loops back."""

    def _find_tasks(self, my_task: Task) -> list[Task]:
        own = my_task.find_ancestor(self.split_task)
        return [task for task in super()._find_tasks(my_task) if task.find_ancestor(self.split_task) is own]


class NobodyToDoItFor(Exception):
    """A step that is done once for each of a list was given an empty list."""
