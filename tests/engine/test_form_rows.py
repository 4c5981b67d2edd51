"""Rows of a form: one for each parent, letter or action."""

import json
from typing import Any

import pytest

from tests.engine.some_forms import BOTH, GOOD, ROWS, SEEDED, form, refusals

ONE_MISSING = "Answer every row of “Letters”: 1 is missing"
NOT_LISTED = "This row is not on the list any more. Open the form again"
NAMELESS = "It is not said which row this is. Open the form again"


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
