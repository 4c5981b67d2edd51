"""Diagrams that are hostile or absurd though they are XML, by what each tries."""

# ruff: noqa: E501 - absurd things are long

from collections.abc import Callable, Mapping

from tests.engine.absurd import (
    around,
    bordered,
    bound,
    calling,
    chain,
    condition,
    dense,
    event,
    flow,
    named,
    nested,
    process,
    repeated,
    script,
    timed,
)
from tests.engine.hostile_xml import BODY, defined

INT = "9" * 5_000  # more digits than Python reads
MI = "multiInstanceLoopCharacteristics"
HOSTILE_BPMN: Mapping[str, Callable[[], bytes]] = {
    "no process": lambda: defined(""),
    "a process of nothing": lambda: defined(process()),
    "another root": lambda: b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2"/>',
    "an older namespace": lambda: defined().replace(b"20100524", b"20090601"),
    "no namespace": lambda: defined().replace(b'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"', b""),
    "definitions in definitions": lambda: defined(defined().decode()),
    "a process in a process": lambda: defined(process(BODY, name="outer")),
    "a start outside": lambda: defined('<startEvent id="x"/>' + BODY),
    "no ids at all": lambda: defined(BODY.replace(' id="t"', "").replace(' id="p"', "").replace(' id="f"', "")),
    "empty ids": lambda: defined(BODY.replace('id="t"', 'id=""').replace('id="p"', 'id=""')),
    "one id for all": lambda: defined(BODY.replace('id="t"', 'id="p"').replace('id="e"', 'id="p"')),
    "two processes of one id": lambda: defined(BODY + BODY),
    "5,000 processes": lambda: defined("".join(BODY.replace('"', f'"x{n}', 1) for n in range(5_000))),
    "3,000 calls of each other": lambda: calling(*(f"p{n}" for n in range(3_000))),
    "a process that calls itself": lambda: calling("p"),
    "three that call each other": lambda: calling("p", "q", "r"),
    "a call of nothing": lambda: around('<callActivity id="t"/>'),
    "a call of an expression": lambda: around('<callActivity id="t" calledElement="=which"/>'),
    "a call of a task": lambda: around('<callActivity id="t" calledElement="t"/>'),
    "an id with a space": lambda: named("a b"),
    "an id with a slash": lambda: named("a/../b"),
    "an id with quotes": lambda: named("a&quot;'b"),
    "an id with a line break": lambda: named("a&#10;b"),
    "an id of other letters": lambda: named("\u00fcben\u4e00"),
    "an id of pictures": lambda: named("\U0001f4a3"),
    "an id of a megabyte": lambda: named("x" * 1_000_000),
    "ids of the library": lambda: named("End"),
    "ids of Python": lambda: named("__class__"),
    "a flow from nowhere": lambda: around('<userTask id="t"/>', flow("nowhere", "t")),
    "a flow to a process": lambda: around('<userTask id="t"/>', flow("t", "p")),
    "a flow to itself": lambda: around('<userTask id="t"/>', flow("t", "t")),
    "a flow back to the start": lambda: around('<userTask id="t"/>', flow("e", "s")),
    "a flow into a subprocess": lambda: around(
        '<subProcess id="t"><startEvent id="i"/><endEvent id="j"/></subProcess>', flow("s", "j")
    ),
    "flows without ids": lambda: defined(BODY.replace(' id="f"', "").replace(' id="g"', "")),
    "a default of another": lambda: around('<exclusiveGateway id="t" default="s_t"/>'),
    "a default of itself": lambda: around('<exclusiveGateway id="t" default="t"/>'),
    "gateways that go round": lambda: around('<exclusiveGateway id="t" default="t_t"/>', flow("t", "t")),
    "tokens without end": lambda: around('<parallelGateway id="t"/>', flow("t", "t"), flow("t", "t", "again")),
    "dense exclusive gateways": lambda: dense("exclusiveGateway", 40),
    "dense parallel gateways": lambda: dense("parallelGateway", 40),
    "dense inclusive gateways": lambda: dense("inclusiveGateway", 40),
    "a gateway of events that is its own": lambda: around('<eventBasedGateway id="t"/>', flow("t", "t")),
    "300 steps in a row": lambda: chain(300),
    "395 steps in a row": lambda: chain(395),
    "20,000 steps in a row": lambda: chain(20_000),
    "30 subprocesses deep": lambda: nested(30),
    "120 subprocesses deep": lambda: nested(120),
    "400 subprocesses deep": lambda: nested(400),
    "an event on its own border": lambda: bordered(("b", "b")),
    "events on each other's borders": lambda: bordered(("b", "c"), ("c", "b")),
    "an event on the border of a gateway": lambda: bordered(("b", "s")),
    "an event on the border of nothing": lambda: bordered(("b", "nowhere")),
    "an event on the border of its process": lambda: bordered(("b", "p")),
    "300 events on one border": lambda: bordered(*((f"b{n}", "t") for n in range(300))),
    "lanes in lanes": lambda: defined(
        BODY.replace(
            "<startEvent",
            '<laneSet id="l"><lane id="m">'
            + "<childLaneSet><lane>" * 100
            + "</lane></childLaneSet>" * 100
            + "</lane></laneSet><startEvent",
        )
    ),
    "a lane of lanes": lambda: defined(
        BODY.replace(
            "<startEvent",
            '<laneSet id="l"><lane id="m"><flowNodeRef>m</flowNodeRef><flowNodeRef>l</flowNodeRef></lane></laneSet><startEvent',
        )
    ),
    "a condition of a megabyte": lambda: condition("a" * 1_000_000),
    "a condition of brackets": lambda: condition("(" * 50_000 + "1" + ")" * 50_000),
    "a condition of nots": lambda: condition("not " * 50_000 + "True"),
    "a condition of Python": lambda: condition("__import__('os').system('true')"),
    "a condition with elements": lambda: condition("True<task id='x'/>False"),
    "a condition with remarks": lambda: condition("True<!-- and False --><?x y?>"),
    "a condition of spaces": lambda: condition("   "),
    "a condition of many names": lambda: condition(" or ".join(f"n{n} == {n}" for n in range(60))),
    "a script of Python": lambda: script("import os"),
    "a script of a megabyte": lambda: script("x = 1\n" * 150_000),
    "a script of nothing": lambda: script(""),
    "a script that takes names": lambda: script("typename = 1\npolicy = 2\n__class__ = 3"),
    "a step that is a list of nothing": lambda: repeated(f"<{MI}/>"),
    "a billion times": lambda: repeated(f"<{MI}><loopCardinality>1000000000</loopCardinality></{MI}>"),
    "minus one time": lambda: repeated(f"<{MI}><loopCardinality>-1</loopCardinality></{MI}>"),
    "half a time": lambda: repeated(f"<{MI}><loopCardinality>0.5</loopCardinality></{MI}>"),
    "very many times": lambda: repeated(f'<standardLoopCharacteristics loopMaximum="{INT}"/>'),
    "for ever": lambda: around(
        '<scriptTask id="t"><standardLoopCharacteristics><loopCondition>True</loopCondition></standardLoopCharacteristics><script>x = 1</script></scriptTask>'
    ),
    "every kind of repetition": lambda: repeated(f"<{MI}/><{MI}/><standardLoopCharacteristics/>"),
    "an event for each that is none": lambda: repeated(
        f'<{MI} behavior="None" noneBehaviorEventRef="p"><loopCardinality>2</loopCardinality></{MI}>'
    ),
    "instances that take a name": lambda: bound(
        '<zeebe:loopCharacteristics inputCollection="=__import__" inputElement="typename"/>'
    ),
    "a message that is a signal": lambda: event('<messageEventDefinition messageRef="x"/>').replace(
        b"<process", b'<signal id="x" name="y"/><process'
    ),
    "a signal that is a message": lambda: event('<signalEventDefinition signalRef="p"/>'),
    "an error that is a process": lambda: event('<errorEventDefinition errorRef="p"/>', "endEvent"),
    "a definition that is a process": lambda: event("<eventDefinitionRef>p</eventDefinitionRef>"),
    "a definition of itself": lambda: event("<eventDefinitionRef>t</eventDefinitionRef>"),
    "a definition of nothing": lambda: event("<eventDefinitionRef/>"),
    "every definition at once": lambda: event(
        "".join(
            f"<{kind}EventDefinition/>"
            for kind in (
                "timer",
                "message",
                "signal",
                "error",
                "escalation",
                "link",
                "terminate",
                "compensate",
                "cancel",
                "conditional",
            )
        )
    ),
    "a link to itself": lambda: event('<linkEventDefinition name="t"/>', "intermediateThrowEvent"),
    "links that go round": lambda: event(
        '<linkEventDefinition name="t"/>',
        "intermediateCatchEvent",
        '<intermediateThrowEvent id="u"><linkEventDefinition name="t"/></intermediateThrowEvent>',
        flow("t", "u"),
    ),
    "a message of an address": lambda: defined(
        '<message id="m" name="../../etc/passwd"/>'
        + process(
            '<startEvent id="s"/><receiveTask id="t" messageRef="m"/><endEvent id="e"/>', flow("s", "t"), flow("t", "e")
        )
    ),
    "a moment of the year 99999": lambda: timed("99999-01-01T00:00:00Z"),
    "a moment of no time": lambda: timed("2026-13-45T99:99:99+99:99"),
    "a moment of Python": lambda: timed("__import__('time').sleep(9)"),
    "a moment of a megabyte": lambda: timed("9" * 1_000_000),
    "a duration and a date": lambda: event(
        "<timerEventDefinition><timeDate>x</timeDate><timeDuration>PT1S</timeDuration></timerEventDefinition>"
    ),
    "a truth that is none": lambda: around('<subProcess id="t" triggeredByEvent="TRUE"/>'),
    "a number that is too long": lambda: around(f'<userTask id="t" startQuantity="{INT}"/>'),
    "a process that may not be run": lambda: defined(BODY.replace('"true"', '"maybe"')),
    "inputs of nothing": lambda: defined(
        process(
            "<ioSpecification><inputSet><dataInputRefs>x</dataInputRefs></inputSet><outputSet/></ioSpecification>",
            '<startEvent id="s"/><endEvent id="e"/>',
            flow("s", "e"),
        )
    ),
    "inputs that take a name": lambda: defined(
        process(
            '<ioSpecification><dataInput id="__class__"/><inputSet><dataInputRefs>__class__</dataInputRefs></inputSet><outputSet/></ioSpecification>',
            '<startEvent id="s"/><endEvent id="e"/>',
            flow("s", "e"),
        )
    ),
    "data objects two levels down": lambda: around(
        '<subProcess id="t"><subProcess id="u"><userTask id="v"><dataInputAssociation><sourceRef>d</sourceRef><targetRef>x</targetRef></dataInputAssociation></userTask></subProcess></subProcess>',
        '<dataObject id="o"/><dataObjectReference id="d" dataObjectRef="o"/>',
    ),
    "a handler of Python": lambda: bound('<zeebe:taskDefinition type="os.system"/>'),
    "a handler of a megabyte": lambda: bound(f'<zeebe:taskDefinition type="{"x" * 1_000_000}"/>'),
    "properties of every name": lambda: bound(
        '<zeebe:taskDefinition type="x"/><zeebe:properties>'
        + "".join(
            f'<zeebe:property name="{name}" value="=x"/>'
            for name in ("", "call", "self", "__class__", "result", "accept", "1", "a b")
        )
        + "</zeebe:properties>"
    ),
    "elements in extensions": lambda: bound('<task id="x"/><process id="y"/>'),
    "extensions of extensions": lambda: bound("<x xmlns='urn:x'>" * 100 + "</x>" * 100),
    "ad hoc, without anything": lambda: around('<adHocSubProcess id="t"/>'),
    "compensation of everything": lambda: around(
        '<userTask id="t" isForCompensation="true"/>',
        '<intermediateThrowEvent id="u"><compensateEventDefinition activityRef="u"/></intermediateThrowEvent>',
    ),
    "a collaboration of itself": lambda: defined(
        '<collaboration id="c"><participant id="a" processRef="c"/><messageFlow id="m" sourceRef="m" targetRef="m"/></collaboration>'
        + BODY
    ),
    "pictures of nothing": lambda: defined(
        BODY
        + '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"><di:BPMNPlane bpmnElement="p">'
        + '<di:BPMNShape bpmnElement="t"><dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="NaN" y="1e999"/></di:BPMNShape>'
        * 20_000
        + "</di:BPMNPlane></di:BPMNDiagram>"
    ),
}
