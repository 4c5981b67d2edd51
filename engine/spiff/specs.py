"""What our diagrams' elements do when SpiffWorkflow runs them."""

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import BpmnSpecMixin
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


class PassedTask(BpmnSpecMixin):
    """A task that no engine executes, by BPMN 2.0: an abstract or manual one. The case goes on."""


class Moment(TimeDateEventDefinition):
    """A moment worked out once, when the wait begins. It fires when the engine says so, never by a clock of its own."""

    def has_fired(self, my_task: Task) -> bool:
        if my_task._get_internal_data("event_value") is None:
            value, trace = my_task.workflow.script_engine.moment(my_task, self.expression)
            my_task._set_internal_data(event_value=value, trace=trace)
        return bool(my_task._get_internal_data("event_fired", False))


class OwnBoundaryJoin(BoundaryEventJoin):
    """Joins only its own branches; stock cancels those of the next round when a boundary event loops back."""

    def _find_tasks(self, my_task: Task) -> list[Task]:
        own = my_task.find_ancestor(self.split_task)
        return [task for task in super()._find_tasks(my_task) if task.find_ancestor(self.split_task) is own]
