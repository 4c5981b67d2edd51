"""`make rules`: each rule of the procedure, how strong it is, where it stands in the product, and which tests prove it.

Exit 1 when a rule that binds stands nowhere or no test proves it.
"""

import csv
import io
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT / "bpmn" / "fast_track"
CODE = ("attendance", "handlers", "api")
BINDING = {"MUST", "SHOULD", "SHOULD NOT", "AIM→SHOULD", "CONSIDER"}
RULE = re.compile(r"\b([RE])(\d{1,3})(?:[-–]\1?(\d{1,3}))?\b")
# What holds others names the rules of all of them, and carries none itself.
STEP = re.compile(
    r"<bpmn:(?!subProcess|process|callActivity)(\w+) id=\"(\w+)\"[^>]*>\s*"
    r"<bpmn:documentation>(.*?)</bpmn:documentation>",
    re.DOTALL,
)


def rules_in(text: str) -> set[str]:
    """The rules that a text names, ranges such as R006-R008 written out."""
    found: set[str] = set()
    for kind, first, last in RULE.findall(text):
        width = len(first)
        found |= {f"{kind}{number:0{width}}" for number in range(int(first), int(last or first) + 1)}
    return found


def where() -> dict[str, set[str]]:
    """Rule → the places of the bundle and the code that name it."""
    places: dict[str, set[str]] = defaultdict(set)
    for rule, place in (*_in_bundle(), *_in_code()):
        places[rule].add(place)
    return places


class Collected:
    """What pytest would run: rule → the tests that are marked with it."""

    def __init__(self) -> None:
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Called by pytest once it knows its tests."""
        for item in session.items:
            for mark in item.iter_markers("rule"):
                for rule in mark.args:
                    self.tests[rule].add(item.nodeid)


def proofs() -> dict[str, set[str]]:
    """Rule → the tests that prove it."""
    collected = Collected()
    with redirect_stdout(io.StringIO()) as said:
        ended = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", str(ROOT / "tests")], [collected])
    if ended != pytest.ExitCode.OK:
        sys.exit(said.getvalue())
    return collected.tests


def _in_bundle() -> Iterator[tuple[str, str]]:
    for path in sorted(BUNDLE.glob("*.bpmn")):
        for _, element, said in STEP.findall(path.read_text(encoding="utf-8")):
            yield from ((rule, f"diagram {element}") for rule in rules_in(said))
    for path in sorted(BUNDLE.glob("forms/*.json")):
        for field in _fields(json.loads(path.read_text(encoding="utf-8"))["fields"]):
            yield from ((rule, f"form {path.stem}.{field['name']}") for rule in field.get("rules", ()))
    for name, number in json.loads((BUNDLE / "policy.json").read_text(encoding="utf-8")).items():
        yield number["rule"], f"policy {name}"
    for path in sorted(BUNDLE.glob("letters/*.md")):
        yield from ((rule, f"letter {path.stem}") for rule in rules_in(path.read_text(encoding="utf-8")))
    invariants = json.loads((BUNDLE / "invariants.json").read_text(encoding="utf-8"))
    for name, said in _named(invariants):
        yield said, f"invariant {name}"


def _named(part: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        if "rule" in part:
            yield str(part.get("id", name)), part["rule"]
        for key, each in part.items():
            yield from _named(each, key)
    elif isinstance(part, list):
        for each in part:
            yield from _named(each, name)


def _fields(fields: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for field in fields:
        yield field
        yield from _fields(field.get("of", []))  # type: ignore[arg-type]


def _in_code() -> Iterator[tuple[str, str]]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = str(path.relative_to(ROOT))
            yield from ((rule, place) for rule in rules_in(path.read_text(encoding="utf-8")))


def main(arguments: list[str]) -> int:
    """Prints the table; with a rule's number everything about that one."""
    places, tests = where(), proofs()
    with (ROOT / "docs" / "rules.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanting = []
    for row in rows:
        rule = row["rule"]
        if arguments and rule not in arguments:
            continue
        if row["strength"] in BINDING and not (places[rule] and tests[rule]):
            wanting.append(rule)
        print(f"{rule}  {row['strength']:<11} {row['says']}")
        shown = [sorted(places[rule]), sorted(tests[rule])]
        for title, found in zip(("stands in", "proved by"), shown, strict=True):
            listed = found if arguments else found[:3]
            more = f" and {len(found) - len(listed)} more" if len(found) > len(listed) else ""
            print(f"      {title}: {', '.join(listed) or 'NOTHING'}{more}")
    binding = [row["rule"] for row in rows if row["strength"] in BINDING]
    print(
        f"{len(binding) - len(wanting)} of {len(binding)} binding rules stand and are proved; {len(rows)} rules in all."
    )
    if wanting:
        print(f"Wanting: {', '.join(wanting)}", file=sys.stderr)
    return int(bool(wanting))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
