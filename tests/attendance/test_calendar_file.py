"""Calendar files: what they say, and what is refused of them."""

import json
from typing import Any

import pytest

from attendance.calendar import Closure
from attendance.calendar_file import calendar_from_bytes, calendar_of, school_of
from attendance.errors import Unreadable
from tests.attendance.calendars import BROAD_REACH, day


def test_the_sample_file_is_read() -> None:
    content = calendar_from_bytes(json.dumps(BROAD_REACH).encode("utf-8-sig"))

    calendar = calendar_of(content)
    assert (calendar.start, calendar.end) == (day("Wed 2 Sep 2026"), day("Wed 21 Jul 2027"))
    assert calendar.closures == {day("Thu 12 Nov 2026"): Closure("Y4", "boiler failure, whole site")}
    assert school_of(content).name == "Broad Reach Academy"


def test_terms_may_stand_in_any_order() -> None:
    assert calendar_of({"terms": BROAD_REACH["terms"][::-1]}).terms == calendar_of(BROAD_REACH).terms


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"terms": []}, "are empty"),
        ({"terms": "autumn"}, "is not a list"),
        ({"terms": [["2026-09-02"]]}, "pair of first and last day"),
        ({"terms": [["2026-10-23", "2026-09-02"]]}, "ends before it begins: Fri 23 Oct 2026 to Wed 2 Sep 2026"),
        ({"terms": [["2026-09-02", "2026-10-23"], ["2026-10-23", "2026-12-18"]]}, "Two terms overlap"),
        ({"terms": [["02/09/2026", "23/10/2026"]]}, '"02/09/2026" in the calendar\'s "terms" is not a date'),
        ({"inset": ["2026-02-30"]}, '"2026-02-30" in the calendar\'s "inset" is not a date'),
        ({"inset": [20260902]}, "is not a date"),
        ({"closures": ["2026-11-12"]}, "is an object with a date"),
        ({"closures": [{"mark": "Y4"}]}, '"None" in the calendar\'s "closures" is not a date'),
        ({"closures": [{"date": "2026-11-12", "mark": "O"}]}, '"O" is not a mark for a day'),
        ({"proclaimed": {"2026-11-12": True}}, "is not a list"),
    ],
)
def test_what_cannot_be_a_calendar_is_refused_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        calendar_of({**BROAD_REACH, **change})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not JSON"),
        (b"UPN,Date\n", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[]", 'no "terms"'),
        (b"{}", 'no "terms"'),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_no_calendar_file_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        calendar_from_bytes(content)


@pytest.mark.parametrize("missing", ["urn", "laestab", "name", "phone", "address"])
def test_a_school_without_what_letters_need_is_refused(missing: str) -> None:
    school = {name: value for name, value in BROAD_REACH["school"].items() if name != missing}

    with pytest.raises(Unreadable, match=f'no "{missing}"'):
        school_of({"school": school})


def test_a_file_without_a_school_is_refused_where_the_school_is_needed() -> None:
    with pytest.raises(Unreadable, match='no "school"'):
        school_of({"terms": BROAD_REACH["terms"]})
