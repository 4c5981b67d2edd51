"""Timers and due dates: moments that the school's calendar gives, never durations of a clock."""

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import date, datetime

from lxml import etree

from engine.bindings import BPMN
from engine.checks.bpmn20 import TIMED
from engine.checks.diagram import Diagram, Node, plain, text_of
from engine.checks.expressions import examine
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.expressions import ExpressionRefusedError
from engine.expressions import check as check_expression

ISO_DURATION = re.compile(r"(R\d*/.*|P[\dYMWDTHS.,]*\d[\dYMWDTHS.,]*)", re.IGNORECASE)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d.*")
NOT_MOMENTS = (date, int, float, bool, list, dict, None, "date", "int", "float", "bool", "list", "dict", "None")
ADVICE = "Write an expression that gives a moment, such as start_of(…) or end_of(…) of a day."


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Timers that are no moment."""
    for node in diagram.nodes:
        if node.event == "timer":
            yield from _timer(diagram, material, node, node.events[0])
        if node.binding.due and node.kind == "userTask":
            yield from check_moment(diagram.file, node.id, "The due date", plain(node.binding.due), material)


def _timer(diagram: Diagram, material: Material, node: Node, definition: etree._Element) -> Iterator[Finding]:
    for kind, words in TIMED.items():
        if definition.find(f"{{{BPMN}}}{kind}") is not None:
            problem = f"{words}, which is counted by a clock that knows no working days."
            yield Finding(diagram.file, node.id, problem, f"Make it a date. {ADVICE}")
            return
    text = plain(text_of(definition.find(f"{{{BPMN}}}timeDate")))
    if not text:
        yield Finding(diagram.file, node.id, "This timer has no date.", ADVICE)
    elif is_moment(text):
        return
    elif ISO_DURATION.fullmatch(text):
        problem = f"The timer's date {text} is a duration without quotes, not an expression."
        yield Finding(diagram.file, node.id, problem, ADVICE)
    elif ISO_DAY.fullmatch(text):
        problem = f"The timer's date {text} is a day without quotes, not an expression."
        yield Finding(diagram.file, node.id, problem, ADVICE)
    else:
        yield from examine(diagram.file, node.id, "The timer's date", text, material.names.at(node), material)
        yield from check_moment(diagram.file, node.id, "The timer's date", text, material)


def check_moment(file: str, element: str, where: str, text: str, material: Material) -> Iterator[Finding]:
    """What is wrong with an expression that ought to give a moment."""
    try:
        tree = check_expression(text).tree
    except ExpressionRefusedError:
        return  # named by the check of expressions
    for part in _results(tree):
        if why := _no_moment(part, material):
            yield Finding(file, element, f"{where} ({text}) {why}", ADVICE)


def _results(tree: ast.expr) -> Iterator[ast.expr]:
    """What an expression can come to: both sides of a conditional one."""
    if isinstance(tree, ast.IfExp):
        yield from _results(tree.body)
        yield from _results(tree.orelse)
    else:
        yield tree


def _no_moment(tree: ast.expr, material: Material) -> str:
    if isinstance(tree, ast.Name):
        return ""
    if isinstance(tree, ast.Constant):
        return "" if is_moment(tree.value) else "is no moment with its offset."
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        return "gives no moment."
    function = material.registry.facts.get(tree.func.id)
    if function is not None and inspect.signature(function).return_annotation in NOT_MOMENTS:
        return f"gives no moment: {tree.func.id} gives a day or a number."
    return ""


def is_moment(value: object) -> bool:
    """Whether a text is a moment with its offset."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).utcoffset() is not None
    except ValueError:
        return False
