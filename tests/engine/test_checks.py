"""Everything that can be wrong with a bundle is found, with the element's id and what to do about it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bundles import Bundle, read_folder
from engine.checks import Finding, check_bundle
from handlers import REGISTRY as HANDLERS
from tests.engine.shapes import DIAGRAMS, REGISTRY, bundle_of

SHIPPED = Path(__file__).parents[2] / "bpmn" / "fast_track"
ACCEPTED = sorted(path.stem for path in (DIAGRAMS / "accepted").iterdir())

# The diagram, the element that is named, and words of the sentence.
REFUSED = [
    # files
    ("doctype", "", "A DOCTYPE is not allowed."),
    ("cut_off", "", "not readable as XML"),
    ("no_process", "", "no process in this file"),
    ("same_id_twice", "Ask", "The id Ask is used twice"),
    ("same_id_in_two_files", "Set", "also in first.bpmn"),
    # handlers, forms, letters, decisions
    ("unknown_handler", "Tell", "There is no handler shape.doo. Did you mean shape.do?"),
    ("no_handler", "Tell", "names no handler"),
    ("unknown_prepare", "Ask", "There is no handler shape.prepair."),
    ("service_as_accept", "Ask", "cannot be used as `accept`"),
    ("unknown_input", "Tell", "has no input leter. Did you mean letter?"),
    ("missing_input", "Tell", "needs the input letter"),
    ("missing_form", "Ask", "There is no form question."),
    ("no_form", "Ask", "names no form"),
    ("no_groups", "Ask", "names no groups"),
    ("missing_letter", "Tell", "There is no letter N9."),
    ("missing_decision", "Decide", "There is no decision sizes."),
    ("decision_without_result", "Decide", "kept under no name"),
    ("offers_without_prepare", "Ask", "waits for the options of who, but no handler gives them"),
    ("report_of_nobody", "Hear", "Nobody may make this report"),
    ("met_by_nothing", "Late", "met by Answer, but there is no such step"),
    ("raises_no_deadline", "Raise", "Late is no deadline"),
    # timers and their labels
    ("duration_without_quotes", "Wait", "P15D is a duration without quotes"),
    ("day_without_quotes", "Wait", "2026-12-02 is a day without quotes"),
    ("duration", "Wait", "is a duration, which is counted by a clock"),
    ("cycle", "Wait", "is a cycle, which is counted by a clock"),
    ("no_date", "Wait", "has no date"),
    ("day_for_a_moment", "Wait", "weeks_after gives a day"),
    ("number_for_a_moment", "Ask", "The due date (policy.review_weeks) gives no moment"),
    ("label_against_policy", "Wait", "The label says 8 weeks, but policy.review_weeks is 6 weeks."),
    ("label_of_other_weeks", "Wait", "The label says 6 school weeks, but policy.review_weeks is 6 weeks."),
    ("label_without_number", "Wait", "counts with no such number"),
    # expressions
    ("unknown_name", "Choose_Write", "no step before this one sets `kind`"),
    ("unknown_function", "Choose_Write", "Did you mean `is_big()`?"),
    ("unknown_policy", "Wait", "`policy.weeks` is not in the policy"),
    ("wrong_arguments", "Wait", "Write `start_of(day)`."),
    ("python", "Import", "values have no methods"),
    ("statement", "Import", "only lines of the form: name = expression"),
    ("name_of_a_function", "Tell", "`opened_on` is a function"),
    ("name_not_set_before", "Each", "no step before this one sets `someone`"),
    ("key_set_after_the_fork", "Hear", "no step before this one sets `topic`"),
    # shapes that the library runs wrongly
    ("event_subprocess", "Beside", "does not execute event subprocesses"),
    ("event_based_gateway", "Which", "does not execute an event based gateway"),
    ("listening_without_gateway", "Hear", "without an exclusive gateway"),
    ("loop_without_gateway", "Ask", "without an exclusive gateway"),
    ("straight_back", "Late", "leads straight back into Ask"),
    ("list_of_nobody", "Tell", "No service sets the list people"),
    ("list_from_a_script", "Tell", "No service sets the list people"),
    ("list_on_one_way", "Tell", "No service sets the list people"),
    ("list_of_the_round_before", "Tell", "No service sets the list people"),
    ("outputs_not_emptied", "Tell", "The list answers is not emptied"),
    ("outputs_not_set", "Tell", "Not every instance sets answer"),
    ("result_of_each_lost", "Tell", "nothing collects it, so it is lost"),
    ("item_with_a_used_name", "Tell", "The item person has the name of something"),
    ("cardinality", "Tell", "does not execute a loop cardinality"),
    ("join_in_a_loop", "Join", "joins branches inside a loop"),
    ("inclusive_join_in_a_loop", "Join", "joins branches inside a loop"),
    ("task_behind_a_deadline", "Remind", "a person's task behind the event Late"),
    ("task_deep_behind_a_deadline", "Reminding", "Remind is a person's task"),
    ("heard_once", "Hear", "only once"),
    ("escalation_without_code", "Moved", "has no code"),
    ("error_without_code", "Again", "has no code"),
    ("escalation_nobody_catches", "Moved", "Nothing catches the escalation moved"),
    ("message_without_name", "Hear", "The message Complaint has no name."),
    ("message_of_nothing", "Hear", "There is no message Complaint."),
    # calls
    ("called_without_inputs", "meeting", "declares no inputs and outputs"),
    ("called_without_outputs", "meeting", "declares no outputs"),
    ("output_that_nobody_sets", "meeting", "gives back held, but nothing in it sets it"),
    ("input_that_nobody_sets", "Meet", "needs the input kind, but nothing sets it before"),
    ("terminate_in_a_called_process", "M2", "loses what it gives back"),
    ("inputs_at_the_call", "Meet", "would lose the case's data"),
    ("name_unlike_its_id", "meeting", "differ"),
    ("call_of_nothing", "Meet", "There is no process meeting"),
    ("two_entries", "meeting", "2 processes are called by no other"),
    ("calls_itself", "meeting", "calls itself"),
    ("not_executable", "shape", "marked as not executable"),
    # flow
    ("unreachable", "Read", "No flow from the start event reaches this step."),
    ("dead_end", "Read", "Nothing follows this step."),
    ("no_start", "shape", "has no start event"),
    ("two_starts", "shape", "has 2 start events"),
    ("flow_to_nowhere", "Ask_Nowhere", "ends at 'Nowhere'"),
    ("gateway_without_default", "Choose", "Choose_Read has no condition and is not the default"),
    ("condition_after_a_task", "Ask_Finish", "is never asked"),
    ("two_ways_out_of_a_task", "Ask", "2 flows leave this step at once"),
    # what the engine does not execute
    ("send_task", "It", "does not execute a send task"),
    ("receive_task", "It", "does not execute a receive task"),
    ("manual_task", "It", "does not execute a manual task"),
    ("plain_task", "It", "does not execute a task"),
    ("complex_gateway", "It", "does not execute a complex gateway"),
    ("ad_hoc", "It", "does not execute an ad hoc sub process"),
    ("transaction", "It", "does not execute a transaction"),
    ("signal", "It", "does not execute a signal event"),
    ("link", "It", "does not execute a link event"),
    ("conditional", "It", "does not execute a conditional event"),
    ("compensation", "It", "does not execute a compensate event"),
    ("standard_loop", "It", "does not execute a standard loop"),
    ("several_definitions", "It", "several definitions"),
    ("waits_for_nothing", "It", "waits for nothing"),
    ("message_thrown", "It", "does not throw messages"),
    ("started_by_a_message", "Begin", "starts nothing here"),
    ("data_object", "PaperHere", "does not execute a data object reference"),
    ("mapping", "It", "does not read zeebe:ioMapping"),
]


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
