"""What all stories of a bundle have in common: its diagrams, what they ask for, what must hold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.bundles import Bundle, Process, compile_bundle
from engine.checks.diagram import Node
from engine.checks.events import code_of
from engine.checks.material import Material, called_by, read_material
from engine.exploration.flow import Flow, timer_text
from engine.expressions import Checked, ExpressionRefusedError, check
from engine.invariants import Rules
from engine.registry import Registry


@dataclass(frozen=True)
class World:
    """What all stories of a bundle have in common."""

    material: Material
    process: Process
    flow: Flow
    rules: Rules

    @classmethod
    def of(cls, bundle: Bundle, registry: Registry) -> "World":
        """Raises BundleRefused for a bundle that cannot be compiled, or whose invariants cannot be read."""
        material = read_material(bundle, registry)
        return cls(material, compile_bundle(bundle), Flow(material), Rules.read(bundle))

    @cached_property
    def timers(self) -> frozenset[str]:
        """The expressions of timers."""
        return frozenset(timer_text(node) for node in self.material.nodes.values()) - {""}

    @cached_property
    def refusals(self) -> Mapping[str, tuple[str, ...]]:
        """By service: the codes with which it may refuse, because something around it catches them."""
        return {
            node.id: tuple(dict.fromkeys(self._caught_around(node)))
            for node in self.material.nodes.values()
            if node.kind == "serviceTask"
        }

    @cached_property
    def touching(self) -> frozenset[str]:
        """The elements at which one token meets others, or sends something to them."""
        return frozenset(
            node.id
            for node in self.material.nodes.values()
            if (node.kind in ("parallelGateway", "inclusiveGateway") and len(node.scope.incoming(node)) > 1)
            or (node.kind in ("endEvent", "intermediateThrowEvent") and node.events)
        )

    def called(self, elements: Iterable[str]) -> tuple[set[str], set[str]]:
        """By which names timers are armed and tasks are open where tokens stand at these elements.

        A timer on the border of what goes on counts as armed, also when its moment has passed.
        """
        armed: set[str] = set()
        open_tasks: set[str] = set()
        for element in elements:
            armed |= self._armed.get(element, frozenset())
            open_tasks |= self._open.get(element, frozenset())
        return armed, open_tasks

    @cached_property
    def _armed(self) -> Mapping[str, frozenset[str]]:
        """By element: what a timer there is called, or the timers on its border."""
        found: dict[str, frozenset[str]] = {}
        for node in self.material.nodes.values():
            if node.event == "timer":
                for element in {node.id, node.attached_to} - {""}:
                    found[element] = found.get(element, frozenset()) | self.names(node.id)
        return found

    @cached_property
    def _open(self) -> Mapping[str, frozenset[str]]:
        return {node.id: self.names(node.id) for node in self.material.nodes.values() if node.kind == "userTask"}

    def is_beside(self, element: str) -> bool:
        """Whether an event happens on the border of an activity without ending it."""
        return self._borders.get(element) is False

    def interrupts(self, element: str) -> bool:
        """Whether an event on the border of an activity ends it."""
        return self._borders.get(element) is True

    @cached_property
    def _borders(self) -> Mapping[str, bool]:
        """By boundary event: whether it interrupts."""
        return {node.id: node.interrupts for node in self.material.nodes.values() if node.kind == "boundaryEvent"}

    def names(self, element: str) -> frozenset[str]:
        """What an element is called by in invariants: its id, form, handlers, message, what its timer counts with."""
        if element not in self._names:
            self._names[element] = frozenset(self._named(element))
        return self._names[element]

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        return {}

    def _named(self, element: str) -> Iterator[str]:
        yield element
        node = self.material.nodes.get(element)
        if node is None:
            return
        binding = node.binding
        accept = binding.properties.get("accept", "")
        yield from {binding.form, binding.handler, binding.message, binding.decision, accept} - {""}
        if node.event == "timer":
            used = checked(timer_text(node))
            yield from (*used.policy, *used.functions) if used is not None else ()

    def _caught_around(self, node: Node) -> Iterator[str]:
        diagram = self.material.diagrams[node.scope.file]
        for border in node.scope.nodes.values():
            if border.attached_to == node.id and border.event == "error":
                yield code_of(diagram, border)
        if node.scope.parent is not None:
            yield from self._caught_around(node.scope.parent)
        for call in self.material.calls:
            if node.scope.parent is None and called_by(call) == node.scope.id:
                yield from self._caught_around(call)


def checked(text: str) -> Checked | None:
    """An expression's parts; nothing where it may not be evaluated at all."""
    try:
        return check(text)
    except ExpressionRefusedError:
        return None
