"""Every rule that binds is declared in the bundle with what covers it, and what is taken away is found."""

import json

import pytest

from api.documents.checking import letter_problems
from engine.bundles import Bundle
from engine.checks import check_bundle
from engine.checks.coverage import FILE, covering_of, read_declared
from engine.checks.material import read_material
from handlers import REGISTRY
from tests.bpmn.declared import SHIPPED, binding, declared
from tests.bpmn.mutants import without


def findings_of(bundle: Bundle) -> list[tuple[str, str]]:
    """What is missing, and the sentence."""
    found = check_bundle(bundle, REGISTRY, read_letter=letter_problems)
    return [(finding.element, f"{finding.problem} {finding.advice}") for finding in found if finding.file == FILE]


def with_file(name: str, content: str) -> Bundle:
    return Bundle(SHIPPED.name, {**SHIPPED.files, name: content.encode()})


def test_every_binding_rule_of_the_procedure_is_declared_with_what_covers_it() -> None:
    rules = {each.rule: each for each in read_declared(SHIPPED.files[FILE])}

    assert {rule: each.strength for rule, each in rules.items()} == binding()
    assert [rule for rule, each in rules.items() if not each.covered_by] == []


def test_what_is_declared_anew_holds_everything_that_names_a_rule() -> None:
    anew = with_file(FILE, declared(SHIPPED))

    assert findings_of(anew) == []
    for rule, names in covering_of(read_material(anew, REGISTRY)).items():
        if rule in binding():
            assert f'"{rule}"' in anew.files[FILE].decode()
            assert all(f'"{name}"' in anew.files[FILE].decode() for name in names)


@pytest.mark.rule("R022", "R033", "R041", "R058", "R059", "R089")
@pytest.mark.parametrize(
    ("element", "rule"),
    [
        ("EstablishParents", "R022"),
        ("NoticeHasRun", "R033"),
        ("HearCannotAttend", "R041"),
        ("SixWeeks", "R058"),
        ("GiveMinutes", "R059"),
        ("TwentyDays", "R089"),
    ],
)
def test_a_step_that_covered_a_rule_and_is_taken_away_is_a_finding(element: str, rule: str) -> None:
    found = findings_of(without(SHIPPED, element))

    assert any(gone == element and sentence.startswith(f"{rule} (") for gone, sentence in found)


@pytest.mark.rule("R067")
def test_a_question_that_alone_covered_a_rule_and_is_taken_away_is_a_finding() -> None:
    form = json.loads(SHIPPED.files["forms/record_meeting.json"])
    form["fields"] = [field for field in form["fields"] if field["name"] != "pupil_signed"]

    found = findings_of(with_file("forms/record_meeting.json", json.dumps(form)))

    assert ("record_meeting", "R067 (SHOULD) was covered by form record_meeting, which is gone or names it no more. "
            "Nothing else covers it. Bring it back, or let another step cover R067 and name that one in rules.json.",
            ) in found  # fmt: skip


def test_a_letter_that_no_step_sends_covers_nothing() -> None:
    diagram = SHIPPED.files["fast_track.bpmn"].decode()
    assert 'value="L8a"' in diagram

    found = findings_of(with_file("fast_track.bpmn", diagram.replace('value="L8a"', 'value="L8b"')))

    assert {gone for gone, _ in found} == {"L8a"}


@pytest.mark.parametrize("content", ["[1]", '{"R001": {}}', '{"R001": {"strength": "MUST", "covered_by": "x"}}', "["])
def test_what_cannot_be_read_is_a_finding(content: str) -> None:
    found = check_bundle(with_file(FILE, content), REGISTRY)

    assert FILE in {finding.file for finding in found}


def test_a_bundle_that_declares_no_rules_has_nothing_to_cover() -> None:
    bundle = Bundle(SHIPPED.name, {name: content for name, content in SHIPPED.files.items() if name != FILE})

    assert check_bundle(without(bundle, "TellParents"), REGISTRY) == []
