"""Forms: what a definition may say, what answers pass, and what a caseworker reads when they do not."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BundleRefused, FormRefused
from engine.forms import Form, FormError, check_form, read_form
from tests.engine.json_schema import is_valid

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
ONE_MISSING = "Answer every row of “Letters”: 1 is missing"
NOT_LISTED = "This row is not on the list any more. Open the form again"
NAMELESS = "It is not said which row this is. Open the form again"
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


def test_answers_come_back_as_json_with_every_field() -> None:
    assert form().parse({**GOOD, "sessions": 9, "postage": "first", "pieces": ["second", "first", "second"]}) == {
        "meeting_on": "2026-12-02",
        "begins": None,
        "place": "Library",
        "held": True,
        "why_not": None,
        "sessions": 9,
        "postage": "first",
        "pieces": ["second", "first"],
        "slot": None,
    }


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("place", "  Library \r\n", "Library"),
        ("place", "Cafe\u0301", "Café"),
        ("why_not", " first\r\nsecond\rthird ", "first\nsecond\nthird"),
        ("held", "yes", True),
        ("held", " True ", True),
        ("sessions", " 12 ", 12),
        ("sessions", "", None),
        ("sessions", None, None),
        ("begins", "9:30", "09:30"),
        ("begins", "18:00", "18:00"),
        ("pieces", ["", " first "], ["first"]),
        ("pieces", [], []),
        ("postage", "   ", None),
    ],
)
def test_what_typing_and_pages_add_is_tidied(field: str, typed: object, kept: object) -> None:
    assert form().parse({**GOOD, field: typed})[field] == kept


@pytest.mark.parametrize(
    ("field", "answer", "sentence"),
    [
        ("meeting_on", "", "Enter the day of the meeting"),
        ("meeting_on", None, "Enter the day of the meeting"),
        ("meeting_on", "2026-02-30", "Day of the meeting must be a real date, for example 2026-12-02"),
        ("meeting_on", "2/12/2026", "Day of the meeting must be a real date, for example 2026-12-02"),
        ("meeting_on", "20261202", "Day of the meeting must be a real date, for example 2026-12-02"),
        ("meeting_on", "2026-12-02T00:00:00", "Day of the meeting must be a real date, for example 2026-12-02"),
        ("meeting_on", "0026-12-02", "Day of the meeting must be a real date, for example 2026-12-02"),
        ("meeting_on", 20261202, "Day of the meeting must be a real date, for example 2026-12-02"),
        ("meeting_on", True, "Day of the meeting must be a real date, for example 2026-12-02"),
        ("begins", "25:00", "Time must be a time, for example 09:30"),
        ("begins", "half past nine", "Time must be a time, for example 09:30"),
        ("begins", "07:59", "Time must be 08:00 or later"),
        ("begins", "18:01", "Time must be 18:00 or earlier"),
        ("place", " ", "Enter the place in school"),
        ("place", "x" * 21, "Place in school must be 20 characters or fewer"),
        ("place", "a\x00b", "Place in school holds a character that cannot be kept. Type it again"),
        ("place", "a\x1bb", "Place in school holds a character that cannot be kept. Type it again"),
        ("place", "a\ud800b", "Place in school must be text"),
        ("place", "a\u202eb", "Place in school holds a character that cannot be kept. Type it again"),
        ("place", "a\nb", "Place in school must be one line"),
        ("place", 5, "Place in school must be text"),
        ("place", ["a"], "Place in school must be text"),
        ("held", "perhaps", "Choose yes or no: Was the meeting held?"),
        ("held", 1, "Choose yes or no: Was the meeting held?"),
        ("held", None, "Choose yes or no: Was the meeting held?"),
        ("why_not", "x" * 10_001, "“Why not?” must be 10,000 characters or fewer"),
        ("sessions", "many", "Sessions missed must be a whole number"),
        ("sessions", "1.5", "Sessions missed must be a whole number"),
        ("sessions", 1.0, "Sessions missed must be a whole number"),
        ("sessions", True, "Sessions missed must be a whole number"),
        ("sessions", -1, "Sessions missed must be 0 or more"),
        ("sessions", "401", "Sessions missed must be 400 or less"),
        ("postage", "third", "Choose one of the answers on offer for “Postage”"),
        ("postage", 1, "Choose one of the answers on offer for “Postage”"),
        ("pieces", "first", "“In the pack” must be a list of answers"),
        ("slot", "s1", "Choose one of the answers on offer for “Which slot?”"),
        ("colour", "red", "This form has no such field"),
        ("f0", "2026-12-02", "This form has no such field"),
        ("typename", "x", "This form has no such field"),
    ],
)
def test_a_wrong_answer_is_told_in_a_sentence(field: str, answer: object, sentence: str) -> None:
    assert refusals(form(), {**GOOD, field: answer}) == {field: sentence}


def test_everything_wrong_is_told_at_once_in_the_order_of_the_form() -> None:
    assert list(refusals(form(), {"colour": 1, "held": False, "sessions": "x"})) == [
        "meeting_on", "place", "why_not", "sessions", "colour",
    ]  # fmt: skip


@pytest.mark.parametrize("answers", [None, [], "x", 5])
def test_answers_are_a_record(answers: object) -> None:
    assert refusals(form(), answers) == {"": "Answers are a record of field and answer"}


def test_an_answer_may_need_another_one() -> None:
    assert refusals(form(), {**GOOD, "held": "no"}) == {"why_not": "Answer “Why not?”"}
    assert form().parse({**GOOD, "held": "no", "why_not": "Snow"})["why_not"] == "Snow"
    assert form().parse({**GOOD, "why_not": "Said all the same"})["why_not"] == "Said all the same"


def test_only_what_is_offered_now_can_be_chosen() -> None:
    offers = {"slot": [{"value": "s1", "label": "Wednesday"}, {"value": "s2", "label": "Thursday"}]}

    assert form().parse({**GOOD, "slot": "s2"}, offers=offers)["slot"] == "s2"
    assert "slot" in refusals(form(), {**GOOD, "slot": "s3"}, offers=offers)
    assert "slot" in refusals(form(), {**GOOD, "slot": "s1"}, offers={})


def test_rows_are_exactly_those_that_were_given_and_in_their_order() -> None:
    parsed = form(ROWS).parse({"letters": BOTH[::-1]}, seeded=SEEDED)

    assert parsed["letters"] == [
        {"letter": "a", "posted_on": "2026-12-02", "is_late": None, "why": None},
        {"letter": "b", "posted_on": "2026-12-03", "is_late": None, "why": None},
    ]
    assert parsed["others"] == []


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (BOTH[:1], {"letters": ONE_MISSING}),
        ([], {"letters": "Answer every row of “Letters”: 2 are missing"}),
        ([*BOTH, {"letter": "c", "posted_on": "2026-12-02"}], {"letters.2.letter": NOT_LISTED}),
        ([*BOTH, BOTH[0]], {"letters.2.letter": "This row stands twice. Answer it once"}),
        ([BOTH[0], {"posted_on": "2026-12-02"}], {"letters": ONE_MISSING, "letters.1.letter": NAMELESS}),
        ([BOTH[0], {"letter": "b"}], {"letters.1.posted_on": "Enter a date for “Posted on”"}),
        ([BOTH[0], {**BOTH[1], "is_late": "yes"}], {"letters.1.why": "Answer “Why late?”"}),
        ([BOTH[0], {**BOTH[1], "x": 1}], {"letters.1.x": "This form has no such field"}),
        ([*BOTH, 5], {"letters.2": "Letters must be a list of rows"}),
        ("ab", {"letters": "Letters must be a list of rows"}),
    ],
)  # fmt: skip
def test_rows_that_do_not_match_are_told_by_place(rows: object, problems: dict[str, str]) -> None:
    found = refusals(form(ROWS), {"letters": rows}, seeded=SEEDED)

    assert {where: found.get(where) for where in problems} == problems


@pytest.mark.parametrize("seeded", [None, {}, {"letters": []}, {"letters": None}])
def test_a_list_that_must_be_answered_is_never_empty_unseen(seeded: Any) -> None:
    assert refusals(form(ROWS), {}, seeded=seeded) == {
        "letters": "There is nothing to answer under “Letters”. Open the form again"
    }


def test_rows_of_ones_own_may_be_left_empty_but_not_be_too_few() -> None:
    asked, name = form(ROWS), {"name": "Ann Example"}

    assert refusals(asked, {"letters": BOTH, "others": [name]}, seeded=SEEDED) == {
        "others": "Add at least 2 rows to “Others present”"
    }
    parsed = asked.parse({"letters": BOTH, "others": [{"name": " "}, name, {}, name]}, seeded=SEEDED)
    assert parsed["others"] == [{"name": "Ann Example", "role": None}] * 2


def test_a_problem_keeps_the_place_of_its_row_when_empty_rows_are_left_out() -> None:
    others = [{}, {"name": "Ann Example"}, {"name": ""}, {"name": "x" * 201}]

    assert refusals(form(ROWS), {"letters": BOTH, "others": others}, seeded=SEEDED) == {
        "others.3.name": "Name must be 200 characters or fewer"
    }


def test_offers_reach_the_fields_of_rows() -> None:
    others = [{"name": "A", "role": "chair"}, {"name": "B"}]
    answers = {"letters": BOTH, "others": others}

    for offers in (
        {"others.role": [{"value": "chair", "label": "Chair"}]},
        {"role": [{"value": "chair", "label": "Chair"}]},
    ):
        assert form(ROWS).parse(answers, offers=offers, seeded=SEEDED)["others"] == [
            others[0],
            {"name": "B", "role": None},
        ]
    assert "others.0.role" in refusals(form(ROWS), answers, seeded=SEEDED)


def test_given_rows_may_stay_empty_when_another_answer_makes_them_needless() -> None:
    definition = json.loads(json.dumps(ROWS))
    definition["fields"][0]["required_when"] = {"field": "held", "is": [True]}
    definition["fields"].append({"name": "held", "type": "yes_no", "label": "Held?"})
    asked = form(definition)

    for rows in ([], [{"letter": "a", "posted_on": ""}, {"letter": "b"}]):
        assert asked.parse({"held": False, "letters": rows}, seeded=SEEDED)["letters"] == []
    assert "letters" in refusals(asked, {"held": True, "letters": []}, seeded=SEEDED)
    assert "letters" in refusals(asked, {"held": False, "letters": BOTH[:1]}, seeded=SEEDED)


def test_rows_and_choices_are_bounded() -> None:
    others = [{"name": "A"}] * 101

    assert refusals(form(ROWS), {"letters": BOTH, "others": others}, seeded=SEEDED) == {
        "others": "Others present must have 100 entries or fewer"
    }
    assert len(refusals(form(), {**GOOD, **{f"x{n}": 1 for n in range(1_000)}})) == 20


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


def test_names_that_pydantic_uses_itself_are_good_names() -> None:
    fields = [
        {"name": name, "type": "text", "label": "L"} for name in ("copy", "json", "model_config", "schema", "dict")
    ]
    asked = form({"id": "f", "title": "F", "fields": fields})

    assert asked.parse({field["name"]: "x" for field in fields}) == {field["name"]: "x" for field in fields}


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


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ({"label": "UPN"}, "Enter the UPN"),
        ({"label": "The reason given"}, "Enter the reason given"),
        ({"label": "Postcode (leave empty outside the United Kingdom)"}, "Enter the postcode"),
        ({"label": "Who does it"}, "Answer “Who does it”"),
        ({"label": "Completed by"}, "Answer “Completed by”"),
        ({"label": "Why?"}, "Answer “Why?”"),
        ({"label": "Posted on", "type": "date"}, "Enter a date for “Posted on”"),
        ({"label": "How many?", "type": "integer"}, "Answer “How many?”"),
        ({"label": "Counted at", "type": "integer"}, "Enter a number for “Counted at”"),
        ({"label": "Which parent?", "type": "choice", "offers": True}, "Answer “Which parent?”"),
        ({"label": "Parent because", "type": "choice", "offers": True}, "Choose one for “Parent because”"),
        ({"label": "In the pack", "type": "choices", "offers": True}, "Choose at least one for “In the pack”"),
        ({"label": "Actions", "type": "rows", "of": one_field()["fields"]}, "Add at least 1 row to “Actions”"),
    ],
)
def test_a_missing_answer_is_asked_for_in_plain_english(field: dict[str, Any], sentence: str) -> None:
    assert refusals(form(one_field(**field)), {}) == {"x": sentence}
