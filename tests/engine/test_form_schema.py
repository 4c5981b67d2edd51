"""The JSON Schema that a form publishes, held against the form itself; and drafts."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FormRefused
from tests.engine.json_schema import is_valid
from tests.engine.some_forms import MEETING, ROWS, SEEDED, form


def test_draft_keeps_what_is_known_as_it_was_typed() -> None:
    typed = {
        "meeting_on": "2026-02-30",
        "place": "  x" * 10,
        "held": "perhaps",
        "pieces": ["z", 1],
        "colour": "red",
        "slot": {"a": 1},
    }

    assert form().draft(typed) == {
        "meeting_on": "2026-02-30",
        "place": "  x" * 10,
        "held": "perhaps",
        "pieces": ["z", 1],
        "slot": None,
    }
    assert form(ROWS).draft(
        {"letters": [{"letter": "z", "why": "a\0b\ud800", "x": 1}, "odd", []], "others": "odd"}
    ) == {
        "letters": [{"letter": "z", "why": "ab"}, "odd", None],
        "others": "odd",
    }
    assert form().draft({}) == {}


def test_draft_that_is_too_large_is_refused_and_not_cut() -> None:
    for answers in ({"place": "x" * 20_001}, {"pieces": ["x"] * 101}):
        with pytest.raises(FormRefused, match="to keep"):
            form().draft(answers)
    with pytest.raises(FormRefused, match="too long to keep"):
        form(ROWS).draft({"others": [{"name": "x" * 19_000}] * 100})


def test_schema_carries_titles_hints_rules_and_options() -> None:
    schema = form().json_schema(offers={"slot": [{"value": "s1", "label": "Wednesday"}]})

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "Record the meeting"
    assert schema["description"] == "Write so that every parent can read it."
    assert schema["required"] == ["meeting_on", "place", "held"]
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert properties["meeting_on"] == {
        "type": "string", "format": "date", "title": "Day of the meeting", "x-rules": ["R033"],
    }  # fmt: skip
    assert properties["why_not"]["description"] == "In one sentence."
    assert properties["postage"]["oneOf"] == [
        {"const": "first", "title": "First class"},
        {"const": "second", "title": "Second class"},
    ]
    assert properties["slot"]["oneOf"] == [{"const": "s1", "title": "Wednesday"}]
    assert schema["allOf"] == [
        {
            "if": {"properties": {"held": {"enum": [False]}}, "required": ["held"]},
            "then": {"required": ["why_not"], "properties": {"why_not": {"not": {"type": "null"}}}},
        }
    ]


def test_schema_of_rows_is_a_list_of_records_and_offers_do_not_stay_in_it() -> None:
    asked = form(ROWS)

    offered = asked.json_schema(offers={"others.role": [{"value": "chair", "label": "Chair"}]})
    plain = asked.json_schema()

    assert plain["properties"]["letters"]["type"] == "array"
    row = plain["$defs"][plain["properties"]["letters"]["items"]["$ref"].rpartition("/")[2]]
    assert row["required"] == ["letter", "posted_on"]
    assert row["allOf"][0]["then"]["required"] == ["why"]
    assert "oneOf" in offered["$defs"]["Row_others"]["properties"]["role"]
    assert "oneOf" not in plain["$defs"]["Row_others"]["properties"]["role"]


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "meeting_on": st.sampled_from(["2026-12-02", "2026-02-30", "x", 5, True]),
        "begins": st.sampled_from(["09:30", "24:00", "x", 5]),
        "place": st.sampled_from(["Library", "x" * 21, 5, ["x"]]),
        "held": st.sampled_from([True, False, 0, 5]),
        "why_not": st.sampled_from(["Snow", 5]),
        "sessions": st.sampled_from([0, 400, -1, 401, True]),
        "postage": st.sampled_from(["first", "third", 5]),
        "pieces": st.lists(st.sampled_from(["first", "second", "third", 5]), min_size=1, max_size=3),
        "slot": st.sampled_from(["s1", "s2"]),
        "colour": st.just("red"),
    },
)


@settings(deadline=None, max_examples=300)
@given(ANSWERS)
def test_the_schema_and_the_form_agree(answers: dict[str, Any]) -> None:
    asked, offers = form(), {"slot": [{"value": "s1", "label": "Wednesday"}]}
    schema = asked.json_schema(offers)

    try:
        asked.parse(answers, offers=offers)
        is_accepted = True
    except FormRefused:
        is_accepted = False

    assert is_valid(answers, schema, schema) is is_accepted


ROW_ANSWERS = st.fixed_dictionaries(
    {"letter": st.sampled_from(["a", "b"]), "posted_on": st.sampled_from(["2026-12-02", "x"])},
    optional={"is_late": st.booleans(), "why": st.sampled_from(["Snow", 5]), "x": st.just(1)},
)


@settings(deadline=None, max_examples=300)
@given(st.lists(ROW_ANSWERS, min_size=1, max_size=2, unique_by=lambda row: row["letter"]))
def test_the_schema_and_the_form_agree_about_rows(rows: list[dict[str, Any]]) -> None:
    asked = form(ROWS)
    schema = asked.json_schema()

    try:
        asked.parse({"letters": rows}, seeded={"letters": [{"letter": row["letter"]} for row in rows]})
        is_accepted = True
    except FormRefused:
        is_accepted = False

    assert is_valid({"letters": rows}, schema, schema) is is_accepted


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["letter", "name", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([field["name"] for field in MEETING["fields"] + ROWS["fields"]]), ANYTHING, max_size=5
    )
)
def test_any_answers_are_either_accepted_or_refused_and_any_draft_is_json(answers: dict[str, Any]) -> None:
    for asked in (form(), form(ROWS)):
        try:
            parsed = asked.parse(answers, seeded=SEEDED)
        except FormRefused as refused:
            assert all(refused.problems.values())  # noqa: PT017
        else:
            assert asked.parse(parsed, seeded=SEEDED) == parsed
        json.dumps(asked.draft(answers), allow_nan=False).encode()
