"""Calls of other processes: a called process gets what it declares, and gives back what it declares."""

from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.exceptions import WorkflowDataException
from SpiffWorkflow.bpmn.specs.defaults import CallActivity as StockCallActivity
from SpiffWorkflow.task import Task


class CallActivity(StockCallActivity):
    """Hands over the declared inputs and outputs and nothing else; the library hands over all when none is declared."""

    def copy_data(self, my_task: Task, subworkflow: Any) -> None:
        """Gives the called process its inputs."""
        declared = subworkflow.spec.io_specification
        for name in _names(declared.data_inputs if declared is not None else []):
            if name not in my_task.data:
                raise WorkflowDataException(f"{self.bpmn_id}: {self.spec} needs {name}, which is not set.", my_task)
            subworkflow.task_tree.data[name] = deepcopy(my_task.data[name])

    def update_data(self, my_task: Task, subworkflow: Any) -> None:
        """Takes its outputs, also when a terminate event has ended it."""
        declared = subworkflow.spec.io_specification
        given = subworkflow.last_task.data
        for name in _names(declared.data_outputs if declared is not None else []):
            if name not in given:
                raise WorkflowDataException(f"{self.bpmn_id}: {self.spec} has not set {name}.", my_task)
            my_task.data[name] = deepcopy(given[name])


def _names(declared: list[Any]) -> list[str]:
    return [reference.bpmn_id for reference in declared]
