"""`fasttrack process check`."""

import os
import shutil
from pathlib import Path

import pytest

from api.wiring import BUNDLE
from tests.cli.commands import Command
from tests.engine.shapes import DIAGRAMS


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the shipped bundle, to be broken."""
    return Path(shutil.copytree(BUNDLE, tmp_path / "fast_track"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_shipped_bundle_is_accepted(fasttrack: Command) -> None:
    answer = fasttrack("process", "check", BUNDLE, "--json")

    assert answer.code == 0
    assert (answer.json["path"], answer.json["accepted"], answer.json["findings"]) == (str(BUNDLE), True, [])


@pytest.mark.rule("R005", "R033", "R058", "R078", "R089")
def test_every_timer_condition_and_cell_is_shown_with_what_it_would_be(fasttrack: Command) -> None:
    tried = fasttrack("process", "check", BUNDLE, "--on", "2026-11-24", "--json").json["tried"]

    found = {each["element"]: each["value"] for each in tried["results"]}
    assert tried["on"] == "2026-11-24"
    assert found["NoticeHasRun"] == "Tue 1 Dec 2026 00:00"
    assert found["TenDays"] == "Tue 8 Dec 2026 00:00"
    assert found["TwentyDays"] == "Tue 22 Dec 2026 23:59"
    assert found["SixWeeks"] == "Tue 5 Jan 2027 23:59"
    assert found["TwelveWeeks"] == "Tue 16 Feb 2027 23:59"
    assert found["SixSchoolWeeks"] == "Tue 19 Jan 2027 23:59"
    assert (found["MetYes"], found["criteria_rule_2_3"], found["criteria"]) == ("yes", "no", "met")
    assert [each for each in tried["results"] if each["problem"]] == []


def test_words_show_what_a_timer_would_be_today(fasttrack: Command) -> None:
    answer = fasttrack("process", "check", BUNDLE / "referral.bpmn", "--on", "2026-11-24")

    assert "TenDays, timer: start_of(working_days_after(policy.reminder_first_days, referred_on()))" in answer.out
    assert "→ today this would be Tue 8 Dec 2026 00:00" in answer.out
    assert "TwelveWeeks" not in answer.out


def test_what_fails_on_sample_facts_is_found_before_a_case_does(fasttrack: Command, bundle: Path) -> None:
    change(bundle / "fast_track.bpmn", "weeks_after(policy.review_weeks, ", "weeks_after(policy.review_weeks - '1', ")

    (finding,) = fasttrack("process", "check", bundle, "--json").json["findings"]

    assert (finding["file"], finding["element"]) == ("fast_track.bpmn", "SixWeeks")
    assert "tried on sample facts: `-` calculates with numbers, not with a text." in finding["problem"]


@pytest.mark.parametrize("file", ["case.bpmn", "fast_track.bpmn", "meeting.bpmn", "referral.bpmn"])
def test_each_shipped_diagram_is_accepted_by_itself(fasttrack: Command, file: str) -> None:
    answer = fasttrack("process", "check", BUNDLE / file)

    assert answer.code == 0
    assert answer.out.strip().endswith("is accepted.")


@pytest.mark.parametrize("file", ["decisions/criteria.dmn", "decisions/advice.dmn"])
def test_each_shipped_table_is_accepted_by_itself(fasttrack: Command, file: str) -> None:
    assert fasttrack("process", "check", BUNDLE / file, "--json").json["accepted"] is True


def test_what_is_wrong_is_said_with_file_and_element(fasttrack: Command, bundle: Path) -> None:
    change(bundle / "meeting.bpmn", 'value="meetings.arrange"', 'value="meetings.arange"')

    answer = fasttrack("process", "check", bundle, "--json")

    assert answer.code == 1
    assert answer.json["accepted"] is False
    assert answer.json["findings"] == [
        {
            "file": "meeting.bpmn",
            "element": "ArrangeMeeting",
            "problem": "There is no handler meetings.arange.",
            "advice": "Did you mean meetings.arrange?",
        }
    ]


def test_words_say_it_too(fasttrack: Command, bundle: Path) -> None:
    change(bundle / "policy.json", '"review_weeks": {"value": 6', '"review_weeks": {"value": 7')

    answer = fasttrack("process", "check", bundle)

    assert answer.code == 1
    assert "1 finding." in answer.out
    assert "fast_track.bpmn, SixWeeks" in answer.out
    assert "The label says 6 weeks, but policy.review_weeks is 7 weeks." in answer.out


def test_a_letter_that_names_no_field_is_found(fasttrack: Command, bundle: Path) -> None:
    change(bundle / "letters" / "L8a.md", "((outcome_day))", "((outcome_date))")

    (finding,) = fasttrack("process", "check", bundle, "--json").json["findings"]

    assert finding["file"] == "letters/L8a.md"
    assert finding["problem"] == "There is no field outcome_date."


def test_one_file_is_judged_without_the_faults_of_others(fasttrack: Command, bundle: Path) -> None:
    change(bundle / "meeting.bpmn", 'value="meetings.arrange"', 'value="meetings.arange"')

    assert fasttrack("process", "check", bundle / "referral.bpmn").code == 0
    assert fasttrack("process", "check", bundle / "meeting.bpmn").code == 1


def test_a_doctype_is_a_finding_and_not_a_crash(fasttrack: Command) -> None:
    answer = fasttrack("process", "check", DIAGRAMS / "refused" / "doctype.bpmn", "--json")

    assert answer.code == 1
    assert "DOCTYPE" in answer.json["findings"][0]["problem"]


@pytest.mark.parametrize("name", ["nowhere.bpmn", "notes.txt", "empty"])
def test_what_cannot_be_read_is_exit_code_two(fasttrack: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("no diagram")
    (tmp_path / "empty").mkdir()

    answer = fasttrack("process", "check", tmp_path / name, "--json")

    assert answer.code == 2
    assert name in answer.json["error"]


def test_what_is_no_xml_at_all_is_not_readable(fasttrack: Command, tmp_path: Path) -> None:
    path = tmp_path / "cut.bpmn"
    path.write_bytes(b"<definitions")

    assert fasttrack("process", "check", path).code == 2


def test_a_folder_of_that_name_and_what_is_not_there_are_not_readable(fasttrack: Command, tmp_path: Path) -> None:
    (tmp_path / "folder.dmn").mkdir()
    os.mkfifo(tmp_path / "pipe.bpmn")

    assert fasttrack("process", "check", tmp_path / "pipe.bpmn").code == 2
    assert fasttrack("process", "check", tmp_path / "nothing.bpmn").code == 2
    assert fasttrack("process", "check", tmp_path / "folder.dmn").code == 2
