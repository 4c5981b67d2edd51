"""The second reading finds what is changed in a case's file, and says nothing of a file that is as it was."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.journeys.conftest import case_files
from tests.journeys.world import World
from verifier.second_reading import second_reading

READING = Path(__file__).parents[2] / "verifier" / "second_reading.py"
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def referred(world: World, tmp_path: Path) -> tuple[Rows, dict[str, bytes]]:
    """A case that went to the authority: its rows, and the other files of its archive."""
    case = world.to_referral()
    world.submit(case)
    world.player.do(case, "ConsiderApplication", variant={"decision": "proceedings"})
    (content,) = case_files(world.player.runtime.engine)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("case.json"))["rows"], files


def rules_found(rows: Rows, files: dict[str, bytes], folder: Path) -> set[str]:
    """The rules of the disagreements in an archive with these rows."""
    file = folder / "changed.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("case.json", json.dumps({"format": "fasttrack-case/1", "rows": rows}))
        for name, content in files.items():
            archive.writestr(name, content)
    return {found["rule"] for found in second_reading(file)}


def later(text: str, days: int) -> str:
    return (date.fromisoformat(text[:10]) + timedelta(days=days)).isoformat() + text[10:]


def one_mark_becomes_illness(rows: Rows) -> None:
    row = next(row for row in rows["mark"] if row["am"] == "O" and row["day"] < "2026-11-20")
    row["am"] = "I"


def window_a_week_short(rows: Rows) -> None:
    rows["snapshot"][0]["figures"]["window_weeks"].pop(0)


def figures_say_not_eligible(rows: Rows) -> None:
    rows["snapshot"][0]["figures"]["result"] = "not_eligible"


def panel_invitation_posted_late(rows: Rows) -> None:
    panel = next(row["id"] for row in rows["meeting"] if row["kind"] == "panel")
    letter = next(row for row in rows["invitation"] if row["meeting_id"] == panel)
    letter["posted_on"], letter["received_on"] = later(letter["posted_on"], 7), None


def review_invitation_posted_late(rows: Rows) -> None:
    review = next(row["id"] for row in rows["meeting"] if row["kind"] == "review")
    letter = next(row for row in rows["invitation"] if row["meeting_id"] == review)
    letter["posted_on"], letter["received_on"] = later(letter["posted_on"], 16), None


def received_a_day_early(rows: Rows) -> None:
    rows["invitation"][0]["received_on"] = later(rows["invitation"][0]["received_on"], -1)


def one_parent_not_invited(rows: Rows) -> None:
    rows["invitation"].pop()


def letter_failed(rows: Rows) -> None:
    rows["invitation"][0]["failed_at"] = rows["invitation"][0]["posted_on"] + "T12:00:00+00:00"


def absent_parent_got_no_minutes(rows: Rows) -> None:
    rows["delivery"] = [row for row in rows["delivery"] if row["letter"] != "L3"]


def no_voice_of_the_child(rows: Rows) -> None:
    next(row for row in rows["meeting"] if row["kind"] == "panel")["minutes"]["voice_how"] = ""


def reply_never_decided(rows: Rows) -> None:
    meeting, adult = rows["meeting"][0]["id"], rows["adult"][0]["id"]
    rows["reply"].append({"meeting_id": meeting, "adult_id": adult, "received_on": "2026-11-30", "reasonable": None})


def target_without_a_number(rows: Rows) -> None:
    rows["plan"][0]["target_sessions"] = None


def plan_without_actions(rows: Rows) -> None:
    rows["plan"][0]["actions"] = []


def closed_though_the_target_was_missed(rows: Rows) -> None:
    rows["outcome"][0]["code"] = "O1"


def internal_review_too_late(rows: Rows) -> None:
    rows["outcome"][0].update(code="O4", internal_review_on="2027-04-20")


def counted_otherwise_at_the_review(rows: Rows) -> None:
    rows["outcome"][0]["figures"]["unauthorised"] += 1


def no_outcome_letter_to_one_parent(rows: Rows) -> None:
    rows["delivery"].remove(next(row for row in rows["delivery"] if row["letter"] == "L8c"))


def submitted_late_without_a_reason(rows: Rows) -> None:
    rows["application"][0]["submitted_on"] = "2027-02-12"


def head_teacher_never_signed(rows: Rows) -> None:
    rows["answer"] = [row for row in rows["answer"] if row["element"] != "HeadTeacherSigns"]


def deadline_a_day_later(rows: Rows) -> None:
    timer = next(row for row in rows["timer"] if row["element"] == "TwentyDays")
    timer["due_at"] = later(timer["due_at"], 1)


def letter_bears_the_other_address(rows: Rows) -> None:
    letter = rows["delivery"][0]
    other = next(row for row in rows["address"] if row["adult_id"] != letter["recipient"])
    letter["fields"]["note"] = f"See you at {other['postcode']}"


def letter_after_the_end(rows: Rows) -> None:
    rows["delivery"][-1]["created_at"] = later(rows["case"][0]["closed_at"], 1)


PLANTED: dict[Callable[[Rows], None], str] = {
    one_mark_becomes_illness: "R007",
    window_a_week_short: "R007",
    figures_say_not_eligible: "R006",
    panel_invitation_posted_late: "R033",
    review_invitation_posted_late: "R070",
    received_a_day_early: "R033",
    one_parent_not_invited: "R030",
    letter_failed: "R030",
    absent_parent_got_no_minutes: "R060",
    no_voice_of_the_child: "R053",
    reply_never_decided: "R041",
    target_without_a_number: "R054",
    plan_without_actions: "R055",
    closed_though_the_target_was_missed: "R073",
    internal_review_too_late: "R078",
    counted_otherwise_at_the_review: "R073",
    no_outcome_letter_to_one_parent: "R086",
    submitted_late_without_a_reason: "R089",
    head_teacher_never_signed: "R091",
    deadline_a_day_later: "R089",
    letter_bears_the_other_address: "R030",
    letter_after_the_end: "R086",
}


def test_every_planted_fault_is_found(referred: tuple[Rows, dict[str, bytes]], tmp_path: Path) -> None:
    rows, files = referred
    assert rules_found(rows, files, tmp_path) == set()
    kept = json.dumps(rows)

    missed = {}
    for plant, rule in PLANTED.items():
        changed: Rows = json.loads(kept)
        plant(changed)
        if rule not in (found := rules_found(changed, files, tmp_path)):
            missed[plant.__name__] = found

    assert missed == {}


def test_a_document_that_is_gone_is_found(referred: tuple[Rows, dict[str, bytes]], tmp_path: Path) -> None:
    rows, files = referred
    files.pop(next(name for name in files if name.startswith("documents/")))

    assert rules_found(rows, files, tmp_path) == {"R030"}


def test_it_runs_where_nothing_of_the_product_is(world: World, tmp_path: Path) -> None:
    case: UUID = world.open()
    file = tmp_path / "case.zip"
    file.write_bytes(case_files(world.player.runtime.engine)[0])
    broken = tmp_path / "broken.zip"
    broken.write_bytes(file.read_bytes()[:200])

    def ran(*arguments: object) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-I", "-S", str(READING), *map(str, arguments)]
        return subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603

    assert world.case(case)
    assert (ran(file).returncode, ran(file).stdout.strip()) == (0, f"{file}: 0 disagreements")
    assert json.loads(ran(file, "--json").stdout) == {"disagreements": {str(file): []}, "unreadable": {}}
    assert ran(broken).returncode == 2
    assert "no case file" in ran(broken).stderr
