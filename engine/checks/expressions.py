"""Every expression of a diagram: whether it can be read, and whether what it uses is there."""

from collections.abc import Iterator

from engine.bindings import BPMN
from engine.checks.diagram import Diagram, Node, text_of
from engine.checks.finding import Finding
from engine.checks.material import Material, in_two
from engine.checks.names import Names, script_of
from engine.expressions import Checked, ExpressionRefusedError, check_script, problems
from engine.expressions import check as check_expression
from engine.expressions.names import ELSEWHERE, why_not


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Conditions, properties, keys, due dates, completion conditions, scripts, and the names that steps set."""
    for node in diagram.nodes:
        names = material.names.at(node)
        if node.repetition is not None and node.repetition.condition:
            text, after = node.repetition.condition, material.names.after_one(node)
            yield from examine(diagram.file, node.id, "The completion condition", text, after, material)
        for where, element, text in _expressions(node):
            yield from examine(diagram.file, element, where, text, names, material)
        if node.kind == "scriptTask":
            yield from _script(diagram, node, names, material)
        for name in _set_by(node):
            if why := why_not(name, material.functions):
                yield Finding(diagram.file, node.id, *in_two(why))


def examine(file: str, element: str, where: str, text: str, names: Names, material: Material) -> Iterator[Finding]:
    """What is wrong with one expression."""
    try:
        checked = check_expression(text)
    except ExpressionRefusedError as refused:
        yield Finding(file, element, *_told(where, text, refused.sentence))
        return
    for sentence in unknown(checked, names, material):
        yield Finding(file, element, *_told(where, text, sentence))


def unknown(checked: Checked, names: Names, material: Material) -> Iterator[str]:
    """What an expression uses that is not there, one sentence each."""
    free = checked.names - material.functions.keys() - ELSEWHERE.keys()
    for name in sorted(free - names.known if not names.open else ()):
        yield (
            f"no step before this one sets `{name}`. "
            "Set it in a script or as a service's result; what a person answers is there after the task."
        )
    for sentence in problems(checked, material.known(names.known | free)):
        # Without a readable policy every number of it would be named; that file has its own finding.
        if material.policy is not None or "in the policy" not in sentence:
            yield sentence


def _expressions(node: Node) -> Iterator[tuple[str, str, str]]:
    """The expressions of a node: where it stands, the element, and its text."""
    for flow in node.scope.outgoing(node):
        if flow.condition:
            yield "The condition", flow.id or node.id, flow.condition
    binding = node.binding
    for name, value in binding.inputs.items():
        if value.startswith("="):
            yield f"The property {name}", node.id, value
    if binding.due and node.kind == "userTask":
        yield "The due date", node.id, binding.due
    if binding.key:
        yield "The key of the message", node.id, binding.key
    if node.repetition is not None and node.repetition.times:
        yield "The number of instances", node.id, node.repetition.times
    if node.loop is not None and (condition := text_of(node.loop.find(f"{{{BPMN}}}loopCondition"))):
        yield "The loop's condition", node.id, condition


def _script(diagram: Diagram, node: Node, names: Names, material: Material) -> Iterator[Finding]:
    script = script_of(node)
    try:
        lines = check_script(script)
    except ExpressionRefusedError as refused:
        yield Finding(diagram.file, node.id, *_told("The script", script, refused.sentence))
        return
    for line in lines:
        for sentence in unknown(line.expression, names, material):
            yield Finding(diagram.file, node.id, *_told(f"The line for {line.name}", line.expression.text, sentence))
        names = names | Names(frozenset({line.name}))


def _set_by(node: Node) -> Iterator[str]:
    """The names that a node itself puts into the case's data."""
    if node.kind in ("serviceTask", "businessRuleTask") and node.binding.result:
        yield node.binding.result
    if node.kind == "scriptTask":
        try:
            yield from (line.name for line in check_script(script_of(node)))
        except ExpressionRefusedError:
            return


def _told(where: str, text: str, sentence: str) -> tuple[str, str]:
    problem, advice = in_two(sentence, "Correct the expression.")
    shown = " ".join(text.split())
    shown = shown if len(shown) <= 80 else f"{shown[:79]}…"
    return f"{where} ({shown}): {problem}", advice
