"""The ways a token can take through a process or subprocess."""

from collections.abc import Collection, Iterable

from engine.checks.diagram import Node, Scope


class Paths:
    """Where tokens can go from where, inside one process or subprocess."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._next: dict[str, list[str]] = {node: [] for node in scope.nodes}
        self._last: dict[str, list[str]] = {node: [] for node in scope.nodes}
        self._borders: dict[str, list[str]] = {node: [] for node in scope.nodes}
        for flow in scope.flows:
            if flow.source in self._next and flow.target in scope.nodes:
                self._next[flow.source].append(flow.target)
                self._last[flow.target].append(flow.source)
        for node in scope.nodes.values():
            if node.attached_to in self._borders:
                self._borders[node.attached_to].append(node.id)
                self._last[node.id].append(node.attached_to)

    def from_start(self, *, without: Collection[str] = ()) -> set[str]:
        """The nodes that a token can reach from the start, never going on from those in `without`."""
        return self._walk([start.id for start in self.scope.starts], without)

    def after(self, node: Node, *, without: Collection[str] = ()) -> set[str]:
        """The nodes that a token can reach after this one, itself too where there is a loop."""
        return self._walk([*self._next[node.id], *self._borders[node.id]], without)

    def loops(self, node: Node, *, without: Collection[str] = ()) -> bool:
        """Whether a token that has left a node can come to it again."""
        return node.id in self.after(node, without=without)

    def before(self, node: Node) -> set[str]:
        """The nodes after which a token can reach this one."""
        reached: set[str] = set()
        waiting = [*self._last[node.id]]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += self._last[name]
        return reached

    def _walk(self, begin: Iterable[str], without: Collection[str]) -> set[str]:
        reached: set[str] = set()
        waiting = list(begin)
        while waiting:
            node = waiting.pop()
            if node in reached:
                continue
            reached.add(node)
            # What interrupts a step leaves it before it has done anything: its border stays open.
            waiting += self._borders[node]
            if node not in without:
                waiting += self._next[node]
        return reached
