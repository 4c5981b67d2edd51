"""How dates were worked out, in words."""

import ast
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from attendance.derivation import WORDED, derivation_in_words

BUNDLE = Path(__file__).parents[2] / "bpmn" / "fast_track"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"


def asked(function: str, *arguments: Any, result: Any) -> dict[str, Any]:
    return {"function": function, "arguments": list(arguments), "result": result}


@pytest.mark.parametrize(
    ("trace", "words"),
    [
        (
            [
                {"policy": "notice_days", "value": 5},
                asked("notice_runs_from", "01a", result="2026-12-02"),
                asked("working_days_after", 5, "2026-12-02", result="2026-12-09"),
                asked("start_of", "2026-12-09", result="2026-12-09T00:00:00+00:00"),
            ],
            "The start of Wed 9 Dec 2026: 5 working days after Wed 2 Dec 2026, from which the notice runs.",
        ),
        (
            [
                asked("outcome_on", result="2026-12-14"),
                asked("school_weeks_after", 6, "2026-12-14", result="2027-02-08"),
                asked("offered", "2027-02-08", result="2027-02-05"),
                asked("end_of", "2027-02-05", result="2027-02-05T23:59:59+00:00"),
            ],
            "The end of Fri 5 Feb 2027: the last school day on or before Mon 8 Feb 2027, which is 6 school weeks after "
            "Mon 14 Dec 2026, when the outcome was decided.",
        ),
        (
            [
                asked("held_on", "review", result="2026-01-12"),
                asked("latest_internal_review", 6, 30, "2026-01-12", result="2026-03-02"),
                asked("end_of", "2026-03-02", result="2026-03-02T23:59:59+00:00"),
            ],
            "The end of Mon 2 Mar 2026: the last school day within 6 school weeks and 30 school days of "
            "Mon 12 Jan 2026, when the review was held.",
        ),
        (
            [
                asked("held_on", "panel", result="2026-12-10"),
                asked("weeks_after", 6, "2026-12-10", result="2027-01-21"),
                asked("end_of", "2027-01-21", result="2027-01-21T23:59:59+00:00"),
            ],
            "The end of Thu 21 Jan 2027: 6 weeks after Thu 10 Dec 2026, when the panel was held.",
        ),
        (
            [asked("meeting_starts", "01a", result="2027-06-10T10:30:00+01:00")],
            "Thu 10 Jun 2027 at 10:30, when the meeting begins.",
        ),
        (
            [
                asked("look_again_on", result="2027-01-11"),
                asked("start_of", "2027-01-11", result="2027-01-11T00:00:00+00:00"),
            ],
            "The start of Mon 11 Jan 2027, the day named for looking again.",
        ),
        (
            [asked("full_moon_after", "2026-12-01", result="2026-12-24")],
            "Thu 24 Dec 2026, from full moon after.",
        ),
        (
            [asked("working_days_after", 1, "2026-12-24", result="2026-12-29")],
            "Tue 29 Dec 2026: 1 working day after Thu 24 Dec 2026.",
        ),
        ([], ""),
        ([{"policy": "notice_days", "value": 5}], ""),
    ],
)
def test_a_trace_reads_as_a_sentence(trace: list[dict[str, Any]], words: str) -> None:
    assert derivation_in_words(trace) == words


def test_every_function_that_times_the_bundle_has_its_words() -> None:
    expressions = []
    for path in BUNDLE.glob("*.bpmn"):
        root = etree.parse(path).getroot()
        expressions += [node.text or "" for node in root.iter(f"{BPMN}timeDate")]
        expressions += [node.get("dueDate", "") for node in root.iter(f"{ZEEBE}taskSchedule")]

    used = {
        node.func.id
        for expression in expressions
        for node in ast.walk(ast.parse(expression.strip().removeprefix("="), mode="eval"))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert len(expressions) > 10
    assert used <= WORDED
