"""Reading DMN files: decision tables, and nothing that this engine would have to guess about."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

from engine.bindings import parse_xml
from engine.decisions.cells import Cell, read_cell, read_value, split
from engine.decisions.problems import DecisionError, Problem
from engine.decisions.tables import AGGREGATIONS, HIT_POLICIES, PRIORITISED, SINGLE, Decision, Input, Output, Rule
from engine.errors import BundleRefused
from engine.expressions import JSON, Checked, Evaluator, ExpressionRefusedError, Known, to_json_value

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
LARGEST_FILE = 1_000_000  # bytes
MOST_RULES = 500

# What may stand beside the tables without changing what they decide.
BESIDE = frozenset(
    {
        "description", "extensionElements", "inputData", "knowledgeSource", "itemDefinition", "textAnnotation",
        "association", "group", "elementCollection", "performanceIndicator", "organizationUnit", "artifact", "DMNDI",
    }
)  # fmt: skip
INSIDE_DECISION = frozenset(
    {
        "description", "extensionElements", "question", "allowedAnswers", "variable", "informationRequirement",
        "authorityRequirement", "decisionTable", "supportedObjective", "impactedPerformanceIndicator", "decisionMaker",
        "decisionOwner", "usingProcess", "usingTask",
    }
)  # fmt: skip
INSIDE_TABLE = frozenset({"description", "extensionElements", "input", "output", "rule", "annotation"})

Read = TypeVar("Read")


def read_decisions(xml: bytes) -> dict[str, Decision]:
    """Every decision table of a DMN file by its decision's id. Raises DecisionError with all that is wrong."""
    reader = _Reader()
    decisions = reader.file(xml)
    if reader.problems:
        raise DecisionError(reader.problems)
    return decisions


def check_decisions(xml: bytes, known: Known) -> list[Problem]:
    """All that is wrong with a DMN file: what cannot be read, and what it uses that is not known."""
    reader = _Reader()
    decisions = reader.file(xml)
    return [*reader.problems, *(found for decision in decisions.values() for found in decision.findings(known))]


@dataclass
class _Reader:
    """Reads as much as it can, and keeps a list of what it could not."""

    problems: list[Problem] = field(default_factory=list)

    def file(self, xml: bytes) -> dict[str, Decision]:
        if len(xml) > LARGEST_FILE:
            return self._refuse("file", f"This file is larger than {LARGEST_FILE:,} bytes.", {})
        try:
            root = parse_xml(xml)
        except BundleRefused as error:
            return self._refuse("file", str(error), {})
        name = etree.QName(root)
        if name.localname != "definitions" or name.namespace not in NAMESPACES:
            return self._refuse("file", "This is not a DMN file of version 1.1 to 1.5.", {})
        self._language(root)
        found: dict[str, Decision] = {}
        for node in _children(root):
            if _tag(node) == "decision":
                decision = self._decision(node)
                if decision is not None and decision.id in found:
                    self._note(decision.id, "Two decisions have this id. Give one of them another.")
                elif decision is not None:
                    found[decision.id] = decision
            elif _tag(node) not in BESIDE:
                self._note(_id(node), f"{_tag(node)} is not supported. Only decision tables are.")
        if not found and not self.problems:
            self._note("file", "There is no decision in this file.")
        return found

    def _decision(self, node: etree._Element) -> Decision | None:
        for part in _children(node):
            if _tag(part) not in INSIDE_DECISION:
                self._note(_id(part, node), f"{_tag(part)} is not supported. Only decision tables are.")
        if any(_tag(part) == "requiredDecision" for part in node.iter() if isinstance(part.tag, str)):
            self._note(_id(node), "This decision needs another one. Call each in a business rule task of its own.")
        tables = _named(node, "decisionTable")
        if len(tables) != 1 or not node.get("id"):
            return self._refuse(_id(node), "A decision needs an id and exactly one decision table.", None)
        return self._table(node, tables[0])

    def _table(self, decision: etree._Element, node: etree._Element) -> Decision | None:
        for part in _children(node):
            if _tag(part) not in INSIDE_TABLE:
                self._note(_id(part, node), f"{_tag(part)} is not supported in a decision table.")
        self._language(node)
        hit_policy = node.get("hitPolicy", "UNIQUE").upper()
        aggregation = node.get("aggregation", "").upper()
        inputs = [self._input(part) for part in _named(node, "input")]
        outputs = [self._output(part) for part in _named(node, "output")]
        self._check_policy(_id(node, decision), hit_policy, aggregation, outputs)
        rows = _named(node, "rule")
        if not rows or len(rows) > MOST_RULES:
            self._note(_id(node, decision), f"A table has at least one rule and at most {MOST_RULES}.")
        rules = [
            self._rule(part, number, len(inputs), outputs) for number, part in enumerate(rows[:MOST_RULES], start=1)
        ]
        self._check_ids(rules)
        return Decision(
            id=decision.get("id", ""),
            name=" ".join(decision.get("name", "").split()),
            table=_id(node, decision),
            hit_policy=hit_policy,
            aggregation=aggregation,
            inputs=tuple(column for column in inputs if column is not None),
            outputs=tuple(outputs),
            rules=tuple(rule for rule in rules if rule is not None),
        )

    def _check_policy(self, table: str, hit_policy: str, aggregation: str, outputs: list[Output]) -> None:
        if hit_policy not in HIT_POLICIES:
            self._note(table, f"The hit policy {hit_policy} is not known. Use one of: {', '.join(HIT_POLICIES)}.")
        if aggregation and (hit_policy != "COLLECT" or aggregation not in AGGREGATIONS or len(outputs) != 1):
            self._note(table, "Only COLLECT with one output can be added up: SUM, MIN, MAX or COUNT.")
        if not outputs:
            self._note(table, "A table needs at least one output.")
        names = [output.name for output in outputs]
        if len(outputs) > 1 and (len(set(names)) < len(names) or not all(names)):
            self._note(table, "Each of several outputs needs a name of its own.")
        if hit_policy in PRIORITISED and not all(output.values for output in outputs):
            self._note(table, f"{hit_policy} needs the allowed values of each output, the most important first.")
        if hit_policy not in SINGLE and any(output.default is not None for output in outputs):
            self._note(table, f"A default output has no meaning with {hit_policy}.")

    def _check_ids(self, rules: list[Rule | None]) -> None:
        ids = [rule.id for rule in rules if rule is not None]
        for rule in {rule for rule in ids if ids.count(rule) > 1}:
            self._note(rule, "Two rules have this id. Give one of them another.")

    def _input(self, node: etree._Element) -> Input | None:
        asked = _named(node, "inputExpression")
        text = _text(asked[0]) if len(asked) == 1 else ""
        if not text:
            return self._refuse(_id(node), "An input needs one expression.", None)
        self._language(asked[0])
        expression = self._expression(_id(asked[0], node), text)
        allowed = _named(node, "inputValues")
        cell = self._cell(_id(allowed[0], node), _text(allowed[0])) if allowed and _text(allowed[0]) else None
        if expression is None:
            return None
        return Input(_id(node), node.get("label", "") or text, expression, cell)

    def _output(self, node: etree._Element) -> Output:
        name = node.get("name", "")
        default = _named(node, "defaultOutputEntry")
        return Output(
            id=_id(node),
            name=name,
            label=node.get("label", "") or name or "the result",
            values=self._values(node),
            default=self._expression(_id(default[0], node), _text(default[0])) if default else None,
        )

    def _values(self, node: etree._Element) -> tuple[JSON, ...]:
        listed = _named(node, "outputValues")
        text = _text(listed[0]) if listed else ""
        if not text:
            return ()
        try:
            constants = [Evaluator({}).evaluate(read_value(part).text, {}) for part in split(text, ",")]
            return tuple(to_json_value(value) for value in constants)
        except ExpressionRefusedError as refused:
            advice = "Write the allowed values out, with commas between them."
            return self._refuse(_id(listed[0], node), f"{advice} {refused}", ())

    def _rule(self, node: etree._Element, number: int, inputs: int, outputs: list[Output]) -> Rule | None:
        rule = node.get("id") or f"rule {number}"
        asked, given = _named(node, "inputEntry"), _named(node, "outputEntry")
        if len(asked) != inputs or len(given) != len(outputs):
            return self._refuse(
                rule,
                f"This rule has {len(asked)} cells for {inputs} inputs and {len(given)} for {len(outputs)} outputs.",
                None,
            )
        for cell in (*asked, *given):
            self._language(cell)
        cells = [(name, self._cell(name, _text(cell))) for cell in asked for name in (cell.get("id") or rule,)]
        results = [(name, self._expression(name, _text(cell))) for cell in given for name in (cell.get("id") or rule,)]
        if any(cell is None for _, cell in cells) or any(result is None for _, result in results):
            return None
        return Rule(
            rule,
            tuple((name, cell) for name, cell in cells if cell is not None),
            tuple((name, result) for name, result in results if result is not None),
        )

    def _cell(self, element: str, text: str) -> Cell | None:
        try:
            return read_cell(text)
        except ExpressionRefusedError as refused:
            return self._refuse(element, str(refused), None)

    def _expression(self, element: str, text: str) -> Checked | None:
        try:
            return read_value(text)
        except ExpressionRefusedError as refused:
            return self._refuse(element, str(refused), None)

    def _language(self, node: etree._Element) -> None:
        language = node.get("expressionLanguage", "")
        if language and "feel" not in language.lower():
            self._note(_id(node), f"Expressions in {language} are not supported. Remove expressionLanguage.")

    def _note(self, element: str, sentence: str) -> None:
        self.problems.append((element, sentence))

    def _refuse(self, element: str, sentence: str, instead: Read) -> Read:
        self._note(element, sentence)
        return instead


def _children(node: etree._Element) -> Iterator[etree._Element]:
    return (child for child in node if isinstance(child.tag, str))


def _named(node: etree._Element, tag: str) -> list[etree._Element]:
    return [child for child in _children(node) if _tag(child) == tag]


def _tag(node: etree._Element) -> str:
    return str(etree.QName(node).localname)


def _id(node: etree._Element, around: etree._Element | None = None) -> str:
    """The element's id, or that of what is around it, or its tag."""
    if node.get("id") or around is None:
        return str(node.get("id") or _tag(node))
    return _id(around)


def _text(node: etree._Element) -> str:
    return "".join(part.text or "" for part in _named(node, "text")).strip()
