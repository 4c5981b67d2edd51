"""Whether the number in a timer's label is the one its expression counts with."""

import ast
import re
from collections.abc import Iterator

from engine.checks.diagram import Diagram, Node, plain, text_of
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.expressions import Checked, ExpressionRefusedError
from engine.expressions import check as check_expression
from engine.policy import PolicyValue

WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
PERIOD = re.compile(
    rf"\b(\d+|{'|'.join(WORDS)})[\s-]+((?:working|school|calendar|clear)[\s-]+)?(hour|day|week|month|year|session)s?\b",
    re.IGNORECASE,
)


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Labels such as “6 weeks to the review” beside a policy that says something else."""
    if material.policy is None:
        return
    values = dict(material.policy.items())
    for node in diagram.nodes:
        used = _used(node)
        if used is None:
            continue
        for number, unit in periods(node.binding.name):
            yield from _compared(diagram, node, number, unit, used, values)


def periods(label: str) -> Iterator[tuple[int, str]]:
    """The periods in a label: `6 school weeks` is 6 and `school weeks`."""
    for number, kind, unit in PERIOD.findall(label):
        count = int(number) if number.isdigit() else WORDS.index(number.lower())
        yield count, f"{' '.join(kind.split('-')).strip()} {unit}s".strip().lower()


def _compared(
    diagram: Diagram,
    node: Node,
    number: int,
    unit: str,
    used: Checked,
    values: dict[str, PolicyValue],
) -> Iterator[Finding]:
    named = {name: values[name] for name in sorted(used.policy) if name in values}
    if any(value.value == number and value.unit.lower() == unit for value in named.values()):
        return
    if named:
        told = " and ".join(f"policy.{name} is {value.value} {value.unit}" for name, value in named.items())
        problem = f"The label says {number} {unit}, but {told}."
        yield Finding(
            diagram.file, node.id, problem, "Write in the label what the policy says, or correct the expression."
        )
    elif number not in _numbers(used):
        problem = f"The label says {number} {unit}, but the expression counts with no such number."
        advice = "Let the expression name the number of the policy, such as policy.notice_days."
        yield Finding(diagram.file, node.id, problem, advice)


def _used(node: Node) -> Checked | None:
    if node.event != "timer":
        return None
    try:
        return check_expression(plain(text_of(node.events[0])))
    except ExpressionRefusedError:
        return None


def _numbers(used: Checked) -> set[int]:
    found = (part.value for part in ast.walk(used.tree) if isinstance(part, ast.Constant))
    return {value for value in found if type(value) is int}
