"""Everything that can be wrong with a bundle is found, with the element's id and what to do about it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bundles import Bundle, read_folder
from engine.checks import Finding, check_bundle
from handlers import REGISTRY as HANDLERS
from tests.engine.refusals import REFUSED
from tests.engine.shapes import DIAGRAMS, REGISTRY, bundle_of

SHIPPED = Path(__file__).parents[2] / "bpmn" / "fast_track"
ACCEPTED = sorted(path.stem for path in (DIAGRAMS / "accepted").iterdir())


def check(diagram: str, changed: dict[str, bytes] | None = None) -> list[Finding]:
    return check_bundle(bundle_of(diagram, changed=changed), REGISTRY)


@pytest.mark.parametrize(("diagram", "element", "words"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_what_is_wrong_is_named_with_its_element(diagram: str, element: str, words: str) -> None:
    findings = check(f"refused/{diagram}")

    assert any(finding.element == element and words in f"{finding.problem} {finding.advice}" for finding in findings)
    assert all(finding.file and finding.problem.endswith(".") and finding.advice for finding in findings)


def test_every_refused_diagram_has_its_line_in_the_table() -> None:
    drawn = {path.stem for path in (DIAGRAMS / "refused").iterdir()}

    assert drawn == {name for name, _, _ in REFUSED}


@pytest.mark.parametrize("diagram", ACCEPTED)
def test_what_is_drawn_rightly_is_accepted(diagram: str) -> None:
    assert check(f"accepted/{diagram}") == []


def test_the_shipped_bundle_is_accepted() -> None:
    assert check_bundle(read_folder(SHIPPED), HANDLERS) == []


def test_a_bundle_without_a_diagram_is_named() -> None:
    (finding,) = check_bundle(Bundle("shape", {}), REGISTRY)

    assert "holds no diagram" in finding.problem


def test_several_faults_are_all_found_at_once() -> None:
    findings = check_bundle(bundle_of("refused/unknown_handler", "refused/missing_form"), REGISTRY)

    assert {finding.element for finding in findings} >= {"Tell", "Ask"}


@pytest.mark.parametrize(
    ("file", "content", "element", "words"),
    [
        ("forms/ask.json", b'{"id": "ask"', "form", "not readable as JSON"),
        ("forms/ask.json", b'{"id": "ask", "title": "Ask", "fields": []}', "fields", "a list of 1 to"),
        (
            "forms/ask.json",
            b'{"id": "ask", "title": "Ask", "fields": [{"name": "opened_on", "type": "date", "label": "When?"}]}',
            "fields.opened_on",
            "is a function",
        ),
        ("policy.json", b'{"review_weeks": 6}', "", "each entry needs value"),
        ("policy.json", b"not json", "", "each entry needs value"),
        ("letters/N1.md", b"\xff\xfe\x00", "", "no text in UTF-8"),
        ("letters/N1.md", b"  \n", "", "is empty"),
        ("decisions/size.dmn", b"<nothing/>", "file", "not a DMN file"),
        ("decisions/twice.dmn", (DIAGRAMS / "decisions" / "size.dmn").read_bytes(), "size", "is also in"),
        ("scenarios/one.json", b"{", "", "cannot be read"),
    ],
)
def test_other_files_are_checked_too(file: str, content: bytes, element: str, words: str) -> None:
    findings = check("accepted/deciding", {file: content})

    assert any(
        finding.file == file and finding.element == element and words in f"{finding.problem} {finding.advice}"
        for finding in findings
    )


def test_a_table_may_only_use_what_is_set_where_it_is_called() -> None:
    table = (DIAGRAMS / "decisions" / "size.dmn").read_bytes().replace(b"is_big('this')", b"weight &gt; 9")

    (finding,) = check("accepted/deciding", {"decisions/size.dmn": table})

    assert finding.element == "size_input"
    assert "`weight` is not a name" in finding.problem


def test_whoever_renders_letters_says_what_is_wrong_with_them() -> None:
    def read_letter(template: bytes, fields: bytes) -> list[tuple[int, str]]:
        assert fields == b"{}"
        return [(1, "there is no field name")] if b"((name))" in template else []

    (finding,) = check_bundle(bundle_of("accepted/deciding"), REGISTRY, read_letter=read_letter)

    assert (finding.file, finding.element) == ("letters/N1.md", "line 1")
    assert finding.problem == "There is no field name."


def test_a_process_too_long_to_be_read_is_named() -> None:
    steps = [f'<bpmn:exclusiveGateway id="G{n}"/>' for n in range(500)]
    flows = [f'<bpmn:sequenceFlow id="F{n}" sourceRef="G{n}" targetRef="G{n + 1}"/>' for n in range(499)]
    whole = f"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">
        <bpmn:process id="long" isExecutable="true"><bpmn:startEvent id="S"/>{"".join(steps)}<bpmn:endEvent id="E"/>
        <bpmn:sequenceFlow id="FS" sourceRef="S" targetRef="G0"/>{"".join(flows)}
        <bpmn:sequenceFlow id="FE" sourceRef="G499" targetRef="E"/></bpmn:process></bpmn:definitions>"""

    (finding,) = check_bundle(Bundle("long", {"long.bpmn": whole.encode()}), REGISTRY)

    assert "502 steps" in finding.problem


SEEDS = [path.read_bytes() for path in sorted(DIAGRAMS.rglob("*.bpmn")) if path.parent.name != "traps"]


@given(st.data())
def test_no_file_can_break_the_check(data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(SEEDS))
    words = seed.split(b'"')
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(words) - 1))
        words[at] = data.draw(st.sampled_from([*words, b"", b"=", b"P1D", b"\x00", b"<", b"None", b"/>", b"Finish"]))

    findings = check_bundle(Bundle("shape", {"broken.bpmn": b'"'.join(words)}), REGISTRY)

    assert not any("could not be checked" in finding.problem for finding in findings)


@given(st.binary(max_size=200), st.sampled_from([".bpmn", ".dmn", ".json", ".md"]))
def test_no_content_at_all_can_break_the_check(content: bytes, suffix: str) -> None:
    files = {f"anything{suffix}": content, "shape.bpmn": SEEDS[0], f"forms/anything{suffix}": content}

    check_bundle(Bundle("shape", files), REGISTRY)
