"""Ways out of a step: conditions that stand on its flows, and events of which the first decides."""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.defaults import IntermediateCatchEvent as StockIntermediateCatchEvent
from SpiffWorkflow.bpmn.specs.defaults import ReceiveTask as StockReceiveTask
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.gateways import EventChoice, NoWay, take


class WaysOut(MultiChoice, BpmnTaskSpec):
    """What follows a step whose flows have conditions: all that hold, else the default; those without one always."""

    def __init__(self, wf_spec: Any, name: str, step: str = "", **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.step = step
        self.always: list[str] = []

    def connect_always(self, task_spec: TaskSpec) -> None:
        """A flow without a condition that is not the default."""
        self.always.append(task_spec.name)
        self.connect(task_spec)

    def _run_hook(self, my_task: Task) -> bool:
        matches, others = self._get_matching_outputs(my_task)
        always = [spec for spec in others if spec.name in self.always]
        ways = always + (matches or [spec for spec in others if spec.name not in self.always])
        if not ways:
            raise NoWay(f"{self.step}: no condition holds on its flows, and none is the default.")
        take(my_task, ways)
        return True


class _Chosen:
    """An event that may stand behind an event-based gateway."""

    def _on_ready_hook(self, my_task: Task) -> None:
        super()._on_ready_hook(my_task)  # type: ignore[misc]
        if isinstance(my_task.parent.task_spec, EventChoice):
            for other in my_task.parent.children:
                if other is not my_task and not other.has_state(TaskState.FINISHED_MASK):
                    other.cancel()


class IntermediateCatchEvent(_Chosen, StockIntermediateCatchEvent):
    """Waits for a timer, a message or a signal."""


class ReceiveTask(_Chosen, StockReceiveTask):
    """Waits for a message."""
