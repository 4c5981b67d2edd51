"""Definitions of forms: all that is wrong with one, and where."""

import json
from typing import Any

import pytest

from engine.errors import BundleRefused
from engine.forms import FormError, check_form, read_form
from tests.engine.some_forms import CLASSES, MEETING, ROWS, beside_meeting, one_field


@pytest.mark.parametrize(
    ("definition", "where", "sentence"),
    [
        (b"{", "form", "not readable as JSON"),
        (b"\xff", "form", "not readable as JSON"),
        (b"[]", "form", "record with id, title and fields"),
        (b"[" * 100_000, "form", "not readable as JSON"),
        (b'{"id": "f", "id": "g"}', "form", "`id` stands twice"),
        (b'{"id": NaN}', "form", "NaN is no JSON"),
        (one_field() | {"colour": 1}, "form", "`colour` is not known here"),
        (one_field() | {"title": ""}, "form", "`title` must be a text"),
        (one_field() | {"id": "a b"}, "id", "not a plain name"),
        ({"id": "f", "title": "F", "fields": []}, "fields", "1 to 100 fields"),
        ({"id": "f", "title": "F", "fields": [5]}, "fields.0", "A field is a record"),
        (one_field(type="colour"), "fields.x", "'colour' is not known here. Use one of: text"),
        (one_field(type=None), "fields.x", "is not known here"),
        (one_field(colour=1), "fields.x", "`colour` is not known here"),
        (one_field(options=CLASSES), "fields.x", "`options` is not known here"),
        (one_field(label=""), "fields.x", "`label` must be a text"),
        (one_field(required="yes"), "fields.x", "`required` is true or false"),
        (one_field(rules="R033"), "fields.x", "`rules` is a list of ids"),
        (one_field(max_length=0), "fields.x", "`max_length` is a whole number from 1 to 10,000"),
        (one_field(max_length=True), "fields.x", "`max_length` is a whole number"),
        (one_field(name="typename"), "fields.typename", "the engine needs itself"),
        (one_field(name="policy"), "fields.policy", "the engine needs itself"),
        (one_field(name="class"), "fields.class", "a word of the expression language"),
        (one_field(name="held_on"), "fields.held_on", "a function that diagrams call"),
        (one_field(name="__x"), "fields.__x", "not a plain name"),
        (one_field(type="integer", min="1"), "fields.x", "`min` is written so: 5"),
        (one_field(type="integer", min=5, max=1), "fields.x", "`min` is above `max`"),
        (one_field(type="date", max="2026-2-1"), "fields.x", '`max` is written so: "2026-12-02"'),
        (one_field(type="time", min="9:30"), "fields.x", '`min` is written so: "09:30"'),
        (one_field(type="choice"), "fields.x", "either `options`, or `offers`"),
        (one_field(type="choice", options=CLASSES, offers=True), "fields.x", "either `options`, or `offers`"),
        (one_field(type="choice", options=[]), "fields.x", "a list of options"),
        (one_field(type="choice", options=[CLASSES[0], CLASSES[0]]), "fields.x", "a value of its own"),
        (one_field(type="choice", options=["first"]), "fields.x", "An option is a record"),
        (one_field(type="choice", options=[{"value": 1, "label": "x"}]), "fields.x", "`value` must be"),
        (one_field(type="rows"), "fields.x.of", "1 to 100 fields"),
        (one_field(type="rows", of=one_field(type="rows")["fields"]), "fields.x.of.x", "is not known"),
        (one_field(type="rows", of=one_field()["fields"], key="z"), "fields.x", "`key` names no required field"),
        (one_field(type="rows", of=one_field()["fields"], seeded=True), "fields.x", "need a `key`"),
        (one_field(type="rows", of=one_field()["fields"], key="x", seeded=True, min_rows=1), "fields.x", "`min_rows`"),
        (one_field(required_when="held"), "fields.x", "`required_when` is written so"),
        (one_field(required_when={"field": "y", "is": []}), "fields.x", "`required_when` is written so"),
        (one_field(required_when={"field": "y", "is": [1]}), "fields.x", "`y`, which is no question beside it"),
        (one_field(required_when={"field": "x", "is": ["a"]}), "fields.x", "`x`, which is no question beside it"),
        (beside_meeting(name="held"), "fields", "Two fields have the name `held`"),
        (beside_meeting(required_when={"field": "held", "is": ["yes"]}), "fields.x", "that `held` cannot have"),
        (beside_meeting(required_when={"field": "postage", "is": ["no"]}), "fields.x", "that `postage` cannot have"),
        (beside_meeting(required_when={"field": "held", "is": [True]}, required=True), "fields.x", "Remove `required`"),
    ],
)  # fmt: skip
def test_a_broken_definition_is_told_by_place(definition: dict[str, Any] | bytes, where: str, sentence: str) -> None:
    content = definition if isinstance(definition, bytes) else json.dumps(definition).encode()

    problems = check_form(content, functions=["held_on"])

    assert any(place == where and sentence in what for place, what in problems), problems
    with pytest.raises(FormError) as refused:
        read_form(content, functions=["held_on"])
    assert refused.value.problems == tuple(problems)
    assert isinstance(refused.value, BundleRefused)


def test_a_good_definition_has_nothing_wrong() -> None:
    for definition in (MEETING, ROWS):
        assert check_form(json.dumps(definition).encode(), functions=["held_on"]) == []
