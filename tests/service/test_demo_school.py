"""The demo school's files: invented, the same every time, and what a check of them finds."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from api.demo.generate import FOLDER, demo_school
from api.demo.register import LAST_DAY
from api.demo.stories import STORIES, Story
from attendance.calendar_file import calendar_from_bytes, calendar_of, school_of
from attendance.eligibility import Threshold
from attendance.register import read_register
from attendance.register_check import Check, check_register
from attendance.upn import problem_with

THRESHOLD = Threshold(percent=15, sessions=9, window_weeks=6)


@pytest.fixture(scope="module")
def check() -> Check:
    calendar = calendar_of(calendar_from_bytes((FOLDER / "calendar.json").read_bytes()))
    with open(FOLDER / "register.csv", "rb") as stream:
        register = read_register(stream, calendar=calendar, as_at=LAST_DAY)
    assert not register.quarantined
    return check_register(register, calendar=calendar, threshold=THRESHOLD)


def rows(name: str) -> Iterator[dict[str, str]]:
    with open(FOLDER / name, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_files_are_what_the_generator_makes() -> None:
    for name, content in demo_school().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == content, f"{name}: python -m api.demo.generate"


@pytest.mark.parametrize(("place", "story"), list(enumerate(STORIES)), ids=[story.what for story in STORIES])
def test_check_finds_what_the_story_means(check: Check, place: int, story: Story) -> None:
    assert check.pupils[place].result == story.expected


def test_nobody_else_meets_the_criteria(check: Check) -> None:
    assert {figures.result for figures in check.pupils[len(STORIES) :]} == {"not_eligible"}
    assert Counter(story.expected for story in STORIES)["eligible"] >= 8


def test_upns_are_valid_and_nobody_shares_one() -> None:
    upns = {row["UPN"] for row in rows("register.csv")}

    assert [problem_with(upn) for upn in upns] == [""] * 60


def test_every_pupil_has_an_adult_and_only_siblings_share_them() -> None:
    pupils = Counter(row["UPN"] for row in rows("adults.csv"))
    shared = [adult for adult, pupils in Counter(row["Adult id"] for row in rows("adults.csv")).items() if pupils > 1]

    assert set(pupils) == {row["UPN"] for row in rows("register.csv")}
    assert shared == ["WM0001", "WM0002"]


def test_people_cannot_be_reached() -> None:
    for row in rows("adults.csv"):
        assert row["Phone"].startswith("07700 900")  # kept for drama by the regulator
        assert row["Email"] == "" or row["Email"].endswith("@example.org")
        assert row["Postcode"].startswith("ZZ") or row["Country"] != "United Kingdom"


def test_calendar_lets_every_story_be_told_to_its_end() -> None:
    content = json.loads((FOLDER / "calendar.json").read_text(encoding="utf-8"))

    assert calendar_of(content).end >= date(2028, 7, 1)
    assert school_of(content).urn.startswith("9999")
