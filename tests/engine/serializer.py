"""The library's own way of writing a case, to compare ours with."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter

from engine.spiff.calls import CallActivity
from engine.spiff.events import Tokens
from engine.spiff.gateways import EndJoin, InclusiveGateway, ParallelGateway
from engine.spiff.instances import ParallelInstances, SequentialInstances
from engine.spiff.specs import DecisionTask, Moment, OwnBoundaryJoin, ServiceTask
from engine.spiff.ways import IntermediateCatchEvent

OURS = (
    CallActivity,
    EndJoin,
    InclusiveGateway,
    IntermediateCatchEvent,
    Moment,
    OwnBoundaryJoin,
    ParallelGateway,
    ParallelInstances,
    SequentialInstances,
)
AS_STOCK = {kind: next(DEFAULT_CONFIG[base] for base in kind.__mro__ if base in DEFAULT_CONFIG) for kind in OURS}
# The library's own way of writing a case, told about our kinds of steps.
LIBRARY = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure(
        DEFAULT_CONFIG
        | AS_STOCK
        | {Tokens: BpmnWorkflowConverter, ServiceTask: BpmnTaskSpecConverter, DecisionTask: BpmnTaskSpecConverter}
    )
)


def written_by_the_library(workflow: Tokens) -> Iterator[dict[str, Any]]:
    """Every task of a case with its state, place in the tree, data and bookkeeping."""
    for part in (workflow, *workflow.subprocesses.values()):
        yield {
            "spec": part.spec.name,
            "last": str(part.last_task.id) if part.last_task is not None else None,
            "completed": part.completed,
            "success": part.success,
            "data": part.data,
        }
        yield from (LIBRARY.to_dict(task) | {"all data": task.data} for task in part.tasks.values())
    yield {"waits for events": sorted(str(task) for task in workflow.event_manager.tasks)}
