"""A decision table, and what it decides about a case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.decisions.cells import Cell, Value, same
from engine.decisions.kinds import KINDS, Kind, as_kind, is_of
from engine.decisions.problems import Problem
from engine.expressions import JSON, Checked, Evaluator, ExpressionRefusedError, Known, problems, to_json_value

SINGLE = ("UNIQUE", "FIRST", "ANY", "PRIORITY")
PRIORITISED = ("PRIORITY", "OUTPUT ORDER")
HIT_POLICIES = (*SINGLE, "RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


@dataclass(frozen=True)
class Input:
    """A column that is asked. `allowed` is what its answer may be, where the table says so."""

    id: str
    label: str
    expression: Checked
    allowed: Cell | None = None
    kind: Kind = ""


@dataclass(frozen=True)
class Output:
    """A column that answers. `values` are its allowed answers, the most important first."""

    id: str
    name: str
    label: str
    values: tuple[JSON, ...] = ()
    default: Checked | None = None
    kind: Kind = ""


@dataclass(frozen=True)
class Rule:
    """A row: one cell for each input, one expression for each output, and the ids of them all."""

    id: str
    cells: tuple[tuple[str, Cell], ...]
    outputs: tuple[tuple[str, Checked], ...]


@dataclass(frozen=True)
class Decided:
    """What came out, by which rules, and what was asked for it."""

    value: JSON
    rules: tuple[str, ...]
    calls: list[dict[str, JSON]]


@dataclass(frozen=True)
class Decision:
    """A decision table under the id by which a diagram calls it.

    needs: the decisions that are decided before it, in their order, each with the name its result is read by.
    """

    id: str
    name: str
    table: str
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    needs: tuple[tuple[str, "Decision"], ...] = ()

    def evaluate(self, evaluator: Evaluator, data: Mapping[str, object]) -> JSON:
        """One output's value, a record of several outputs, or a list where the hit policy gives several answers.

        Raises ExpressionRefusedError with the id of the table, cell or input at which it cannot be decided.
        """
        return self.decide(evaluator, data).value

    def decide(self, evaluator: Evaluator, data: Mapping[str, object]) -> Decided:
        """As evaluate, with the rules that applied and the trace of what was asked."""
        run = self._run(evaluator, data)
        hits = run.hits()
        return Decided(run.result(hits), tuple(hit.rule.id for hit in hits), run.calls)

    def asked(self, evaluator: Evaluator, data: Mapping[str, object]) -> list[tuple[str, bool]]:
        """Each cell by its id, and whether it accepts what its column is asked. Raises as evaluate does."""
        return self._run(evaluator, data).cells()

    def _run(self, evaluator: Evaluator, data: Mapping[str, object]) -> "_Run":
        """This table, with what the tables that it needs have decided."""
        run = _Run(self, evaluator, dict(data))
        for name, needed in self.needs:
            before = _Run(needed, evaluator, dict(run.data))
            run.data[name] = before.result(before.hits())
            run.calls += before.calls
        return run

    def findings(self, known: Known) -> list[Problem]:
        """What the table uses that is not known where it is called: id of the element, and the sentence."""
        unknown = [(element, sentence) for element, used in self.expressions() for sentence in problems(used, known)]
        return (
            unknown
            + [*self._of_another_kind()]
            + [
                (element, _not_allowed(output))
                for rule in self.rules
                for output, (element, used) in zip(self.outputs, rule.outputs, strict=True)
                if output.values and used.is_constant and not _is_among(to_json_value(_written(used)), output)
            ]
        )

    def _of_another_kind(self) -> Iterator[Problem]:
        """Values written out that are not of the kind that their column says."""
        for rule in self.rules:
            for column, (element, cell) in zip(self.inputs, rule.cells, strict=True):
                for used in cell.expressions():
                    if used.is_constant and not is_of(column.kind, _written(used)):
                        yield element, f"“{column.label}” is {KINDS[column.kind]}, which this is not."
            for output, (element, used) in zip(self.outputs, rule.outputs, strict=True):
                if used.is_constant and not is_of(output.kind, _written(used)):
                    yield element, f"“{output.label}” is {KINDS[output.kind]}, which this is not."

    def expressions(self) -> Iterator[tuple[str, Checked]]:
        """Every expression in it, with the id of the element it stands in."""
        for column in self.inputs:
            yield column.id, column.expression
            for used in column.allowed.expressions() if column.allowed else ():
                yield column.id, used
        for output in self.outputs:
            if output.default is not None:
                yield output.id, output.default
        for rule in self.rules:
            for element, cell in rule.cells:
                for used in cell.expressions():
                    yield element, used
            yield from rule.outputs


@dataclass(frozen=True)
class _Hit:
    rule: Rule
    values: tuple[JSON, ...]


@dataclass
class _Run:
    """One evaluation of a table."""

    table: Decision
    evaluator: Evaluator
    data: dict[str, object]
    calls: list[dict[str, JSON]] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)

    def hits(self) -> list[_Hit]:
        """The rules that apply, in the order of the hit policy, each with its outputs."""
        given = [self._answer(column) for column in self.table.inputs]
        matching = [rule for rule in self.table.rules if self._applies(rule, given)]
        if self.table.hit_policy == "UNIQUE" and len(matching) > 1:
            raise self._several(matching, "Only one may. Make them exclude each other.")
        if self.table.hit_policy == "FIRST":
            matching = matching[:1]
        hits = [_Hit(rule, self._outputs(rule)) for rule in matching]
        if self.table.hit_policy == "ANY" and any(not _equal(hit.values, hits[0].values) for hit in hits):
            raise self._several(matching, "They must give the same result, and do not.")
        if self.table.hit_policy in PRIORITISED:
            hits.sort(key=self._priority)
        return hits[:1] if self.table.hit_policy in SINGLE else hits

    def cells(self) -> list[tuple[str, bool]]:
        """Each cell by its id, and whether it accepts its column's answer."""
        given = [self._answer(column) for column in self.table.inputs]
        return [
            (element, self._accepts(element, cell, answer))
            for rule in self.table.rules
            for (element, cell), answer in zip(rule.cells, given, strict=True)
        ]

    def result(self, hits: Sequence[_Hit]) -> JSON:
        """What the table answers when these rules apply."""
        if self.table.hit_policy in SINGLE:
            return self._named(hits[0].values) if hits else self._default()
        if self.table.aggregation:
            return self._aggregated([hit.values[0] for hit in hits])
        return [self._named(hit.values) for hit in hits]

    def _answer(self, column: Input) -> object:
        given = self._value(column.id, column.expression)
        try:
            given = as_kind(column.kind, given)
        except ExpressionRefusedError as refused:
            raise _at(column.id, f"“{column.label}”: {refused.sentence}") from None
        if column.allowed is not None and given is not None and not self._accepts(column.id, column.allowed, given):
            raise _at(column.id, f"“{column.label}” has an answer that the table does not allow.")
        return given

    def _applies(self, rule: Rule, given: Sequence[object]) -> bool:
        return all(
            self._accepts(element, cell, answer) for (element, cell), answer in zip(rule.cells, given, strict=True)
        )

    def _accepts(self, element: str, cell: Cell, given: object) -> bool:
        value: Value = lambda used: self._value(element, used)  # noqa: E731
        try:
            return cell.accepts(given, value)
        except ExpressionRefusedError as refused:
            raise _at(element, refused.sentence, refused.expression) from refused

    def _outputs(self, rule: Rule) -> tuple[JSON, ...]:
        values = []
        for output, (element, used) in zip(self.table.outputs, rule.outputs, strict=True):
            value = self._json(element, used)
            if output.values and not _is_among(value, output):
                raise _at(element, _not_allowed(output))
            values.append(value)
        return tuple(values)

    def _default(self) -> JSON:
        if all(output.default is None for output in self.table.outputs):
            return None
        return self._named(
            tuple(self._json(o.id, o.default) if o.default is not None else None for o in self.table.outputs)
        )

    def _named(self, values: Sequence[JSON]) -> JSON:
        if len(self.table.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.table.outputs, values, strict=True)}

    def _aggregated(self, values: Sequence[JSON]) -> JSON:
        if self.table.aggregation == "COUNT":
            return len(values)
        numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        if len(numbers) < len(values):
            raise _at(self.table.table, f"{self.table.aggregation} needs numbers in every rule.")
        if not numbers:
            return None
        if self.table.aggregation == "SUM":
            return to_json_value(sum(numbers))
        return min(numbers) if self.table.aggregation == "MIN" else max(numbers)

    def _priority(self, hit: _Hit) -> tuple[int, ...]:
        return tuple(
            next(place for place, allowed in enumerate(output.values) if same(value, allowed))
            for output, value in zip(self.table.outputs, hit.values, strict=True)
        )

    def _json(self, element: str, used: Checked) -> JSON:
        try:
            return to_json_value(self._value(element, used))
        except ExpressionRefusedError as refused:
            raise _at(element, refused.sentence, refused.expression) from refused

    def _value(self, element: str, used: Checked) -> object:
        """What an expression comes to, asked once however many cells hold it."""
        if used.text in self.values:
            return self.values[used.text]
        try:
            value = self.values[used.text] = self.evaluator.value_of(used, self.data)
        except ExpressionRefusedError as refused:
            raise _at(element, refused.sentence, refused.expression) from refused
        self.calls += self.evaluator.calls
        return value

    def _several(self, rules: Sequence[Rule], sentence: str) -> ExpressionRefusedError:
        names = ", ".join(rule.id for rule in rules)
        return _at(self.table.table, f"The rules {names} apply at once. {sentence}")


def _at(element: str, sentence: str, expression: str = "") -> ExpressionRefusedError:
    return ExpressionRefusedError(f"{element}: {sentence}", expression)


def _written(used: Checked) -> object:
    return Evaluator({}).value_of(used, {})


def _not_allowed(output: Output) -> str:
    return f"This result is not one of those allowed for “{output.label}”."


def _is_among(value: object, output: Output) -> bool:
    return any(same(value, allowed) for allowed in output.values)


def _equal(left: Sequence[JSON], right: Sequence[JSON]) -> bool:
    return all(same(one, other) for one, other in zip(left, right, strict=True))
