"""How names travel through a bundle: who sets them, which are asked for, and where they still matter."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from engine.bindings import BPMN
from engine.checks.diagram import GATEWAYS, Node, Scope, plain, text_of
from engine.checks.material import Material, called_by
from engine.checks.names import assigned, inputs_of_process, outputs_of_process, script_of
from engine.exploration.answers import Answers
from engine.expressions import Checked, ExpressionRefusedError, check, check_script

Point = tuple[str, str]  # an element, and the side of it: "in" or "out"


@dataclass(frozen=True)
class Way:
    """One step along which data goes from a point to a point: only some names, or all but some."""

    to: Point
    only: frozenset[str] | None = None
    but: frozenset[str] = frozenset()

    def lets(self, name: str) -> bool:
        """Whether a name goes this way."""
        return name not in self.but and (self.only is None or name in self.only)


@dataclass
class Flow:
    """The ways of a bundle, followed across subprocesses, calls and borders."""

    material: Material
    reads: dict[Point, list[Checked]] = field(default_factory=dict)  # what is evaluated on coming to, or leaving, it
    _on: dict[Point, list[Way]] = field(default_factory=dict)
    _back: dict[Point, list[Way]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for diagram in self.material.diagrams.values():
            for scope in diagram.scopes:
                self._join(scope)
        for node in self.material.nodes.values():
            self.reads[node.id, "in"] = [*_read_on_coming(node)]
            self.reads[node.id, "out"] = [*_read_on_leaving(node)]

    @cached_property
    def answers(self) -> Answers:
        """The values that the names are tried with."""
        return Answers(self.material, (used for expressions in self.reads.values() for used in expressions))

    @property
    def deciding(self) -> frozenset[str]:
        """The names whose value decides a way."""
        return self.answers.deciding

    @cached_property
    def asked(self) -> Mapping[str, frozenset[str]]:
        """The names that each user task and message brings, because a way behind it depends on them."""
        found: dict[str, set[str]] = {}
        by_steps = {name for node in self.material.nodes.values() for name in _set_by(node)}
        for element in self.material.nodes:
            for side in ("in", "out"):
                for name in self._wanted_at((element, side)) - by_steps:
                    for brought_by in self._brought_by((element, side), name):
                        found.setdefault(brought_by, set()).add(name)
        for node in self.material.nodes.values():
            if node.repetition is not None and node.repetition.output_item and brings(node):
                found.setdefault(node.id, set()).add(node.repetition.output_item)
        return {element: frozenset(names) for element, names in found.items()}

    def matters(self, element: str) -> frozenset[str]:
        """The names that still decide something after a token has left an element."""
        if element not in self._matters:
            names = self.deciding - self.asked.get(element, frozenset())
            self._matters[element] = frozenset(name for name in names if self._is_read_after(element, name))
        return self._matters[element]

    @cached_property
    def _matters(self) -> dict[str, frozenset[str]]:
        return {}

    def _wanted_at(self, point: Point) -> set[str]:
        """The names without which a token cannot pass a point: they decide its way, or are given back."""
        wanted = {name for used in self.reads[point] for name in used.names} & self.deciding
        node = self.material.nodes[point[0]]
        around = node.scope.parent
        if node.kind == "endEvent" and around is None and node.scope.id in self.material.called:
            wanted |= set(outputs_of_process(node.scope)) - set(inputs_of_process(node.scope))
        if node.kind == "endEvent" and around is not None and around.repetition is not None:
            wanted |= {around.repetition.output_item} - {""}
        return wanted

    def _is_read_after(self, element: str, name: str) -> bool:
        seen: set[Point] = set()
        waiting: list[Point] = [(element, "out")]
        while waiting:
            point = waiting.pop()
            if any(name in used.names for used in self.reads.get(point, ())):
                return True
            for way in self._on.get(point, ()):
                node, side = way.to
                answered = side == "out" and point == (node, "in") and name in self.asked.get(node, ())
                if way.to in seen or answered or not way.lets(name):
                    continue
                seen.add(way.to)
                waiting.append(way.to)
        return False

    def _brought_by(self, point: Point, name: str) -> Iterator[str]:
        element, side = point
        if side == "out" and brings(self.material.nodes.get(element)):
            yield element
            return
        seen: set[Point] = set()
        waiting: list[Point] = [point]
        while waiting:
            point = waiting.pop()
            for way in self._back.get(point, ()):
                if way.to in seen or not way.lets(name):
                    continue
                seen.add(way.to)
                node, side = way.to
                if side == "out" and brings(self.material.nodes.get(node)):
                    yield node
                else:
                    waiting.append(way.to)

    # --- the ways

    def _join(self, scope: Scope) -> None:
        for flow in scope.flows:
            if flow.source in scope.nodes and flow.target in scope.nodes:
                self._way((flow.source, "out"), (flow.target, "in"))
        for node in scope.nodes.values():
            inner = self.material.diagrams[scope.file].within(node)
            called = self.material.processes.get(called_by(node)) if node.kind == "callActivity" else None
            if inner is not None:
                self._through(node, inner)
            elif called is not None:
                given, returned = frozenset(inputs_of_process(called)), frozenset(outputs_of_process(called))
                self._through(node, called, into=given, back=returned)
                self._way((node.id, "in"), (node.id, "out"), but=returned)
            else:
                self._way((node.id, "in"), (node.id, "out"), but=frozenset(_set_by(node)))
            if node.loop is not None or node.repetition is not None:
                self._way((node.id, "out"), (node.id, "in"))
            if node.attached_to in scope.nodes:
                self._border(node, scope.nodes[node.attached_to])

    def _through(
        self, node: Node, inner: Scope, *, into: frozenset[str] | None = None, back: frozenset[str] | None = None
    ) -> None:
        for start in inner.starts:
            self._way((node.id, "in"), (start.id, "in"), only=into)
        for end in inner.nodes.values():
            if end.kind == "endEvent":
                self._way((end.id, "out"), (node.id, "out"), only=back)

    def _border(self, node: Node, guarded: Node) -> None:
        self._way((guarded.id, "in"), (node.id, "in"))
        # An escalation brings along what stood on the branch that threw it.
        inner = self.material.diagrams[node.scope.file].within(guarded)
        for thrower in inner.nodes.values() if inner is not None else ():
            self._way((thrower.id, "out"), (node.id, "in"))

    def _way(
        self, begin: Point, end: Point, *, only: frozenset[str] | None = None, but: frozenset[str] = frozenset()
    ) -> None:
        self._on.setdefault(begin, []).append(Way(end, only, but))
        self._back.setdefault(end, []).append(Way(begin, only, but))


def brings(node: Node | None) -> bool:
    """Whether a person's answers may set names here."""
    if node is None or not (node.kind == "userTask" or node.event == "message"):
        return False
    return bool(node.binding.properties.get("accept"))


def _set_by(node: Node) -> list[str]:
    """The names that a step sets without asking anybody."""
    repetition = node.repetition
    if repetition is not None:
        return [repetition.output] if repetition.output else []
    if node.kind == "scriptTask":
        return assigned(node)
    return [node.binding.result] if node.kind in ("serviceTask", "businessRuleTask") and node.binding.result else []


def _read_on_coming(node: Node) -> Iterator[Checked]:
    repetition = node.repetition
    texts = [] if repetition is None else [repetition.collection, repetition.times]
    if node.kind in GATEWAYS:
        texts += [plain(flow.condition) for flow in node.scope.outgoing(node) if flow.condition]
    yield from _checked(texts)
    if node.kind == "scriptTask":
        with suppress(ExpressionRefusedError):  # named by the checker
            yield from (line.expression for line in check_script(script_of(node)))


def _read_on_leaving(node: Node) -> Iterator[Checked]:
    repetition, loop = node.repetition, node.loop
    texts = [] if repetition is None else [plain(repetition.condition)]
    texts += [] if loop is None else [plain(text_of(loop.find(f"{{{BPMN}}}loopCondition")))]
    if node.kind not in GATEWAYS:
        texts += [plain(flow.condition) for flow in node.scope.outgoing(node) if flow.condition]
    yield from _checked(texts)


def _checked(texts: Iterable[str]) -> Iterator[Checked]:
    for text in texts:
        with suppress(ExpressionRefusedError):  # named by the checker
            if text:
                yield check(text)


def timer_text(node: Node) -> str:
    """The expression of a timer event."""
    return plain(text_of(node.events[0].find(f"{{{BPMN}}}timeDate"))) if node.event == "timer" else ""
