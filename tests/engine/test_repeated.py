"""Whether answers that come a second time are the same, as the form reads them."""

import json
from typing import Any

import pytest

from engine.forms import Form, read_form
from engine.repeated import are_the_same

FORM = {
    "id": "visit",
    "title": "Visit",
    "fields": [
        {"name": "said", "type": "long_text", "label": "What was said"},
        {"name": "children", "type": "integer", "label": "How many", "required": False},
        {"name": "agreed", "type": "yes_no", "label": "Agreed?", "required": False},
        {"name": "begins", "type": "time", "label": "When", "required": False},
        {
            "name": "people",
            "type": "rows",
            "label": "Who",
            "key": "name",
            "required": False,
            "of": [
                {"name": "name", "type": "text", "label": "Name"},
                {"name": "note", "type": "text", "label": "Note", "required": False},
            ],
        },
    ],
}


@pytest.fixture
def form() -> Form:
    return read_form(json.dumps(FORM).encode())


FULL: dict[str, Any] = {
    "said": "They came\nand stayed.",
    "children": 2,
    "agreed": True,
    "begins": "09:05",
    "people": [{"name": "Ada", "note": "mother"}, {"name": "Ben"}],
}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"said": "  They came\r\nand stayed. \n"},
        {"children": " 2 ", "agreed": "Yes", "begins": "9:05"},
        {"people": [{"name": " Ada ", "note": "mother "}, {"name": "Ben", "note": "  "}]},
        {"people": [{"name": "Ben"}, {"name": "Ada", "note": "mother"}]},
        {"people": [{"name": "Ada", "note": "mother"}, {"name": "", "note": ""}, {"name": "Ben"}]},
    ],
)
def test_what_typing_adds_makes_no_difference(form: Form, sent: dict[str, Any]) -> None:
    kept = form.parse(FULL)

    assert are_the_same(form, kept, {**FULL, **sent})
    assert form.parse({**FULL, **sent})["said"] == kept["said"]


@pytest.mark.parametrize(
    "sent",
    [
        {"said": "They came and stayed."},
        {"children": 3},
        {"children": None},
        {"agreed": "no"},
        {"people": [{"name": "Ada", "note": "mother"}]},
        {"people": [{"name": "Ada", "note": "aunt"}, {"name": "Ben"}]},
        {"more": "than the form asks"},
    ],
)
def test_other_answers_are_others(form: Form, sent: dict[str, Any]) -> None:
    assert not are_the_same(form, form.parse(FULL), {**FULL, **sent})


def test_where_nothing_is_asked_nothing_is_the_same_again() -> None:
    assert are_the_same(None, {}, {})
    assert not are_the_same(None, {}, {"said": "something"})
