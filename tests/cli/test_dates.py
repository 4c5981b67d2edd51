"""`fasttrack dates`: the same code the timers use."""

import json
from pathlib import Path

import pytest

from tests.attendance.calendars import BROAD_REACH
from tests.cli.commands import Command, outside


@pytest.mark.rule("R033")
def test_notice(fasttrack: Command) -> None:
    answer = fasttrack("dates", "notice", "--posted", "2026-11-30", "--postage", "first", "--json")

    assert answer.json == {
        "literal": "2026-12-07",
        "clear": "2026-12-08",
        "deemed_receipt": "2026-12-02",
        "evidence_grade": "2026-12-10",
    }
    assert answer.code == 0


def test_notice_by_an_unknown_class_is_that_of_second_class(fasttrack: Command) -> None:
    unknown = fasttrack("dates", "notice", "--posted", "2026-11-30", "--json")

    assert unknown == fasttrack("dates", "notice", "--posted", "2026-11-30", "--postage", "second", "--json")


def test_notice_in_words_says_when_a_letter_counts_as_posted(fasttrack: Command) -> None:
    words = fasttrack("dates", "notice", "--posted", "2026-11-28", "--postage", "first").out

    assert "Posted Sat 28 Nov 2026, which counts as Mon 30 Nov 2026, first class" in words
    assert "from Thu 10 Dec 2026 with 5 clear working days after receipt" in words


@pytest.mark.rule("R033")
def test_latest_posting(fasttrack: Command) -> None:
    answer = fasttrack("dates", "latest-posting", "--meeting", "2026-12-10", "--postage", "second", "--json")

    assert answer.json == {"literal": "2026-12-03", "clear": "2026-12-02", "evidence_grade": "2026-11-26"}


@pytest.mark.rule("R089")
def test_working_days(fasttrack: Command) -> None:
    answer = fasttrack("dates", "working-days", "--from", "2026-11-30", "--add", 20, "--json")

    assert answer.json == {"date": "2026-12-30"}


@pytest.mark.rule("R078")
def test_school_weeks(fasttrack: Command, calendar: Path) -> None:
    answer = fasttrack("dates", "school-weeks", "--from", "2026-09-14", "--add", 6, "--calendar", calendar, "--json")

    assert answer.json == {"same_weekday": "2026-11-02", "offered": "2026-10-23"}


@pytest.mark.rule("R079")
def test_limit(fasttrack: Command) -> None:
    assert fasttrack("dates", "limit", "2026-08-31", "--json").json == {
        "six_months": "2027-02-28",
        "twenty_six_weeks": "2027-03-01",
        "limit": "2027-02-28",
        "last_safe_day": "2027-02-26",
    }


@pytest.mark.parametrize(
    ("words", "key", "date"),
    [
        ("notice --posted 2026-11-30 --postage first", "literal", "2026-12-08"),
        ("latest-posting --meeting 2026-12-10 --postage first", "evidence_grade", "2026-11-27"),
        ("working-days --from 2026-11-30 --add 20", "date", "2026-12-31"),
        ("limit 2026-06-03", "last_safe_day", "2026-12-01"),
    ],
)
def test_a_calendar_that_knows_a_proclaimed_day_changes_the_answer(
    fasttrack: Command, tmp_path: Path, words: str, key: str, date: str
) -> None:
    path = tmp_path / "proclaimed.json"
    path.write_text(json.dumps({**BROAD_REACH, "proclaimed": ["2026-12-02"]}))

    assert fasttrack("dates", *words.split(), "--calendar", path, "--json").json[key] == date


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("notice --posted 2026-02-31", '"2026-02-31" is not a day like 2026-12-02.'),
        ("notice --posted 30/11/2026", '"30/11/2026" is not a day like 2026-12-02.'),
        ("notice --posted 20261130", "is not a day"),
        ("notice --posted 1066-10-14", "not between 1978 and 2100"),
        ("notice --posted 9999-12-31", "not between 1978 and 2100"),
        ("notice", "Missing option '--posted'."),
        ("notice --posted 2026-11-30 --postage third", "'third' is not one of 'first', 'second'."),
        ("working-days --from 2026-11-30 --add -1", "greater than or equal to 0"),
        ("working-days --from 2026-11-30 --add few", "valid integer"),
        ("school-weeks --from 2026-09-14 --add 6", "Missing option '--calendar'."),
        ("school-weeks --from 2026-09-14 --add 6 --calendar /nowhere.json", "/nowhere.json cannot be read"),
        ("limit", "Missing argument"),
        ("limits 2026-08-31", "No such command 'limits'."),
    ],
)
def test_what_is_asked_wrongly_is_code_2_and_one_sentence(fasttrack: Command, arguments: str, sentence: str) -> None:
    answer = fasttrack("dates", *arguments.split(), "--json")

    assert answer.code == 2
    assert sentence in answer.json["error"]
    assert answer.err.strip() == answer.json["error"]
    assert fasttrack("dates", *arguments.split()).out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        "school-weeks --from 2027-07-14 --add 6",
        "school-weeks --from 2020-01-01 --add 1",
        "working-days --from 2099-01-01 --add 999",
    ],
)
def test_what_cannot_be_known_is_code_1_and_one_sentence(fasttrack: Command, calendar: Path, arguments: str) -> None:
    answer = fasttrack("dates", *arguments.split(), "--calendar", calendar, "--json")

    assert answer.code == 1
    assert answer.err.strip() == answer.json["error"]
    assert answer.err.count("\n") == 1


def test_dates_need_neither_a_database_nor_a_web_framework_nor_the_process_engine() -> None:
    answer = outside(
        "import sys; sys.argv = ['fasttrack', 'dates', 'limit', '2026-08-31', '--json']\n"
        "from api.cli import main\n"
        "try: main()\n"
        "finally: print({name.split('.')[0] for name in sys.modules}"
        " & {'sqlalchemy', 'psycopg', 'fastapi', 'SpiffWorkflow', 'typst', 'alembic'}, file=sys.stderr)"
    )

    assert answer.json["limit"] == "2027-02-28"
    assert answer.err.strip() == "set()"
