"""A second reading of BPMN's flow: tokens on arrows, moved by the book; and drawings at random to try it on."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

GATEWAYS = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}
Holds = Callable[[str], bool]


@dataclass(frozen=True)
class Arrow:
    """A flow. Conditional ones hold when the game says so."""

    id: str
    source: int
    target: int
    conditional: bool = False


@dataclass
class Drawing:
    """Nodes by number: `start`, `end`, `task`, `xor`, `and`, `or`; arrows; and which arrow is a node's default."""

    kinds: list[str]
    arrows: list[Arrow] = field(default_factory=list)
    defaults: dict[int, str] = field(default_factory=dict)

    def out(self, node: int) -> list[Arrow]:
        """The arrows that leave a node."""
        return [arrow for arrow in self.arrows if arrow.source == node]

    def into(self, node: int) -> list[Arrow]:
        """The arrows that reach a node."""
        return [arrow for arrow in self.arrows if arrow.target == node]

    def xml(self) -> bytes:
        """The drawing as BPMN."""
        lines = [
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:random">',
            '<process id="random" isExecutable="true">',
        ]
        for number, kind in enumerate(self.kinds):
            tag = GATEWAYS.get(kind) or {"start": "startEvent", "end": "endEvent", "task": "userTask"}[kind]
            default = f' default="{self.defaults[number]}"' if number in self.defaults else ""
            lines.append(f'<{tag} id="N{number}"{default}/>')
        for arrow in self.arrows:
            condition = f"<conditionExpression>holds('{arrow.id}')</conditionExpression>" if arrow.conditional else ""
            ends = f'sourceRef="N{arrow.source}" targetRef="N{arrow.target}"'
            lines.append(f'<sequenceFlow id="{arrow.id}" {ends}>{condition}</sequenceFlow>')
        return "\n".join([*lines, "</process>", "</definitions>"]).encode()


class Game:
    """Tokens on a drawing. What moves by itself moves until nothing does; people's tasks are done by `complete`."""

    def __init__(self, drawing: Drawing, holds: Holds) -> None:
        self.drawing, self.holds = drawing, holds
        self.on = Counter[str]()  # tokens on arrows
        self.at = Counter[int]()  # tokens in tasks
        self._leave(0)

    @property
    def tasks(self) -> Counter[str]:
        """The tasks that wait for a person."""
        return Counter({f"N{node}": count for node, count in self.at.items() if count})

    @property
    def is_over(self) -> bool:
        """Whether no token is left."""
        return not self.on.total() and not self.at.total()

    def complete(self, task: str) -> None:
        """A person has done a task."""
        self.at[int(task[1:])] -= 1
        self._leave(int(task[1:]))

    def _leave(self, node: int) -> None:
        for arrow in self._ways(node):
            self.on[arrow.id] += 1
        while self._move(self._moves_alone) or self._move(self._synchronises):
            pass

    def _ways(self, node: int) -> list[Arrow]:
        arrows, kind = self.drawing.out(node), self.drawing.kinds[node]
        holding = [arrow for arrow in arrows if arrow.conditional and self.holds(arrow.id)]
        default = [arrow for arrow in arrows if arrow.id == self.drawing.defaults.get(node)]
        always = [arrow for arrow in arrows if not arrow.conditional and arrow not in default]
        if kind == "xor":
            return (holding or default or always)[:1]
        return always + (holding or default)

    def _move(self, enabled: Callable[[int], list[Arrow]]) -> bool:
        for node, kind in enumerate(self.drawing.kinds):
            taken = enabled(node)
            if taken:
                for arrow in taken:
                    self.on[arrow.id] -= 1
                if kind == "task":
                    self.at[node] += 1
                elif kind != "end":
                    for arrow in self._ways(node):
                        self.on[arrow.id] += 1
                return True
        return False

    def _moves_alone(self, node: int) -> list[Arrow]:
        arrows = self.drawing.into(node)
        marked = [arrow for arrow in arrows if self.on[arrow.id]]
        if self.drawing.kinds[node] == "and":
            return marked if len(marked) == len(arrows) else []
        return [] if self.drawing.kinds[node] == "or" and len(arrows) > 1 else marked[:1]

    def _synchronises(self, node: int) -> list[Arrow]:
        arrows = self.drawing.into(node)
        marked = [arrow for arrow in arrows if self.on[arrow.id]]
        if self.drawing.kinds[node] != "or" or not marked:
            return []
        empty = {arrow.id for arrow in arrows} - {arrow.id for arrow in marked}
        elsewhere = [
            self._reach(arrow.target, node) for arrow in self.drawing.arrows if self._is_elsewhere(arrow, node)
        ]
        elsewhere += [self._reach(at, node) for at, count in self.at.items() if count]
        blocked = any(reach & empty and not reach - empty for reach in elsewhere)
        return [] if blocked else marked

    def _is_elsewhere(self, arrow: Arrow, node: int) -> bool:
        return bool(self.on[arrow.id]) and arrow.target != node

    def _reach(self, begin: int, join: int) -> set[str]:
        """The arrows into a join that a token can come by, never through the join."""
        seen, waiting, found = set[int](), [begin], set[str]()
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            for arrow in self.drawing.out(node):
                if arrow.target == join:
                    found.add(arrow.id)
                else:
                    waiting.append(arrow.target)
        return found


def random_drawing(pick: random.Random) -> Drawing:
    """A drawing in which every loop passes a person's task, and no inclusive join stands in a loop."""
    size = pick.randint(3, 9)
    pairs = [(pick.randrange(node), node) for node in range(1, size)]
    pairs += [(pick.randrange(node), node) for node in range(2, size) for _ in range(pick.randrange(2))]
    kinds = ["start"] + [pick.choice(["task", "task", "xor", "and", "or"]) for _ in range(size - 1)]
    targets = [node for node in range(1, size) if kinds[node] == "task"]
    sources = [node for node in range(1, size) if kinds[node] in ("xor", "or", "task")]
    back = []
    if targets and sources:
        back = [(pick.choice(sources), pick.choice(targets)) for _ in range(pick.randrange(3))]
        back = [(source, target) for source, target in back if source >= target]
    ends = [node for node in range(size) if all(source != node for source, _ in pairs)]
    drawing = Drawing([*kinds, *("end" for _ in ends)])
    pairs += [(node, size + number) for number, node in enumerate(ends)]
    looping = {source for source, _ in back}
    for number, (source, target) in enumerate([*pairs, *back]):
        leaving = sum(1 for begin, _ in [*pairs, *back] if begin == source)
        chosen = kinds[source] in ("xor", "or") and leaving > 1
        chosen = chosen or (kinds[source] == "task" and leaving > 1 and (source in looping or pick.random() < 0.3))
        drawing.arrows.append(Arrow(f"F{number}", source, target, chosen))
    _give_defaults(drawing, {target for _, target in back})
    for node, kind in enumerate(drawing.kinds):
        if kind == "or" and len(drawing.into(node)) > 1 and _loops(drawing, node):
            drawing.kinds[node] = "xor"
    return drawing


def _give_defaults(drawing: Drawing, begun_again: set[int]) -> None:
    """Every node with conditions gets a way that is always there, one that leads on."""
    for node in range(len(drawing.kinds)):
        conditional = [arrow for arrow in drawing.out(node) if arrow.conditional]
        if conditional:
            default = next((arrow for arrow in conditional if arrow.target > node), conditional[0])
            drawing.arrows[drawing.arrows.index(default)] = Arrow(default.id, default.source, default.target)
            drawing.defaults[node] = default.id


def _loops(drawing: Drawing, node: int) -> bool:
    seen, waiting = set[int](), [arrow.target for arrow in drawing.out(node)]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += [arrow.target for arrow in drawing.out(at)]
    return node in seen
