"""What a name may be answered: the values that conditions compare it with, and one that is none of them."""

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import product

from engine.checks.material import Material
from engine.decisions import Decision
from engine.expressions import JSON, Checked, Evaluator, ExpressionRefusedError

ELSE = "anything else"
OPPOSITE = {"yes": "no", "no": "yes"}
LISTS: tuple[JSON, ...] = (["one"], ["one", "two"])  # a step for each of a list is tried with one and with two
# What the engine itself knows of the instances of a step.
COUNTED = frozenset(f"numberOf{kind}Instances" for kind in ("", "Active", "Completed", "Terminated"))
MOST_ANSWERS = 64  # of one step
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Answers:
    """The answers that make a difference, found in the expressions that ask for them."""

    def __init__(self, material: Material, asking: Iterable[Checked]) -> None:
        self._material = material
        self._compared: dict[str, list[JSON]] = {}
        repeated = [node.repetition for node in material.nodes.values() if node.repetition is not None]
        self._lists = {repetition.collection for repetition in repeated} - {""}
        self._numbers = {repetition.times for repetition in repeated if repetition.times.isidentifier()}
        for used in asking:
            for name, values in _compared(used.tree):
                if name in COUNTED:
                    continue
                known = self._compared.setdefault(name, [])
                known += [value for value in values if not _among(value, known)]

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The names whose value decides a way; every other is only handed on."""
        return frozenset(self._compared) | frozenset(self._lists) | frozenset(self._numbers)

    def of(self, name: str, *, form: str = "") -> list[JSON]:
        """The values that a name is tried with; where a form asks for it, only what the form can be answered."""
        if name not in self.deciding:
            return [f"the {name}"]
        if name in self._lists:
            return [*LISTS]
        if name in self._numbers:
            return [1, 2]
        values = [*self._compared.get(name, ())]
        if any(isinstance(value, bool) for value in values):
            return values
        offered = self._offered(values, form)
        if offered is None:
            return [*values, OPPOSITE.get(str(values[0]), ELSE) if len(values) == 1 else ELSE]
        return [*values, *[value for value in offered if value not in values][:1]]

    def together(self, names: Iterable[str], *, form: str = "") -> list[dict[str, JSON]]:
        """Every way of answering these names at once."""
        wanted = sorted(names)
        ways = product(*(self.of(name, form=form) for name in wanted))
        return [dict(zip(wanted, way, strict=True)) for way, _ in zip(ways, range(MOST_ANSWERS), strict=False)]

    def _offered(self, values: list[JSON], form: str) -> list[str] | None:
        """The options of the one question that the values are answers to."""
        found = self._material.forms.get(form)
        for question in found.fields if found is not None else ():
            options = [option.value for option in question.options]
            if values and all(value in options for value in values):
                return options
        return None


def outputs_of(decision: Decision) -> list[JSON]:
    """What a decision table can decide."""
    rows: list[JSON] = []
    for rule in decision.rules:
        row = [_constant(used) for _, used in rule.outputs]
        names = [output.name for output in decision.outputs]
        value: JSON = row[0] if len(row) == 1 else dict(zip(names, row, strict=True))
        rows += [value] if value not in rows else []
    if decision.hit_policy in ("UNIQUE", "FIRST", "ANY", "PRIORITY"):
        return rows
    return [[], *([row] for row in rows)]


def _constant(used: Checked) -> JSON:
    try:
        return Evaluator({}).evaluate(used.text, {})  # type: ignore[return-value]
    except ExpressionRefusedError:
        return ELSE


def _compared(tree: ast.AST) -> Iterator[tuple[str, list[JSON]]]:
    """The names of an expression with what each is compared with; a bare one is true or false."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
                for name, other in ((left, right), (right, left)):
                    if isinstance(name, ast.Name):
                        yield name.id, [*_values(operator, other)]
        bare = [node.test] if isinstance(node, ast.IfExp) else [*node.values] if isinstance(node, ast.BoolOp) else []
        bare += [node.operand] if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) else []
        for part in bare:
            if isinstance(part, ast.Name):
                yield part.id, [True, False]
    if isinstance(tree, ast.Name):
        yield tree.id, [True, False]


def _values(operator: ast.cmpop, other: ast.expr) -> Iterator[JSON]:
    if isinstance(other, ast.List | ast.Tuple):
        for part in other.elts:
            yield from _values(operator, part)
    elif isinstance(other, ast.Constant):
        value = other.value
        if isinstance(value, int | float) and isinstance(operator, ORDER):
            yield from (value - 1, value, value + 1)
        elif value is None or isinstance(value, str | int | float):
            yield value


def _among(value: JSON, known: list[JSON]) -> bool:
    return any(type(value) is type(other) and value == other for other in known)
