"""From the files of a bundle to specifications that SpiffWorkflow runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    ScriptTaskParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    ExclusiveGateway,
    IntermediateThrowEvent,
    ScriptTask,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.errors import BundleRefused
from engine.spiff.calls import CallActivity
from engine.spiff.gateways import EndJoin, EventChoice, InclusiveGateway, ParallelGateway
from engine.spiff.ids import give_back, keep_apart
from engine.spiff.node_parsers import Activity, Border, Catch, End, Receive, Start, Throw, ours
from engine.spiff.specs import DecisionTask, OwnBoundaryJoin, PassedTask, ServiceTask
from engine.spiff.ways import IntermediateCatchEvent, ReceiveTask


@dataclass(frozen=True)
class Specification:
    """A process that can be run: its entry and every process and subprocess it may enter, by name."""

    entry: BpmnProcessSpec
    parts: dict[str, BpmnProcessSpec]


class _Parser(BpmnParser):
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - the base class declares it so
        full_tag("task"): (Activity, PassedTask),
        full_tag("manualTask"): (Activity, PassedTask),
        full_tag("userTask"): (Activity, UserTask),
        full_tag("serviceTask"): (Activity, ServiceTask),
        full_tag("businessRuleTask"): (Activity, DecisionTask),
        full_tag("scriptTask"): (ours(ScriptTaskParser), ScriptTask),
        full_tag("receiveTask"): (Receive, ReceiveTask),
        full_tag("subProcess"): (ours(SubWorkflowParser), SubWorkflowTask),
        full_tag("callActivity"): (ours(CallActivityParser), CallActivity),
        full_tag("exclusiveGateway"): (ours(ConditionalGatewayParser), ExclusiveGateway),
        full_tag("inclusiveGateway"): (ours(ConditionalGatewayParser), InclusiveGateway),
        full_tag("parallelGateway"): (ours(GatewayParser), ParallelGateway),
        full_tag("eventBasedGateway"): (ours(GatewayParser), EventChoice),
        full_tag("startEvent"): (Start, StartEvent),
        full_tag("endEvent"): (End, EndEvent),
        full_tag("boundaryEvent"): (Border, BoundaryEvent),
        full_tag("intermediateCatchEvent"): (Catch, IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (Throw, IntermediateThrowEvent),
    }


def compile_processes(roots: Iterable[tuple[str, etree._Element]]) -> Specification:
    """Specifications of parsed BPMN files in their normal form, given as (file name, root).

    The entry is the one process that no other calls. Raises BundleRefused with the reason.
    """
    parser = _Parser()
    renamed: dict[str, str] = {}
    try:
        for name, root in roots:
            renamed |= keep_apart(root)
            parser.add_bpmn_xml(root, name)
        called = set(parser.get_process_dependencies())
        entries = [process for process in parser.get_process_ids() if process not in called]
        if len(entries) != 1:
            raise BundleRefused(
                "Exactly one process must be the entry, called by no other. "
                f"Found: {', '.join(sorted(entries)) or 'none'}."
            )
        entry = parser.get_spec(entries[0])
        parts = parser.get_subprocess_specs(entries[0])
    except ValidationException as error:
        raise BundleRefused(_sentence(error)) from error
    except RecursionError as error:
        raise BundleRefused("The flow is nested too deeply, or loops without a step in it.") from error
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, AssertionError, NotImplementedError) as error:
        # The library trips over foreign files in its own error paths.
        raise BundleRefused(f"This file cannot be read as a BPMN process ({type(error).__name__}: {error}).") from error
    for specification in (entry, *parts.values()):
        _mend(specification, renamed)
    return Specification(entry, parts)


def _mend(specification: BpmnProcessSpec, renamed: dict[str, str]) -> None:
    give_back(specification, renamed)
    for task_spec in specification.task_specs.values():
        if type(task_spec) is BoundaryEventJoin:
            task_spec.__class__ = OwnBoundaryJoin
        elif type(task_spec) is _EndJoin:
            task_spec.__class__ = EndJoin
        if isinstance(task_spec, LoopTask):
            # Only the library's own reader of saved specifications connects this; without it a restored
            # multi-instance waits for ever.
            child = specification.task_specs[task_spec.task_spec]
            if not child.completed_event.is_connected(task_spec.merge_child):
                child.completed_event.connect(task_spec.merge_child)


def _sentence(error: ValidationException) -> str:
    where = ": ".join(str(part) for part in (getattr(error, "file_name", ""), getattr(error, "id", "")) if part)
    message: Any = error.args[0] if error.args else str(error)
    return f"{where}: {message}" if where else str(message)
