"""Diagrams drawn in a few lines of a test: what stands in a process, and what follows what."""

from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' id="Definitions" targetNamespace="urn:fasttrack:tests">'
)


@dataclass
class Scope:
    """A process or subprocess being drawn. Every method gives the id of what it drew."""

    drawing: "Drawing"
    id: str
    parts: list[str] = field(default_factory=list)

    def node(self, kind: str, name: str, inside: str = "", **attributes: str) -> str:
        """An element of any kind."""
        given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self.parts.append(f"<bpmn:{kind} id={quoteattr(name)}{given}>{inside}</bpmn:{kind}>")
        return name

    def flow(self, *names: str, when: str = "") -> None:
        """Arrows from each to the next; a condition is that of them all."""
        for source, target in pairwise(names):
            condition = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(when)}'
            condition += "</bpmn:conditionExpression>"
            attributes = {"sourceRef": source, "targetRef": target}
            self.node("sequenceFlow", f"{source}_{target}", condition if when else "", **attributes)

    def start(self, name: str) -> str:
        """Where it begins."""
        return self.node("startEvent", name)

    def end(self, name: str, *, event: str = "") -> str:
        """Where it ends: `terminate`, or an escalation of this code."""
        inside = "<bpmn:terminateEventDefinition/>" if event == "terminate" else self.drawing.escalation(event)
        return self.node("endEvent", name, inside)

    def user(self, name: str, *, each_of: str = "", item: str = "", one_by_one: bool = False) -> str:
        """A person's task, perhaps one for each of a list."""
        inside = '<zeebe:formDefinition formId="ask"/><zeebe:assignmentDefinition candidateGroups="clerk"/>'
        inside += _properties(accept="shape.accept")
        return self.node("userTask", name, _extended(inside) + _repeated(each_of, item, one_by_one))

    def service(
        self,
        name: str,
        *,
        handler: str = "shape.do",
        each_of: str = "",
        item: str = "",
        one_by_one: bool = False,
        **given: str,
    ) -> str:
        """A service with its properties, perhaps one for each of a list."""
        inside = f'<zeebe:taskDefinition type="{handler}"/>{_properties(**given)}'
        return self.node("serviceTask", name, _extended(inside) + _repeated(each_of, item, one_by_one))

    def script(self, name: str, *lines: str) -> str:
        """Lines of `name = expression`."""
        return self.node("scriptTask", name, f"<bpmn:script>{escape(chr(10).join(lines))}</bpmn:script>")

    def exclusive(self, name: str, *, default: str = "") -> str:
        """A gateway that goes one way; `default` is where it leads otherwise."""
        return self.node("exclusiveGateway", name, **({"default": f"{name}_{default}"} if default else {}))

    def parallel(self, name: str) -> str:
        """A gateway that goes every way, or waits for all."""
        return self.node("parallelGateway", name)

    def wait(self, name: str, date: str = "start_of(opened_on())") -> str:
        """A timer on the way."""
        return self.node("intermediateCatchEvent", name, _timer(date))

    def hear(self, name: str, message: str) -> str:
        """A message on the way."""
        return self.node("intermediateCatchEvent", name, self.drawing.message(message))

    def border(
        self, name: str, on: str, *, date: str = "", message: str = "", escalation: str = "", interrupts: bool = True
    ) -> str:
        """An event on the border of an activity."""
        inside = _timer(date) if date else self.drawing.message(message) if message else ""
        inside = inside or self.drawing.escalation(escalation)
        attributes = {"attachedToRef": on, "cancelActivity": "true" if interrupts else "false"}
        return self.node("boundaryEvent", name, inside, **attributes)

    def call(self, name: str, process: str) -> str:
        """A call of another process of the drawing."""
        return self.node("callActivity", name, calledElement=process)

    def subprocess(self, name: str, *, each_of: str = "", item: str = "", one_by_one: bool = False) -> "Scope":
        """A subprocess, to be closed once it is drawn."""
        return Scope(self.drawing, name, [_repeated(each_of, item, one_by_one)])

    def close(self, inner: "Scope") -> str:
        """Puts a finished subprocess here."""
        return self.node("subProcess", inner.id, "".join(inner.parts))


@dataclass
class Drawing:
    """A file of diagrams."""

    messages: set[str] = field(default_factory=set)
    escalations: set[str] = field(default_factory=set)
    processes: list[str] = field(default_factory=list)

    def process(self, name: str = "shape", *, gives: str = "", takes: str = "") -> Scope:
        """A process, to be closed once it is drawn; a called one takes a value and gives one back."""
        declared = ""
        if gives:
            declared = (
                f'<bpmn:ioSpecification><bpmn:dataInput id="{takes}" name="{takes}"/>'
                f'<bpmn:dataOutput id="{gives}" name="{gives}"/>'
                f"<bpmn:inputSet><bpmn:dataInputRefs>{takes}</bpmn:dataInputRefs></bpmn:inputSet>"
                f"<bpmn:outputSet><bpmn:dataOutputRefs>{gives}</bpmn:dataOutputRefs></bpmn:outputSet>"
                "</bpmn:ioSpecification>"
            )
        return Scope(self, name, [declared])

    def close(self, process: Scope) -> None:
        """Puts a finished process into the file."""
        self.processes.append(
            f'<bpmn:process id="{process.id}" isExecutable="true">{"".join(process.parts)}</bpmn:process>'
        )

    def message(self, name: str) -> str:
        """What an event that waits for a message holds."""
        self.messages.add(name)
        return f'<bpmn:messageEventDefinition messageRef="{name}"/>'

    def escalation(self, code: str) -> str:
        """What an event that throws or catches an escalation holds; nothing without a code."""
        if not code:
            return ""
        self.escalations.add(code)
        return f'<bpmn:escalationEventDefinition escalationRef="{code}_code"/>'

    @property
    def content(self) -> bytes:
        """The file."""
        messages = [f'<bpmn:message id="{name}" name="{name}"/>' for name in sorted(self.messages)]
        codes = [
            f'<bpmn:escalation id="{code}_code" name="{code}" escalationCode="{code}"/>'
            for code in sorted(self.escalations)
        ]
        return "".join([HEAD, *messages, *codes, *self.processes, "</bpmn:definitions>"]).encode()


def _extended(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def _properties(**given: str) -> str:
    each = "".join(f"<zeebe:property name={quoteattr(n)} value={quoteattr(v)}/>" for n, v in given.items())
    return f"<zeebe:properties>{each}</zeebe:properties>" if given else ""


def _repeated(each_of: str, item: str, one_by_one: bool) -> str:
    if not each_of:
        return ""
    inside = _extended(f'<zeebe:loopCharacteristics inputCollection="={each_of}" inputElement="{item}"/>')
    sequential = str(one_by_one).lower()
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">{inside}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def _timer(date: str) -> str:
    return (
        '<bpmn:timerEventDefinition><bpmn:timeDate xsi:type="bpmn:tFormalExpression">'
        f"{escape(date)}</bpmn:timeDate></bpmn:timerEventDefinition>"
    )
