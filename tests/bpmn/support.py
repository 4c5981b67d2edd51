"""What of BPMN 2.0 runs and what is refused, with the diagram that proves it: writes docs/bpmn-support.md."""

import re
import sys
from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from engine.bindings import BPMN, parse_xml
from engine.checks import check_bundle
from engine.checks.bpmn20 import DESCRIBES, INSTEAD, LIMITS, TIMED, Limit
from engine.checks.elements import in_words
from engine.spiff.schema import bpmn20
from tests.engine.refusals import REFUSED
from tests.engine.shapes import DIAGRAMS, REGISTRY, bundle_of

TESTS = DIAGRAMS.parent / "engine"
SHOWN = 3
# Attributes that say something to readers only, or to what is not executed anyway.
NO_EFFECT = frozenset(
    {
        "associationDirection", "definitionalCollaborationRef", "evaluatesToTypeRef", "exporter", "exporterVersion",
        "isClosed", "isCollection", "itemKind", "itemRef", "itemSubjectRef", "structureRef", "textFormat",
        "typeLanguage",
    }
)  # fmt: skip
NAMED = frozenset({"message", "signal", "error", "escalation", "linkEventDefinition", "dataInput", "dataOutput"})
HEAD = """# BPMN 2.0, element by element

Made from the schema of BPMN 2.0, the tables of `engine/checks/bpmn20.py` and the diagrams under `tests/diagrams/`, by
`make bpmn-support`; a test fails when it is out of date, or when something of the schema is proved by no diagram.

*runs*: as BPMN 2.0 means it. *for readers*: BPMN 2.0 gives it no meaning for an engine; it may stand there, and changes
nothing. *refused*: `fasttrack process check` names the element's id and says what to draw instead; such a diagram
cannot be published. Diagrams under `accepted/` are run, with a restart before every step, by
`tests/engine/test_accepted_diagrams.py` and by the tests named beside them; those under `refused/` by
`tests/engine/test_checks.py`. Those under `conformance/`, such as conformance suites hold, are told by their stories:
`make conformance` prints how many run as they are drawn and how many are refused, and the same of the library alone.

Values travel with the token: a branch sees what it has set itself, and a join unites what each branch has changed since
they parted. Signals reach everybody who waits in the same case, and nobody else. A timer is a moment (`timeDate`),
never a duration.
"""


class Proofs:
    """Which diagrams hold what, and which of it is refused there."""

    @cached_property
    def accepted(self) -> dict[tuple[str, str], list[str]]:
        """By element and attribute: the accepted diagrams that hold it."""
        found: dict[tuple[str, str], list[str]] = {}
        for folder in ("accepted", "foreign"):
            for path in sorted((DIAGRAMS / folder).rglob("*.bpmn")):
                stem = path.relative_to(DIAGRAMS).with_suffix("").as_posix()
                for pair in _pairs(parse_xml(path.read_bytes())):
                    names = found.setdefault(pair, [])
                    if stem not in names:
                        names.append(stem)
        return {pair: sorted(names, key=self._told_first) for pair, names in found.items()}

    @cached_property
    def refused(self) -> dict[str, list[str]]:
        """By what a finding says: the refused diagrams that make it."""
        found: dict[str, list[str]] = {}
        for name, _, _ in REFUSED:
            for finding in check_bundle(bundle_of(f"refused/{name}"), REGISTRY):
                found.setdefault(finding.problem, []).append(f"refused/{name}")
        return found

    @cached_property
    def stories(self) -> dict[str, str]:
        """The text of each test module that tells stories of diagrams."""
        return {path.stem: path.read_text(encoding="utf-8") for path in sorted(TESTS.glob("test_*.py"))}

    def told_by(self, diagram: str) -> str:
        """The test module that tells a diagram's story; empty when only the test of all of them runs it."""
        name = re.compile(rf"[\"/]{re.escape(diagram.rpartition('/')[2])}[\"/]")
        return next((module for module, text in self.stories.items() if name.search(text)), "")

    def _told_first(self, diagram: str) -> tuple[bool, str]:
        return (not self.told_by(diagram), diagram)


PROOFS = Proofs()


def document() -> str:
    """The whole page."""
    rows = [*_rows()]
    counts = _counts(rows)
    lines = [HEAD, counts, "", "| Element and attribute | | Proved by |", "| --- | --- | --- |"]
    lines += [f"| {what} | {status} | {proof} |" for what, status, proof in rows]
    kinds = ", ".join(f"`{tag}`" for tag in sorted(_only_kinds()))
    lines += ["", "## Never written", "", f"Kinds of other elements, which stand in no file themselves: {kinds}."]
    return "\n".join(lines) + "\n"


def missing() -> list[str]:
    """What of the schema no diagram proves."""
    return [what for what, _, proof in _rows() if not proof]


def _rows() -> Iterator[tuple[str, str, str]]:
    schema = bpmn20()
    refused = _refused()
    for tag in sorted(schema.elements.keys() - _only_kinds()):
        status = "refused" if tag in refused else "for readers" if tag in DESCRIBES else "runs"
        proofs = _proofs_of_refusal(tag) if status == "refused" else PROOFS.accepted.get((tag, ""), [])
        yield f"**`{tag}`**", status, _listed(proofs)
        if status != "refused":
            for name in sorted(_attributes(tag)):
                yield from _attribute(tag, name)


def _attribute(tag: str, name: str) -> Iterator[tuple[str, str, str]]:
    limit = LIMITS.get((tag, name)) or LIMITS.get(("*", name))
    accepted = _listed(PROOFS.accepted.get((tag, name), []))
    what = f"&emsp;`{tag}` `{name}`"
    if limit is None:
        is_read = name not in NO_EFFECT and not (name == "name" and tag not in NAMED) and tag not in DESCRIBES
        yield what, "runs" if is_read else "for readers", accepted
        return
    values = {value for value in limit.values if value and "/" not in value} or limit.values
    said = " or ".join(f"`{value}`" for value in sorted(values) if value)
    if limit.values or accepted:
        yield f"{what} = {said or 'other files than BPMN'}", "runs", accepted
    yield f"{what}, {'any other' if limit.values else 'whatever it says'}", "refused", _listed(_of_limit(name, limit))


def _attributes(tag: str) -> set[str]:
    schema = bpmn20()
    types = set(schema.elements[tag])
    if "tExpression" in types:
        types.add("tFormalExpression")  # an expression may say that it is one
    return {name for kind in types if kind in schema.types for name in schema.types[kind].attributes}


def _of_limit(name: str, _: Limit) -> list[str]:
    begun = f"This engine does not execute {name}="
    return sorted({path for problem, paths in PROOFS.refused.items() if problem.startswith(begun) for path in paths})


def _proofs_of_refusal(tag: str) -> list[str]:
    """Diagrams in which the element is refused, or what it stands in."""
    found = []
    for path in sorted((DIAGRAMS / "refused").glob("*.bpmn")):
        name = f"refused/{path.stem}"
        if tag.encode() not in path.read_bytes() or path.stem in ("cut_off", "doctype"):
            continue
        for xml in parse_xml(path.read_bytes()).iter(f"{{{BPMN}}}{tag}"):
            said = [_refusal(ancestor) for ancestor in (xml, *xml.iterancestors())]
            if any(name in PROOFS.refused.get(problem, ()) for problem in said):
                found.append(name)
                break
    return found or [path for problem in (TIMED.get(tag, "-"),) for path in _beginning(problem)]


def _refusal(xml: etree._Element) -> str:
    return f"This engine does not execute {in_words(etree.QName(xml).localname)}."


def _beginning(problem: str) -> list[str]:
    return [path for said, paths in PROOFS.refused.items() if said.startswith(problem) for path in paths]


def _refused() -> set[str]:
    """The elements that are refused, or can stand only in others that are."""
    schema, refused = bpmn20(), {*INSTEAD, *TIMED}
    parents, kinds = _parents(), _only_kinds()
    found = True
    while found:
        found = False
        for tag in schema.elements.keys() - refused - kinds - {"definitions"}:
            if parents[tag] - kinds <= refused:
                refused.add(tag)
                found = True
    return refused


def _only_kinds() -> set[str]:
    """The elements that are abstract, or that the schema lets stand nowhere."""
    parents = _parents()
    kinds = {*bpmn20().abstract}
    while (
        more := {tag for tag in bpmn20().elements if tag != "definitions" and parents.get(tag, set()) <= kinds} - kinds
    ):
        kinds |= more
    return kinds


def _parents() -> dict[str, set[str]]:
    schema = bpmn20()
    found: dict[str, set[str]] = {tag: set() for tag in schema.elements}
    for tag, types in schema.elements.items():
        for kind in types & schema.types.keys():
            for child in schema.types[kind].children:
                found[child].add(tag)
    return found


def _pairs(root: etree._Element) -> Iterator[tuple[str, str]]:
    for xml in root.iter(f"{{{BPMN}}}*"):
        tag = etree.QName(xml).localname
        yield tag, ""
        yield from ((tag, str(name)) for name in xml.attrib if not str(name).startswith("{"))


def _listed(diagrams: list[str]) -> str:
    shown = []
    for diagram in diagrams[:SHOWN]:
        told = PROOFS.told_by(diagram) if not diagram.startswith("refused/") else ""
        shown.append(f"`{diagram}`" + (f" ({told})" if told else ""))
    return ", ".join(shown)


def _counts(rows: list[tuple[str, str, str]]) -> str:
    elements = [status for what, status, _ in rows if what.startswith("**")]
    attributes = [status for what, status, _ in rows if not what.startswith("**")]
    parts = [
        f"{elements.count(word)} {said} ({attributes.count(word)} lines of attributes)"
        for word, said in (("runs", "run"), ("for readers", "are for readers"), ("refused", "are refused"))
    ]
    return f"Of the {len(elements)} elements that a file can hold {', '.join(parts)}."


if __name__ == "__main__":
    sys.stdout.write(document())
