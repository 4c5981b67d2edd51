"""Every timer, condition and table tried on sample facts: a case that never was, in which everything happens today."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol

from engine.bindings import BPMN
from engine.checks.diagram import Node, plain, text_of
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.checks.names import script_of
from engine.checks.timers import is_moment
from engine.decisions import Decision
from engine.expressions import Checked, Evaluator, ExpressionRefusedError, check, check_script
from engine.expressions.syntax import POLICY

MOST_CALLS = 1_000  # of sample facts in one bundle: a file of somebody else's may hold anything
NOT_TRIED = "not tried, because there is too much in this bundle"
ADVICE = "Correct the expression, or what it is compared with."
WHAT = {"timer": "The timer", "due": "The due date", "condition": "The condition", "decision": "The decision"}


class Sample(Protocol):
    """A case that never was."""

    def facts(self) -> Mapping[str, Callable[..., object]]:
        """Every fact, as expressions call it."""


@dataclass(frozen=True)
class Tried:
    """What came of one expression or cell. what: timer, due, condition, input, cell or decision.

    supposing: what else it rests on, such as the answers of people. problem: why it came to nothing.
    """

    file: str
    element: str
    what: str
    expression: str
    value: str
    supposing: str = ""
    problem: str = ""

    @property
    def words(self) -> str:
        """As a line for a person."""
        supposed = f", if {self.supposing}" if self.supposing else ""
        said = f": {self.expression}" if self.expression else ""
        would = "today this would be " if self.what in ("timer", "due") else ""
        return f"{self.element}, {self.what}{said} → {self.problem or would + self.value}{supposed}"


def try_all(material: Material, sample: Sample) -> list[Tried]:
    """Every timer, due date, condition, input and cell of a bundle, and what each table decides.

    In a diagram that is bound to nothing people say which way it goes.
    """
    return [] if material.is_plain else list(_Trial(material, sample).run())


def check_samples(material: Material, sample: Sample | None) -> Iterator[Finding]:
    """What fails on sample facts, or gives no moment where one is needed, however people answer."""
    for tried in try_all(material, sample) if sample is not None else ():
        if tried.problem and not tried.supposing:
            where = f"{WHAT.get(tried.what, 'The cell')} ({tried.expression})" if tried.expression else "The table"
            yield Finding(tried.file, tried.element, f"{where}, tried on sample facts: {tried.problem}", ADVICE)


class _TooMuch(Exception):
    """Too much is asked of the sample."""


class _Trial:
    """One bundle on one sample."""

    def __init__(self, material: Material, sample: Sample) -> None:
        self._material = material
        self._calls = 0
        facts = {name: partial(self._counted, function) for name, function in sample.facts().items()}
        self._evaluator = Evaluator(facts, material.policy)
        # What people choose: the first of what a form offers them.
        self._supposed: dict[str, Any] = {name: sorted(given)[0] for name, given in material.options.items() if given}
        self._known = dict(self._set_by_scripts())

    def run(self) -> Iterator[Tried]:
        for file, decision in self._material.decisions.values():
            yield from self._decision(file, decision)
        for node in self._material.nodes.values():
            for what, element, text in _expressions(node):
                yield self._expression(node.scope.file, element, what, text)

    def _expression(self, file: str, element: str, what: str, text: str) -> Tried:
        try:
            used = check(text)
            value = self._evaluator.evaluate(text, self._data(used))
        except _TooMuch:
            return Tried(file, element, what, text, NOT_TRIED)
        except ExpressionRefusedError as refused:
            return Tried(file, element, what, text, "", self._supposing(text), refused.sentence)
        except Exception as error:  # noqa: BLE001 - whatever an expression comes to, its owner is told
            return Tried(file, element, what, text, "", self._supposing(text), f"{type(error).__name__}: {error}")
        if what in ("timer", "due") and not is_moment(_iso(value)):
            problem = f"This gives {_in_words(value)}, which is no moment."
            return Tried(file, element, what, text, "", self._supposing(text), problem)
        return Tried(file, element, what, text, _in_words(value), self._supposing(text))

    def _decision(self, file: str, decision: Decision) -> Iterator[Tried]:
        supposing = ""
        for column in decision.inputs:
            tried = self._expression(file, column.id, "input", column.expression.text)
            supposing = supposing or tried.supposing
            yield tried
        data = {name: value for column in decision.inputs for name, value in self._data(column.expression).items()}
        for rule in decision.rules:
            for _, cell in rule.cells:
                for used in cell.expressions():
                    data |= self._data(used)
                    supposing = supposing or self._supposing(used.text)
        try:
            for element, accepts in decision.asked(self._evaluator, data):
                yield Tried(file, element, "cell", "", _in_words(accepts), supposing)
            value = decision.evaluate(self._evaluator, data)
        except _TooMuch:
            yield Tried(file, decision.id, "decision", "", NOT_TRIED)
        except ExpressionRefusedError as refused:
            yield Tried(file, decision.id, "decision", "", "", supposing, refused.sentence)
        except Exception as error:  # noqa: BLE001 - whatever a table comes to, its owner is told
            yield Tried(file, decision.id, "decision", "", "", supposing, f"{type(error).__name__}: {error}")
        else:
            yield Tried(file, decision.id, "decision", "", _in_words(value), supposing)
            for node in self._material.nodes.values():
                if node.binding.decision == decision.id and node.binding.result:
                    self._known[node.binding.result] = value

    def _data(self, used: Checked) -> dict[str, Any]:
        """Values for the names of an expression: known, supposed, or a word that stands for it."""
        known = self._supposed | self._known
        return {name: known.get(name, f"the {name}") for name in used.names}

    def _supposing(self, text: str) -> str:
        """The names that only a real case knows, with what is taken for them; a sample fact does not mind."""
        try:
            used = check(text)
        except ExpressionRefusedError:
            return ""
        names = sorted(_names_beside_facts(used.tree) - self._known.keys())
        return " and ".join(f"{name} is {_in_words(self._supposed.get(name, 'something else'))}" for name in names)

    def _set_by_scripts(self) -> Iterator[tuple[str, Any]]:
        """What scripts set to a value that is written there."""
        for node in self._material.nodes.values():
            if node.kind == "scriptTask":
                try:
                    for line in check_script(script_of(node)):
                        if line.expression.is_constant:
                            yield line.name, self._evaluator.evaluate(line.expression.text, {})
                except ExpressionRefusedError:  # named by the check of expressions
                    continue

    def _counted(self, function: Callable[..., object], *given: object, **named: object) -> object:
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise _TooMuch
        return function(*given, **named)


def _expressions(node: Node) -> Iterator[tuple[str, str, str]]:
    """What of a node is tried: which kind, the element, and the expression."""
    if node.event == "timer":
        text = plain(text_of(node.events[0].find(f"{{{BPMN}}}timeDate")))
        if text and not is_moment(text):
            yield "timer", node.id, text
    if node.binding.due and node.kind == "userTask":
        yield "due", node.id, plain(node.binding.due)
    for flow in node.scope.outgoing(node):
        if flow.condition:
            yield "condition", flow.id or node.id, plain(flow.condition)


def _names_beside_facts(tree: ast.AST) -> set[str]:
    """The names of an expression that are not only handed on to a fact."""
    if isinstance(tree, ast.Name):
        return {tree.id}
    if isinstance(tree, ast.Call):
        parts: list[ast.AST] = [part for part in tree.args if not isinstance(part, ast.Name)]
    else:
        parts = list(ast.iter_child_nodes(tree))
    found = {name for part in parts for name in _names_beside_facts(part)}
    return found - {POLICY}


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _in_words(value: object) -> str:
    if isinstance(value, str) and is_moment(value):
        value = datetime.fromisoformat(value)
    if isinstance(value, date):
        day = f"{value:%a} {value.day} {value:%b %Y}"
        return f"{day} {value:%H:%M}" if isinstance(value, datetime) else day
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
