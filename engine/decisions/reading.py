"""Reading DMN files: decision tables, and nothing that this engine would have to guess about."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lxml import etree

from engine.bindings import parse_xml
from engine.decisions.cells import Cell, read_cell, split
from engine.decisions.elements import children, id_of, named, tag, text_of
from engine.decisions.feel import Names, plain_name, plain_names, read_feel
from engine.decisions.kinds import NOT_READ, Kind, kind_named
from engine.decisions.problems import DecisionError, Problem
from engine.decisions.tables import AGGREGATIONS, HIT_POLICIES, PRIORITISED, SINGLE, Decision, Input, Output, Rule
from engine.decisions.vocabulary import Type, names_in, needed_by, types_in, types_of_data
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
MOST_DECISIONS = 100  # in one file

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
    names: Names = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)  # of which types the input data are

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
        self.names = plain_names(names_in(root))
        self.types, self.data = types_in(root), types_of_data(root)
        found: dict[str, Decision] = {}
        if len(named(root, "decision")) > MOST_DECISIONS:
            return self._refuse("file", f"A file holds at most {MOST_DECISIONS} decisions.", {})
        for node in children(root):
            if tag(node) == "decision":
                decision = self._decision(node)
                if decision is not None and decision.id in found:
                    self._note(decision.id, "Two decisions have this id. Give one of them another.")
                elif decision is not None:
                    found[decision.id] = decision
            elif tag(node) not in BESIDE:
                self._note(id_of(node), f"{tag(node)} is not supported. Only decision tables are.")
        if not found and not self.problems:
            self._note("file", "There is no decision in this file.")
        return self._with_needs(root, found)

    def _with_needs(self, root: etree._Element, found: dict[str, Decision]) -> dict[str, Decision]:
        """The decisions, each with those whose results it reads; they are decided before it."""
        needs = {str(node.get("id", "")): [*needed_by(node)] for node in named(root, "decision")}
        ready: dict[str, Decision] = {}
        waiting = dict(found)
        while waiting:
            able = [name for name in waiting if set(needs[name]) <= ready.keys()]
            for name in waiting if not able else ():
                missing = ", ".join(sorted(set(needs[name]) - ready.keys()))
                self._note(name, f"It needs {missing}, which this file does not decide before it.")
            for name in able or list(waiting):
                before: dict[str, Decision] = {}
                for one in (ready[one] for one in needs[name] if one in ready):
                    before |= dict(one.needs) | {plain_name(one.name or one.id): one}
                ready[name] = replace(waiting.pop(name), needs=tuple(before.items()))
        return {name: ready[name] for name in found}

    def _decision(self, node: etree._Element) -> Decision | None:
        for part in children(node):
            if tag(part) not in INSIDE_DECISION:
                self._note(id_of(part, node), f"{tag(part)} is not supported. Only decision tables are.")
        tables = named(node, "decisionTable")
        if len(tables) != 1 or not node.get("id"):
            return self._refuse(id_of(node), "A decision needs an id and exactly one decision table.", None)
        return self._table(node, tables[0])

    def _table(self, decision: etree._Element, node: etree._Element) -> Decision | None:
        for part in children(node):
            if tag(part) not in INSIDE_TABLE:
                self._note(id_of(part, node), f"{tag(part)} is not supported in a decision table.")
        self._language(node)
        hit_policy = node.get("hitPolicy", "UNIQUE").upper()
        aggregation = node.get("aggregation", "").upper()
        inputs = [self._input(part) for part in named(node, "input")]
        outputs = [self._output(part) for part in named(node, "output")]
        self._check_policy(id_of(node, decision), hit_policy, aggregation, outputs)
        rows = named(node, "rule")
        if not rows or len(rows) > MOST_RULES:
            self._note(id_of(node, decision), f"A table has at least one rule and at most {MOST_RULES}.")
        rules = [
            self._rule(part, number, len(inputs), outputs) for number, part in enumerate(rows[:MOST_RULES], start=1)
        ]
        self._check_ids(rules)
        return Decision(
            id=decision.get("id", ""),
            name=" ".join(decision.get("name", "").split()),
            table=id_of(node, decision),
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
        asked = named(node, "inputExpression")
        text = text_of(asked[0]) if len(asked) == 1 else ""
        if not text:
            return self._refuse(id_of(node), "An input needs one expression.", None)
        self._language(asked[0])
        expression = self._expression(id_of(asked[0], node), text)
        of = _type_named(asked[0]) or self.data.get(text, "")
        listed = named(node, "inputValues")
        allowed = text_of(listed[0]) if listed else ""
        allowed = allowed or self._type(of).allowed
        cell = self._cell(id_of(listed[0], node) if listed else id_of(node), allowed) if allowed else None
        if expression is None:
            return None
        return Input(id_of(node), node.get("label", "") or text, expression, cell, self._kind(id_of(node), of))

    def _type(self, name: str) -> Type:
        return self.types.get(name) or Type(name, "")

    def _kind(self, element: str, name: str) -> Kind:
        """What kind of value a column says it holds; a type of the file's own that is no simple one is any."""
        of = self._type(name).of
        if of.rpartition(":")[2] in NOT_READ:
            self._note(element, f"Values of the type {name} are not supported.")
            return ""
        return kind_named(of) or ""

    def _output(self, node: etree._Element) -> Output:
        name = node.get("name", "")
        default = named(node, "defaultOutputEntry")
        return Output(
            id=id_of(node),
            name=name,
            label=node.get("label", "") or name or "the result",
            values=self._values(node),
            default=self._expression(id_of(default[0], node), text_of(default[0])) if default else None,
            kind=self._kind(id_of(node), _type_named(node)),
        )

    def _values(self, node: etree._Element) -> tuple[JSON, ...]:
        listed = named(node, "outputValues")
        text = text_of(listed[0]) if listed else ""
        if not text:
            return ()
        try:
            constants = [Evaluator({}).value_of(read_feel(part), {}) for part in split(text, ",")]
            return tuple(to_json_value(value) for value in constants)
        except ExpressionRefusedError as refused:
            advice = "Write the allowed values out, with commas between them."
            return self._refuse(id_of(listed[0], node), f"{advice} {refused}", ())

    def _rule(self, node: etree._Element, number: int, inputs: int, outputs: list[Output]) -> Rule | None:
        rule = node.get("id") or f"rule {number}"
        asked, given = named(node, "inputEntry"), named(node, "outputEntry")
        if len(asked) != inputs or len(given) != len(outputs):
            return self._refuse(
                rule,
                f"This rule has {len(asked)} cells for {inputs} inputs and {len(given)} for {len(outputs)} outputs.",
                None,
            )
        for cell in (*asked, *given):
            self._language(cell)
        cells = [(cell.get("id") or rule, self._cell(cell.get("id") or rule, text_of(cell))) for cell in asked]
        results = [(cell.get("id") or rule, self._expression(cell.get("id") or rule, text_of(cell))) for cell in given]
        if any(cell is None for _, cell in cells) or any(result is None for _, result in results):
            return None
        return Rule(
            rule,
            tuple((name, cell) for name, cell in cells if cell is not None),
            tuple((name, result) for name, result in results if result is not None),
        )

    def _cell(self, element: str, text: str) -> Cell | None:
        try:
            return read_cell(text, self.names)
        except ExpressionRefusedError as refused:
            return self._refuse(element, str(refused), None)

    def _expression(self, element: str, text: str) -> Checked | None:
        try:
            return read_feel(text, self.names)
        except ExpressionRefusedError as refused:
            return self._refuse(element, str(refused), None)

    def _language(self, node: etree._Element) -> None:
        language = node.get("expressionLanguage", "")
        if language and "feel" not in language.lower():
            self._note(id_of(node), f"Expressions in {language} are not supported. Remove expressionLanguage.")

    def _note(self, element: str, sentence: str) -> None:
        self.problems.append((element, sentence))

    def _refuse(self, element: str, sentence: str, instead: Read) -> Read:
        self._note(element, sentence)
        return instead


def _type_named(node: etree._Element) -> str:
    return " ".join(node.get("typeRef", "").split())
