"""Small absurd diagrams, made from a few words."""

from tests.engine.hostile_xml import defined

SIGNAL = '<signalEventDefinition signalRef="x"/>'
ZEEBE = ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def flow(source: str, target: str, name: str = "", inner: str = "") -> str:
    """One arrow."""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{name or f"{source}_{target}"}" {ends}>{inner}</sequenceFlow>'


def process(*parts: str, name: str = "p", more: str = "") -> str:
    """A process."""
    return f'<process id="{name}" isExecutable="true"{more}>{"".join(parts)}</process>'


def around(node: str, *more: str, name: str = "t") -> bytes:
    """A process with one step of this name between its start and its end."""
    ends = ('<startEvent id="s"/>', '<endEvent id="e"/>', flow("s", name), flow(name, "e"))
    return defined(process(node, *ends, *more), more=ZEEBE)


def chain(length: int) -> bytes:
    """Tasks in a row."""
    tasks = [f'<userTask id="t{n}"/>' for n in range(length)]
    flows = [flow("s", "t0"), *(flow(f"t{n}", f"t{n + 1}") for n in range(length - 1)), flow(f"t{length - 1}", "e")]
    return defined(process('<startEvent id="s"/>', *tasks, '<endEvent id="e"/>', *flows))


def dense(kind: str, size: int) -> bytes:
    """Gateways of which each leads to each."""
    nodes = [f'<{kind} id="g{n}"/>' for n in range(size)]
    flows = [flow(f"g{a}", f"g{b}") for a in range(size) for b in range(size)]
    ends = ('<startEvent id="s"/>', '<endEvent id="e"/>', flow("s", "g0"), flow("g0", "e"))
    return defined(process(*nodes, *ends, *flows))


def nested(depth: int) -> bytes:
    """Subprocesses in subprocesses."""
    inner = '<userTask id="t"/>' + flow("s0", "t") + flow("t", "e0")
    for n in range(depth):
        inner = f'<subProcess id="w{n}"><startEvent id="s{n}"/><endEvent id="e{n}"/>{inner}</subProcess>'
        inner += flow(f"s{n + 1}", f"w{n}") + flow(f"w{n}", f"e{n + 1}")
    return defined(process(f'<startEvent id="s{depth}"/>', f'<endEvent id="e{depth}"/>', inner))


def calling(*names: str) -> bytes:
    """Processes of which each calls the next, and the last the first."""

    def one(name: str, other: str) -> str:
        call = f'<callActivity id="c_{name}" calledElement="{other}"/>'
        ends = f'<startEvent id="s_{name}"/><endEvent id="e_{name}"/>'
        return process(ends, call, flow(f"s_{name}", f"c_{name}"), flow(f"c_{name}", f"e_{name}"), name=name)

    return defined("".join(one(name, other) for name, other in zip(names, names[1:] + names[:1], strict=True)))


def script(lines: str) -> bytes:
    """A process with this script."""
    return around(f'<scriptTask id="t"><script>{lines}</script></scriptTask>')


def condition(text: str) -> bytes:
    """A process that asks this."""
    way = flow("t", "x", inner=f"<conditionExpression>{text}</conditionExpression>")
    return around('<exclusiveGateway id="t" default="t_e"/>', '<endEvent id="x"/>', way)


def repeated(loop: str, more: str = "") -> bytes:
    """A task that is done several times."""
    return around(f'<userTask id="t">{loop}</userTask>', more)


def event(inner: str, kind: str = "intermediateCatchEvent", *more: str, attributes: str = "") -> bytes:
    """A process with this event."""
    return around(f'<{kind} id="t"{attributes}>{inner}</{kind}>', *more)


def bound(value: str) -> bytes:
    """A service bound in a strange way."""
    return around(f'<serviceTask id="t"><extensionElements>{value}</extensionElements></serviceTask>')


def timed(text: str) -> bytes:
    """A wait until then."""
    return event(f"<timerEventDefinition><timeDate>{text}</timeDate></timerEventDefinition>")


def named(name: str) -> bytes:
    """A task with this id."""
    return around(f'<userTask id="{name}"/>', name=name)


def bordered(*borders: tuple[str, str]) -> bytes:
    """Events on borders: each with what it sits on."""
    events = [
        f'<boundaryEvent id="{name}" attachedToRef="{on}">{SIGNAL}</boundaryEvent>{flow(name, "e")}'
        for name, on in borders
    ]
    return around('<userTask id="t"/>', *events)
