"""The names that an expression can count on where it stands.

A step's own results are known from the diagram: what a script sets, the result of a service or decision, the item of a
list, the inputs and outputs of a called process. What a person's `accept` or a message brings is known only when it
happens; after one of these every name may be there, so only functions and policy can be checked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bindings import BPMN
from engine.checks.diagram import Diagram, Node, Scope
from engine.checks.paths import Paths
from engine.expressions import ExpressionRefusedError, check_script

# How many instances of a step there are, by the names that BPMN 2.0 gives them.
NUMBERS = frozenset(
    {"numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances"}
)


@dataclass(frozen=True)
class Names:
    """Names that are set, and whether others may be too."""

    known: frozenset[str] = frozenset()
    open: bool = False

    def __or__(self, other: "Names") -> "Names":
        return Names(self.known | other.known, self.open or other.open)

    def may_hold(self, name: str) -> bool:
        """Whether something may have this name here."""
        return self.open or name in self.known


class NamesInDiagrams:
    """Works out, for every node of a bundle's diagrams, which names are set before it."""

    def __init__(self, diagrams: Mapping[str, Diagram]) -> None:
        self._diagrams = diagrams
        self._processes = {scope.id: scope for diagram in diagrams.values() for scope in diagram.processes}
        self._before: dict[int, Names] = {}

    def at(self, node: Node) -> Names:
        """The names that an expression of this node can use."""
        repetition = node.repetition
        item = Names(frozenset({repetition.item})) if repetition and repetition.item else Names()
        again = self.set_by_one(node) if node.loop is not None else Names()
        return self.before(node) | item | again

    def after_one(self, node: Node) -> Names:
        """The names that stand when an instance of a step is done, with the numbers of its instances."""
        return self.at(node) | self.set_by_one(node) | Names(NUMBERS)

    def before(self, node: Node) -> Names:
        """The names that are set when a token comes to this node."""
        if id(node) not in self._before:
            guarded = node.scope.nodes.get(node.attached_to)
            if guarded is not None and guarded.kind == "boundaryEvent":
                guarded = None  # named by the check of structure
            self._before[id(node)] = self.before(guarded) if guarded is not None else self._before_inner(node)
        return self._before[id(node)]

    def set_in(self, scope: Scope) -> Names:
        """The names that anything in a process or subprocess sets."""
        found = Names()
        for node in scope.nodes.values():
            found |= self._set_by(node)
        return found

    def _before_inner(self, node: Node) -> Names:
        found = self._at_start(node.scope)
        for other in Paths(node.scope).before(node):
            found |= self._set_by(node.scope.nodes[other])
        return found

    def _at_start(self, scope: Scope) -> Names:
        if scope.parent is not None:
            return self.at(scope.parent)
        given = [*inputs_of_process(scope)]
        return Names(frozenset(given))

    def _set_by(self, node: Node) -> Names:
        repetition = node.repetition
        if repetition is not None:
            # What one instance sets is dropped; only the list that collects outputs is left.
            return Names(frozenset({repetition.output} - {""}))
        return self.set_by_one(node)

    def set_by_one(self, node: Node) -> Names:
        """The names that a step sets when it is done once."""
        inner = self._diagrams[node.scope.file].within(node)
        if inner is not None:
            return self.set_in(inner)
        match node.kind:
            case "scriptTask":
                return Names(frozenset(assigned(node)))
            case "serviceTask" | "businessRuleTask":
                return Names(frozenset({node.binding.result} - {""}))
            case "userTask":
                return Names(open=bool(node.binding.properties.get("accept")))
            case "callActivity":
                called = self._processes.get(str(node.xml.get("calledElement", "")))
                given = [] if called is None else [*outputs_of_process(called)]
                return Names(frozenset(given), open=called is None)
            case _:
                return Names(open=node.event == "message")


def set_by_step(node: Node) -> list[str]:
    """The names that a step sets without asking anybody, each instance for itself."""
    if node.kind == "scriptTask":
        return assigned(node)
    return [node.binding.result] if node.kind in ("serviceTask", "businessRuleTask") and node.binding.result else []


def assigned(node: Node) -> list[str]:
    """The names that a script step sets; none when it cannot be read."""
    try:
        return [line.name for line in check_script(script_of(node))]
    except ExpressionRefusedError:
        return []


def script_of(node: Node) -> str:
    """The lines of a script step."""
    found = node.xml.find(f"{{{BPMN}}}script")
    return "" if found is None else "".join(found.itertext())


def inputs_of_process(process: Scope) -> Iterator[str]:
    """The names that a called process is given."""
    return _declared(process, "dataInput", "inputSet", "dataInputRefs")


def outputs_of_process(process: Scope) -> Iterator[str]:
    """The names that a called process gives back."""
    return _declared(process, "dataOutput", "outputSet", "dataOutputRefs")


def _declared(process: Scope, kind: str, group: str, reference: str) -> Iterator[str]:
    # The library heeds only what the set lists too.
    specification = process.xml.find(f"{{{BPMN}}}ioSpecification")
    if specification is None:
        return
    listed = {
        "".join(ref.itertext()).strip() for ref in specification.iterfind(f"{{{BPMN}}}{group}/{{{BPMN}}}{reference}")
    }
    for declared in specification.iterfind(f"{{{BPMN}}}{kind}"):
        if declared.get("id") in listed:
            yield str(declared.get("id"))
