"""Two forms that the tests fill in, and how they are refused."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import FormRefused
from engine.forms import Form, read_form

CLASSES = [{"value": "first", "label": "First class"}, {"value": "second", "label": "Second class"}]
MEETING: dict[str, Any] = {
    "id": "meeting",
    "title": "Record the meeting",
    "hint": "Write so that every parent can read it.",
    "fields": [
        {"name": "meeting_on", "type": "date", "label": "Day of the meeting", "rules": ["R033"]},
        {"name": "begins", "type": "time", "label": "Time", "required": False, "min": "08:00", "max": "18:00"},
        {"name": "place", "type": "text", "label": "Place in school", "max_length": 20},
        {"name": "held", "type": "yes_no", "label": "Was the meeting held?"},
        {
            "name": "why_not",
            "type": "long_text",
            "label": "Why not?",
            "hint": "In one sentence.",
            "required_when": {"field": "held", "is": [False]},
        },
        {"name": "sessions", "type": "integer", "label": "Sessions missed", "min": 0, "max": 400, "required": False},
        {"name": "postage", "type": "choice", "label": "Postage", "options": CLASSES, "required": False},
        {"name": "pieces", "type": "choices", "label": "In the pack", "options": CLASSES, "required": False},
        {"name": "slot", "type": "choice", "label": "Which slot?", "offers": True, "required": False},
    ],
}
ROWS: dict[str, Any] = {
    "id": "posting",
    "title": "Confirm the posting",
    "fields": [
        {
            "name": "letters",
            "type": "rows",
            "label": "Letters",
            "key": "letter",
            "seeded": True,
            "of": [
                {"name": "letter", "type": "id", "label": "Letter"},
                {"name": "posted_on", "type": "date", "label": "Posted on"},
                {"name": "is_late", "type": "yes_no", "label": "Late?", "required": False},
                {
                    "name": "why",
                    "type": "text",
                    "label": "Why late?",
                    "required_when": {"field": "is_late", "is": [True]},
                },
            ],
        },
        {
            "name": "others",
            "type": "rows",
            "label": "Others present",
            "min_rows": 2,
            "required": False,
            "of": [
                {"name": "name", "type": "text", "label": "Name"},
                {"name": "role", "type": "choice", "label": "Role", "offers": True, "required": False},
            ],
        },
    ],
}
GOOD: Mapping[str, Any] = {"meeting_on": "2026-12-02", "place": "Library", "held": True}
SEEDED = {"letters": [{"letter": "a"}, {"letter": "b", "posted_on": "2026-12-01"}]}
BOTH = [{"letter": "a", "posted_on": "2026-12-02"}, {"letter": "b", "posted_on": "2026-12-03"}]


def form(definition: Mapping[str, Any] = MEETING) -> Form:
    return read_form(json.dumps(definition).encode())


def one_field(**field: Any) -> dict[str, Any]:
    return {"id": "f", "title": "F", "fields": [{"name": "x", "type": "text", "label": "Name", **field}]}


def beside_meeting(**field: Any) -> dict[str, Any]:
    return {**MEETING, "fields": [*MEETING["fields"], *one_field(**field)["fields"]]}


def refusals(asked: Form, answers: object, **given: Any) -> dict[str, str]:
    with pytest.raises(FormRefused) as refused:
        asked.parse(answers, **given)
    return refused.value.problems
