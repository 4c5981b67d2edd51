"""Answers to a form: what passes, what is tidied, and what a caseworker reads when it does not fit."""

from typing import Any

import pytest

from tests.engine.some_forms import GOOD, form, one_field, refusals


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


def test_names_that_pydantic_uses_itself_are_good_names() -> None:
    fields = [
        {"name": name, "type": "text", "label": "L"} for name in ("copy", "json", "model_config", "schema", "dict")
    ]
    asked = form({"id": "f", "title": "F", "fields": fields})

    assert asked.parse({field["name"]: "x" for field in fields}) == {field["name"]: "x" for field in fields}


def test_what_is_confidential_is_left_empty_and_what_is_not_asked_is_left_out() -> None:
    address = {"name": "address", "type": "text", "label": "Address", "confidential": True}
    name = {"name": "name", "type": "text", "label": "Name"}
    asked = form(one_field(name="adults", type="rows", of=[name, address]))

    shown = asked.without_confidential(
        {"adults": [{"name": "Ada", "address": "5 Refuge Row", "other": "Refuge Row"}], "address": "5 Refuge Row"}
    )

    assert shown == {"adults": [{"name": "Ada", "address": None}]}
    assert asked.without_confidential({"adults": "5 Refuge Row"}) == {"adults": []}
