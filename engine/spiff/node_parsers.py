"""How each kind of node is read: conditions on any step's flows, lists, moments, events by their definitions."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import (
    ERROR_EVENT_XPATH,
    ESCALATION_EVENT_XPATH,
    MESSAGE_EVENT_XPATH,
    SIGNAL_EVENT_XPATH,
    TERMINATION_EVENT_XPATH,
    TIMER_EVENT_XPATH,
    BoundaryEventParser,
    EndEventParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.event_definitions import EscalationEventDefinition, SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.specs.base import TaskSpec

from engine.bindings import BPMN, ZEEBE
from engine.spiff.environment import aware_iso
from engine.spiff.instances import ParallelInstances, SequentialInstances, StandardLoop
from engine.spiff.specs import Moment
from engine.spiff.ways import WaysOut

REPETITIONS = (("noneBehaviorEventRef", "None", "each"), ("oneBehaviorEventRef", "One", "first"))


class Activity(TaskParser):
    """A step that is no event: flows with conditions leave it as they leave a gateway."""

    PARALLEL_MI_CLASS = ParallelInstances
    SEQUENTIAL_MI_CLASS = SequentialInstances
    STANDARD_LOOP_CLASS = StandardLoop

    def handles_multiple_outgoing(self) -> bool:
        """Several flows from one step are a parallel split."""
        return True

    def parse_condition(self, sequence_flow: etree._Element) -> str | None:
        """A condition as it is evaluated."""
        condition = super().parse_condition(sequence_flow)
        return _plain(condition) if condition else None

    def connect_outgoing(self, outgoing_task: TaskSpec, sequence_flow_node: etree._Element, is_default: bool) -> None:
        """Leads to what follows; by way of the step's conditions, if any of its flows has one."""
        outgoing_task = self._apart(outgoing_task, sequence_flow_node)
        flows = self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)
        if isinstance(self, GatewayParser) or not any(self.parse_condition(flow) for flow in flows):
            super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)
            return
        ways = self._ways_out()
        condition = self.parse_condition(sequence_flow_node)
        if is_default:
            ways.connect(outgoing_task)
        elif condition is None:
            ways.connect_always(outgoing_task)
        else:
            ways.connect_outgoing_if(condition, outgoing_task)

    def _apart(self, outgoing_task: TaskSpec, sequence_flow_node: etree._Element) -> TaskSpec:
        """What follows; behind a place of its own where two flows lead to it, so that a join can count them."""
        source, target = sequence_flow_node.get("sourceRef"), sequence_flow_node.get("targetRef")
        flows = self.process_parser.get_outgoing_sequence_flows(source)
        if sum(flow.get("targetRef") == target for flow in flows) < 2:
            return outgoing_task
        place = SimpleBpmnTask(self.spec, f"{sequence_flow_node.get('id')}.way")
        place.connect(outgoing_task)
        return place

    def _ways_out(self) -> WaysOut:
        name = f"{self.bpmn_id}.ways"
        if name not in self.spec.task_specs:
            self.task.connect(WaysOut(self.spec, name, step=self.bpmn_id))
        ways: WaysOut = self.spec.task_specs[name]
        return ways

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
        for expression in loop_characteristics.iterchildren(
            f"{{{BPMN}}}loopCardinality", f"{{{BPMN}}}completionCondition"
        ):
            expression.text = _plain(expression.text or "")
        super()._add_multiinstance_task(loop_characteristics)
        for reference, behaviour, thrown in REPETITIONS:
            if loop_characteristics.get("behavior") == behaviour and loop_characteristics.get(reference):
                setattr(self.task, thrown, self._shared_definition(loop_characteristics.get(reference)))

    def _add_loop_task(self, loop_characteristics: etree._Element) -> None:
        for expression in loop_characteristics.iterchildren(f"{{{BPMN}}}loopCondition"):
            expression.text = _plain(expression.text or "")
        super()._add_loop_task(loop_characteristics)

    def _shared_definition(self, name: str) -> EventDefinition:
        """A definition that stands beside the processes; an activity throws a signal or an escalation."""
        root = self.node.getroottree().getroot()
        found = next((xml for xml in root if xml.get("id") == name), None)
        declared = self.process_parser.parser
        if found is not None and found.tag == f"{{{BPMN}}}signalEventDefinition":
            return SignalEventDefinition(declared.signals[found.get("signalRef")])
        if found is not None and found.tag == f"{{{BPMN}}}escalationEventDefinition":
            escalation = declared.escalations[found.get("escalationRef")]
            return EscalationEventDefinition(escalation["name"], escalation["escalation_code"])
        self.raise_validation_exception(f"{name} is no signal or escalation event definition of this file.")
        raise AssertionError


def _plain(expression: str) -> str:
    """An expression without the `=` that editors put before it."""
    return expression.strip().removeprefix("=").strip()


def ours(parser: type[TaskParser]) -> type[TaskParser]:
    """A parser of the library that reads as ours do."""
    return type(f"Our{parser.__name__}", (Activity, parser), {})


class _Event(Activity, EventDefinitionParser):
    def parse_timer_event(self, event: etree._Element) -> Moment:
        """Only dates: a duration or cycle would be counted by a clock that knows no working days."""
        found = event.find(f"{{{BPMN}}}timeDate")
        if found is None or not (found.text or "").strip():
            self.raise_validation_exception(
                "A timer needs a date. Write an expression such as start_of(working_days_after(5, …)) as its date."
            )
        return Moment(self.node.get("name", self.bpmn_id), moment_of(_plain(found.text)))


def moment_of(text: str) -> str:
    """A timer's date as an expression: a moment may stand there as it is, with its offset."""
    try:
        return repr(aware_iso(text, text))
    except ValueError:
        return text


class Start(_Event, StartEventParser):
    """Where a process or subprocess begins."""


class Catch(_Event, IntermediateCatchEventParser):
    """What a case waits for."""


class Border(_Event, BoundaryEventParser):
    """What may happen to a step meanwhile."""

    def create_task(self) -> Any:
        """The library would take a conditional event too, and a cancel event."""
        interrupts = self.node.get("cancelActivity", "true") == "true"
        paths = [ERROR_EVENT_XPATH, ESCALATION_EVENT_XPATH, MESSAGE_EVENT_XPATH, SIGNAL_EVENT_XPATH, TIMER_EVENT_XPATH]
        return self._create_task(self.get_event_definition(paths), interrupts)


class Throw(_Event, IntermediateThrowEventParser):
    """What a case lets others know on its way."""


class End(_Event, EndEventParser):
    """Where a branch ends; the library leaves signals out."""

    def create_task(self) -> Any:
        """The event, leading to the end of its process."""
        paths = [ERROR_EVENT_XPATH, ESCALATION_EVENT_XPATH, SIGNAL_EVENT_XPATH, TERMINATION_EVENT_XPATH]
        task = self._create_task(self.get_event_definition(paths))
        task.connect(self.spec.end)
        return task


class Receive(_Event):
    """A task that waits for a message, which it names itself."""

    def create_task(self) -> Any:
        """The task, waiting as a catch event does."""
        return self._create_task(self.parse_message_event(self.node))
