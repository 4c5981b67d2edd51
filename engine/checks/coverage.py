"""The rules that a bundle is there for, and whether everything that covers them still does.

rules.json declares them: {"R033": {"strength": "MUST", "covered_by": ["step NoticeHasRun", "form confirm_posting"]}}.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.bindings import BPMN
from engine.checks.diagram import Node
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.errors import BundleRefused
from engine.forms import Field

FILE = "rules.json"
SHAPE = 'rules.json is {"R033": {"strength": "MUST", "covered_by": ["step …", "form …", "letter …", …]}, …}.'
HOLDING = ("subProcess", "callActivity")  # name the rules of all that is inside, and carry none themselves
NAMED = re.compile(r"\bR(\d{3})(?:\s*[-–]\s*R?(\d{3}))?\b")


@dataclass(frozen=True)
class Declared:
    """A rule, how strongly it binds, and what of the bundle it needs."""

    rule: str
    strength: str
    covered_by: tuple[str, ...]


def check_coverage(material: Material) -> Iterator[Finding]:
    """Rules that something covered which is not there any more, or does not name them any more."""
    try:
        declared = read_declared(material.bundle.files.get(FILE, b"{}"))
    except BundleRefused as error:
        yield Finding(FILE, "", str(error), SHAPE)
        return
    covering = covering_of(material) if declared else {}
    for each in declared:
        there = covering.get(each.rule, frozenset())
        left = [name for name in each.covered_by if name in there]
        for gone in sorted(set(each.covered_by) - there):
            still = f"{', '.join(left)} is left." if left else "Nothing else covers it."
            problem = f"{each.rule} ({each.strength}) was covered by {gone}, which is gone or names it no more."
            advice = f"{still} Bring it back, or let another step cover {each.rule} and name that one in {FILE}."
            yield Finding(FILE, gone.partition(" ")[2], problem, advice)


def read_declared(content: bytes) -> list[Declared]:
    """The rules of rules.json. Raises BundleRefused."""
    try:
        raw = json.loads(content)
        found = [
            Declared(str(rule), str(said["strength"]), _names(said["covered_by"])) for rule, said in dict(raw).items()
        ]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BundleRefused(f"This cannot be read ({type(error).__name__}: {error}).") from None
    return found


def covering_of(material: Material) -> Mapping[str, frozenset[str]]:
    """By rule: the steps, forms, letters, decisions and numbers that name it, as far as a step uses them."""
    found: dict[str, set[str]] = defaultdict(set)
    for rule, name in _covering(material):
        found[rule].add(name)
    return {rule: frozenset(names) for rule, names in found.items()}


def _covering(material: Material) -> Iterator[tuple[str, str]]:
    for node in material.nodes.values():
        if node.kind not in HOLDING:
            yield from ((rule, f"step {node.id}") for rule in rules_in(_documentation(node)))
        binding = node.binding
        if form := material.forms.get(binding.form):
            named = (rule for field in _fields(form.fields) for rule in field.rules)
            yield from ((rule, f"form {binding.form}") for rule in rules_in(" ".join(named)))
        letter = binding.properties.get("letter", "")
        content = material.bundle.files.get(f"letters/{letter}.md", b"").decode(errors="replace")
        yield from ((rule, f"letter {letter}") for rule in rules_in(content))
        if binding.decision in material.decisions:
            table = material.bundle.files[material.decisions[binding.decision][0]].decode(errors="replace")
            yield from ((rule, f"decision {binding.decision}") for rule in rules_in(table))
    for name, value in dict(material.policy.items() if material.policy else ()).items():
        yield from ((rule, f"policy {name}") for rule in rules_in(value.rule))


def rules_in(text: str) -> set[str]:
    """The rules that a text names, ranges such as R006–R008 written out."""
    return {
        f"R{number:03d}" for first, last in NAMED.findall(text) for number in range(int(first), int(last or first) + 1)
    }


def _documentation(node: Node) -> str:
    return " ".join("".join(said.itertext()) for said in node.xml.iterfind(f"{{{BPMN}}}documentation"))


def _fields(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _fields(field.of)


def _names(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(name, str) for name in raw):
        raise TypeError("covered_by is a list of texts")
    return tuple(raw)
