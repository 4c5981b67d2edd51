"""From the files of a bundle to specifications that SpiffWorkflow runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    ScriptTaskParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    EndEvent,
    ExclusiveGateway,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ScriptTask,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.bindings import BPMN, ZEEBE
from engine.errors import BundleRefused
from engine.spiff.specs import (
    DecisionTask,
    Moment,
    OwnBoundaryJoin,
    ParallelInstances,
    SequentialInstances,
    ServiceTask,
)


@dataclass(frozen=True)
class Specification:
    """A process that can be run: its entry and every process and subprocess it may enter, by name."""

    entry: BpmnProcessSpec
    parts: dict[str, BpmnProcessSpec]


class _Ours(TaskParser):
    PARALLEL_MI_CLASS = ParallelInstances
    SEQUENTIAL_MI_CLASS = SequentialInstances

    def parse_condition(self, sequence_flow: etree._Element) -> str | None:
        """A condition as it is evaluated."""
        condition = super().parse_condition(sequence_flow)
        return _plain(condition) if condition else None

    def _add_multiinstance_task(self, loop_characteristics: etree._Element) -> None:
        # Editors drop the standard form on saving, so files hold the zeebe one; the library reads the standard.
        zeebe = loop_characteristics.find(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}loopCharacteristics")
        if zeebe is not None:
            for tag, attribute in (("loopDataInputRef", "inputCollection"), ("loopDataOutputRef", "outputCollection")):
                if zeebe.get(attribute):
                    etree.SubElement(loop_characteristics, f"{{{BPMN}}}{tag}").text = _plain(zeebe.get(attribute))
            for tag, attribute in (("inputDataItem", "inputElement"), ("outputDataItem", "outputElement")):
                if zeebe.get(attribute):
                    etree.SubElement(loop_characteristics, f"{{{BPMN}}}{tag}", id=_plain(zeebe.get(attribute)))
        super()._add_multiinstance_task(loop_characteristics)


def _plain(expression: str) -> str:
    """An expression without the `=` that editors put before it."""
    return expression.strip().removeprefix("=").strip()


class _OurEvents(_Ours):
    def parse_timer_event(self, event: etree._Element) -> Moment:
        """Only dates: a duration or cycle would be counted by a clock that knows no working days."""
        found = event.find(f"{{{BPMN}}}timeDate")
        if found is None or not (found.text or "").strip():
            self.raise_validation_exception(
                "A timer needs a date. Write an expression such as start_of(working_days_after(5, …)) as its date."
            )
        return Moment(self.node.get("name", self.bpmn_id), _plain(found.text))


def _our(parser: type[TaskParser], mixin: type[TaskParser] = _Ours) -> type[TaskParser]:
    return type(f"Our{parser.__name__}", (mixin, parser), {})


class _Parser(BpmnParser):
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - the base class declares it so
        full_tag("userTask"): (_Ours, UserTask),
        full_tag("serviceTask"): (_Ours, ServiceTask),
        full_tag("businessRuleTask"): (_Ours, DecisionTask),
        full_tag("scriptTask"): (_our(ScriptTaskParser), ScriptTask),
        full_tag("subProcess"): (_our(SubWorkflowParser), SubWorkflowTask),
        full_tag("callActivity"): (_our(CallActivityParser), CallActivity),
        full_tag("exclusiveGateway"): (_our(ConditionalGatewayParser), ExclusiveGateway),
        full_tag("startEvent"): (_our(StartEventParser, _OurEvents), StartEvent),
        full_tag("endEvent"): (_our(EndEventParser, _OurEvents), EndEvent),
        full_tag("boundaryEvent"): (_our(BoundaryEventParser, _OurEvents), BoundaryEvent),
        full_tag("intermediateCatchEvent"): (_our(IntermediateCatchEventParser, _OurEvents), IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_our(IntermediateThrowEventParser, _OurEvents), IntermediateThrowEvent),
    }


def compile_processes(roots: Iterable[tuple[str, etree._Element]]) -> Specification:
    """Specifications of parsed BPMN files, given as (file name, root).

    The entry is the one process that no other calls. Raises BundleRefused with the reason.
    """
    parser = _Parser()
    try:
        for name, root in roots:
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
    except (AttributeError, KeyError, TypeError, IndexError, AssertionError, NotImplementedError) as error:
        # The library trips over foreign files in its own error paths.
        raise BundleRefused(f"This file cannot be read as a BPMN process ({type(error).__name__}: {error}).") from error
    for specification in (entry, *parts.values()):
        _mend(specification)
    return Specification(entry, parts)


def _mend(specification: BpmnProcessSpec) -> None:
    for task_spec in specification.task_specs.values():
        if type(task_spec) is BoundaryEventJoin:
            task_spec.__class__ = OwnBoundaryJoin
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
