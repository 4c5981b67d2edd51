"""Steps that are done several times: for each of a list, a number of times, or for as long as a condition holds."""

from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.defaults import ParallelMultiInstanceTask, SequentialMultiInstanceTask
from SpiffWorkflow.bpmn.specs.defaults import StandardLoopTask as StockStandardLoopTask
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.task import Task

MOST_INSTANCES = 1_000  # of one step at once; each is a token with its own values


class NobodyToDoItFor(Exception):
    """A step that is done once for each of a list was given an empty list."""


class NotInstances(Exception):
    """A step is to be done for what is no list, or a number of times that is none."""


class _Instances:
    """Without a declared output an instance leaves nothing behind; stock merges its item into the case.

    each, first: the events that are thrown when an instance is done, and when the first one is.
    """

    each: EventDefinition | None = None
    first: EventDefinition | None = None

    def _update_hook(self, my_task: Task) -> Any:
        # The list and the item are read from data that only the hook of the base class would copy.
        my_task._inherit_data()
        if self.data_input is not None:  # type: ignore[attr-defined]
            self._check_list(my_task, self.data_input.get(my_task))  # type: ignore[attr-defined]
        return super()._update_hook(my_task)  # type: ignore[misc]

    def _check_list(self, my_task: Task, items: object) -> None:
        name = my_task.task_spec.bpmn_id
        if not items:
            raise NobodyToDoItFor(f"{name}: its list is empty, so it would pass without doing anything.")
        if not isinstance(items, list) or len(items) > MOST_INSTANCES or None in items:
            raise NotInstances(f"{name} needs a list of at most {MOST_INSTANCES} items, none of them nothing.")

    def count(self, my_task: Task) -> int:
        """How many times, where a number says so."""
        times = my_task.workflow.script_engine.evaluate(my_task, self.cardinality)  # type: ignore[attr-defined]
        if type(times) is not int or not 0 <= times <= MOST_INSTANCES:
            name = my_task.task_spec.bpmn_id
            raise NotInstances(f"{name} is to be done {times!r} times; that is no number from 0 to {MOST_INSTANCES}.")
        return times

    def init_data_output_with_cardinality(self, my_task: Task) -> None:
        """Nothing: a step before has emptied the list. The library trips over one that is there."""

    def merge_child(self, workflow: Any, child: Task) -> None:
        if self.data_output is not None:  # type: ignore[attr-defined]
            super().merge_child(workflow, child)  # type: ignore[misc]
        else:
            before = dict(child.parent.data)
            data, child.data = child.data, {}
            child.parent.internal_data["brought"] = data  # for the completion condition to look at
            try:
                super().merge_child(workflow, child)  # type: ignore[misc]
            finally:
                child.data = data
                child.parent.data = before
                del child.parent.internal_data["brought"]
        self._throw(child.parent)

    def _throw(self, my_task: Task) -> None:
        is_first = len(self._merged_children(my_task)) == 1  # type: ignore[attr-defined]
        for definition in (self.each, self.first if is_first else None):
            if definition is not None:
                events = my_task.workflow.top_workflow.event_manager
                events.catch_around(my_task, BpmnEvent(definition, payload={}))

    def check_completion_condition(self, my_task: Task) -> bool:
        """Whether what an instance has brought ends the others, counted as BPMN 2.0 names the numbers."""
        merged = self._merged_children(my_task)  # type: ignore[attr-defined]
        if self.condition is None or not merged:  # type: ignore[attr-defined]
            return False
        last = next(child for child in my_task.children if str(child.id) == merged[-1])
        brought = my_task.internal_data.get("brought", last.data)
        numbers = self._numbers(my_task, len(merged))
        environment = my_task.workflow.script_engine.environment
        return bool(environment.evaluate(self.condition, brought | numbers))  # type: ignore[attr-defined]

    def _numbers(self, my_task: Task, completed: int) -> dict[str, int]:
        begun = len(list(self._instances(my_task)))  # type: ignore[attr-defined]
        waiting = len(my_task.internal_data.get("remaining", ()))
        waiting += my_task.internal_data.get("cardinality", begun) - my_task.internal_data.get("current", begun)
        return {
            "numberOfInstances": begun + waiting,
            "numberOfActiveInstances": begun - completed,
            "numberOfCompletedInstances": completed,
            "numberOfTerminatedInstances": 0,
        }


class ParallelInstances(_Instances, ParallelMultiInstanceTask):
    """All instances at once."""

    def create_children(self, my_task: Task) -> None:
        if self.cardinality is None:
            super().create_children(my_task)
            return
        for number in range(self.count(my_task)):
            self.create_child(my_task, number, number)


class SequentialInstances(_Instances, SequentialMultiInstanceTask):
    """One instance after the other."""

    def _update_hook(self, my_task: Task) -> Any:
        if self.cardinality is not None:
            my_task._inherit_data()
            self.count(my_task)
        return super()._update_hook(my_task)

    def get_next_index(self, my_task: Task) -> tuple[int | None, int | None]:
        """The next number, which is the instance's index too."""
        _, number = super().get_next_index(my_task)
        return number, number


class StandardLoop(StockStandardLoopTask):
    """Again and again while a condition holds. Each round's values replace those of the one before."""

    def merge_child(self, workflow: Any, child: Task) -> None:
        # The library lays them over each other: a list that became shorter stayed as long as it was.
        child.parent.data = {}
        super().merge_child(workflow, child)
