"""Unique pupil numbers: domain.md 5.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.upn import LETTERS, check_letter, normalised, problem_with


@pytest.mark.parametrize(
    "written",
    [
        "F926999024001",
        "U92699902401B",  # temporary
        "B801200005001",
        "v926999024002",
        "R92699902400A",
        " F926 999 024001 ",
        "f926999024001\u00a0",
    ],
)
def test_a_upn_with_the_right_letter_is_accepted(written: str) -> None:
    assert problem_with(normalised(written)) == ""


@pytest.mark.parametrize("authority", ["838", "839", "940", "941", "942", "943", "000"])
def test_numbers_of_authorities_are_not_looked_up(authority: str) -> None:
    body = f"{authority}999024001"

    assert problem_with(check_letter(body) + body) == ""


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "missing"),
        ("A801200005001", "check letter"),
        ("X80120000A001", "12 digits"),
        ("I926999024001", "never used"),
        ("O926999024001", "never used"),
        ("S926999024001", "never used"),
        ("F92699902400I", "never used"),
        ("F92699902400", "this one has 12"),
        ("F9269990240011", "this one has 14"),
        ("9.26999E+11", "spreadsheet"),
        ("9.26999024001E+12", "spreadsheet"),
        ("F92699902400\u0661", "12 digits"),  # an Arabic digit
    ],
)
def test_what_cannot_be_a_upn_is_refused_with_its_reason(written: str, reason: str) -> None:
    assert reason in problem_with(normalised(written))


@given(st.text("0123456789", min_size=12, max_size=12), st.sampled_from(LETTERS))
def test_exactly_one_letter_fits_a_body(body: str, letter: str) -> None:
    assert (problem_with(letter + body) == "") is (letter == check_letter(body))


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 10))
def test_two_neighbouring_digits_exchanged_are_noticed(body: str, place: int) -> None:
    exchanged = body[:place] + body[place + 1] + body[place] + body[place + 2 :]

    assert exchanged == body or check_letter(exchanged) != check_letter(body)
