"""`fasttrack register check` and `fasttrack upn check`."""

import json
from pathlib import Path

import pytest

from api.cli import arguments
from tests.attendance.calendars import BROAD_REACH, broad_reach, day
from tests.attendance.registers import AVA, DIRTY, NOAH, attended, with_birthdays
from tests.cli.commands import Command


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    """The register with one of everything that goes wrong."""
    path = tmp_path / "register.csv"
    path.write_bytes(DIRTY.encode())
    return path


@pytest.mark.rule("R006", "R007", "R008")
def test_a_register_is_answered_in_the_words_of_the_check(fasttrack: Command, dirty: Path, calendar: Path) -> None:
    answer = fasttrack("register", "check", dirty, "--calendar", calendar, "--as-at", "2026-11-20", "--json")

    found = answer.json
    assert answer.code == 0
    assert found["as_at"] == "2026-11-20"
    assert found["window_weeks"][-1] == "2026-10-05"
    assert found["pupils"] == [
        {
            "upn": NOAH,
            "possible": 3,
            "unauthorised": 1,
            "provisional_n": 0,
            "attending": 2,
            "authorised": 0,
            "result": "ask_aeo",
        },
        {
            "upn": AVA,
            "possible": 1,
            "unauthorised": 0,
            "provisional_n": 0,
            "attending": 0,
            "authorised": 1,
            "result": "not_eligible",
        },
    ]
    assert [row["row"] for row in found["quarantined"]] == [4, 5, 6, 9, 10, 11, 12, 13, 14]
    assert found["gaps"] == [15, 16]
    assert found["left_out"] == 0
    assert found["conflicts"] == [
        {
            "row": 7,
            "superseded_by": 8,
            "upn": AVA,
            "day": "2026-10-08",
            "session": "AM",
            "was": "O",
            "became": "I",
        }
    ]


def test_a_register_in_words_names_whom_it_concerns_and_why_rows_are_set_aside(
    fasttrack: Command, tmp_path: Path, calendar: Path
) -> None:
    days = [when for when in broad_reach().school_days if when <= day("Fri 20 Nov 2026")]
    absent = {(when, "AM"): "N" for when in days[-9:]}
    path = tmp_path / "register.csv"
    path.write_text(with_birthdays([*attended(NOAH, days, other=absent), f"{AVA},,2026-10-28,AM,/"]))

    words = fasttrack("register", "check", path, "--calendar", calendar, "--as-at", "2026-11-20").out

    assert f"{NOAH}: 9 of 56 sessions unauthorised (16.07 %, 9 of them marked N)" in words
    assert f"row {2 * len(days) + 1}: The school is closed on Wed 28 Oct 2026." in words


@pytest.mark.parametrize(
    ("register", "calendar_text", "sentence"),
    [
        ("UPN,Possible,Attended\n", json.dumps(BROAD_REACH), "This is a summary"),
        ("%PDF-1.7", json.dumps(BROAD_REACH), "This is a PDF document"),
        ("", json.dumps(BROAD_REACH), "This file is empty"),
        (DIRTY, "UPN,Date\n", "The calendar file is not JSON."),
        (DIRTY, "{}", 'it has no "terms"'),
    ],
)
def test_files_that_cannot_be_read_are_code_2_and_one_sentence(
    fasttrack: Command, tmp_path: Path, register: str, calendar_text: str, sentence: str
) -> None:
    (tmp_path / "register.csv").write_text(register)
    (tmp_path / "calendar.json").write_text(calendar_text)

    answer = fasttrack(
        "register", "check", tmp_path / "register.csv",
        "--calendar", tmp_path / "calendar.json", "--as-at", "2026-11-20", "--json",
    )  # fmt: skip

    assert answer.code == 2
    assert sentence in answer.json["error"]


@pytest.mark.parametrize("missing", ["nowhere.csv", "."])
def test_a_register_that_is_not_there_or_is_a_folder_is_code_2(
    fasttrack: Command, tmp_path: Path, calendar: Path, missing: str
) -> None:
    answer = fasttrack("register", "check", tmp_path / missing, "--calendar", calendar, "--as-at", "2026-11-20")

    assert answer.code == 2
    assert "cannot be read" in answer.err


def test_numbers_of_the_criteria_come_from_the_policy_of_the_process(
    fasttrack: Command, dirty: Path, calendar: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = json.loads(arguments.POLICY_FILE.read_text())
    policy["threshold_sessions"] |= {"value": 1, "lowest": 1}
    changed = tmp_path / "policy.json"
    changed.write_text(json.dumps(policy))
    monkeypatch.setattr(arguments, "POLICY_FILE", changed)

    answer = fasttrack("register", "check", dirty, "--calendar", calendar, "--as-at", "2026-11-20", "--json")

    assert answer.json["pupils"][0]["result"] == "eligible"


@pytest.mark.parametrize("content", [None, "{}", "no JSON", '{"threshold_percent": {"value": "many"}}'])
def test_a_policy_that_is_missing_or_broken_is_never_replaced_by_numbers_of_our_own(
    fasttrack: Command,
    dirty: Path,
    calendar: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str | None,
) -> None:
    path = tmp_path / "policy.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.setattr(arguments, "POLICY_FILE", path)

    answer = fasttrack("register", "check", dirty, "--calendar", calendar, "--as-at", "2026-11-20", "--json")

    assert answer.code == 1
    assert "policy" in answer.json["error"]


@pytest.mark.parametrize(
    ("upn", "valid"),
    [
        ("F926999024001", True),
        ("U92699902401B", True),
        ("B801200005001", True),
        ("v926999024002", True),
        ("R92699902400A", True),
        ("A801200005001", False),
        ("X80120000A001", False),
        ("I926999024001", False),
        ("F92699902400", False),
        ("", False),
    ],
)
def test_a_upn_is_checked(fasttrack: Command, upn: str, valid: bool) -> None:
    answer = fasttrack("upn", "check", upn, "--json")

    assert answer.code == 0
    assert answer.json["valid"] is valid
    assert bool(answer.json["reason"]) is not valid
    assert (answer.json["reason"] or "can be a UPN") in fasttrack("upn", "check", upn).out


@pytest.mark.parametrize("words", [[], ["dates"], ["register"], ["nothing"]])
def test_a_command_without_what_it_needs_is_code_2(fasttrack: Command, words: list[str]) -> None:
    answer = fasttrack(*words)

    assert answer.code == 2
    assert len(answer.err.strip().splitlines()) == 1


@pytest.mark.parametrize("words", [["--help"], ["dates", "--help"], ["register", "check", "--help"]])
def test_help_is_code_0(fasttrack: Command, words: list[str]) -> None:
    assert fasttrack(*words).code == 0


@pytest.mark.parametrize(
    "text",
    [
        f"Ref,When,AM,PM\n{NOAH},2026-10-05,O,\\\n",
        f"Ref,05/10/2026 AM,05/10/2026 PM\n{NOAH},O,\\\n",
        f"Week commencing,05/10/2026\nRef,Mon AM,Mon PM\n{NOAH},O,\\\n",
    ],
)
def test_every_shape_is_checked_and_shown_beforehand_with_a_mapping(
    fasttrack: Command, tmp_path: Path, calendar: Path, text: str
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(text)
    mapping = ("--mapping", "upn=Ref", "--mapping", "date=When", "--json")

    shown = fasttrack("register", "preview", path, *mapping).json
    checked = fasttrack("register", "check", path, "--calendar", calendar, "--as-at", "2026-11-20", *mapping).json

    assert shown["columns"]["upn"] == "Ref"
    assert len(shown["sessions"]) == 2
    assert shown["rows"][0][0] == NOAH
    assert (checked["pupils"][0]["unauthorised"], checked["pupils"][0]["attending"]) == (1, 1)
    assert (checked["marks_as_at"], checked["shape"]) == ("2026-10-05", shown["shape"])
    assert "upn: Ref" in fasttrack("register", "preview", path, *mapping[:-1]).out


def test_a_mapping_is_written_with_an_equals_sign(fasttrack: Command, dirty: Path) -> None:
    answer = fasttrack("register", "preview", dirty, "--mapping", "upn", "--json")

    assert answer.code == 2
    assert "mark=Attendance Code" in answer.json["error"]


def test_a_register_by_admission_numbers_names_its_pupils_by_them(
    fasttrack: Command, tmp_path: Path, calendar: Path
) -> None:
    path = tmp_path / "register.csv"
    path.write_text("Adno,Date,Session,Mark\n01000,2026-10-05,AM,O\n")

    answer = fasttrack("register", "check", path, "--calendar", calendar, "--as-at", "2026-11-20", "--json")

    (pupil,) = answer.json["pupils"]
    assert (pupil["upn"], pupil["admission_number"], pupil["unauthorised"]) == ("", "01000", 1)
