"""`fasttrack calendar`: what a file says, and a change from its draft to the cases that follow."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from engine import clock
from engine.people import create_person, grant
from tests.attendance.calendars import BROAD_REACH
from tests.cli.commands import Command
from tests.journeys.world import World, new_world

URN = "999990"
DIARY = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:School closed (flood)\r\nDTSTART;VALUE=DATE:20261203\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Carols\r\nDTSTART;VALUE=DATE:20261204\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)


@pytest.fixture
def world(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A school with the real process and people with addresses, in the database that the command uses."""
    world = new_world(engine, tmp_path / "letters")
    monkeypatch.setenv("FASTTRACK_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FASTTRACK_DATA_DIR", str(tmp_path))
    with engine.begin() as db:
        for role in ("attendance_lead", "head_teacher", "supervisor"):
            person = create_person(db, name=role, email=f"{role}@example.org", now=clock.now(db))
            grant(db, person, world.school, role)
    return world


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    path = tmp_path / "autumn.ics"
    path.write_text(DIARY, newline="")
    return path


def by(role: str) -> tuple[str, str]:
    return "--by", f"{role}@example.org"


def ask(fasttrack: Command, *words: object) -> Any:
    answer = fasttrack("calendar", *words, "--json")
    assert answer.code == 0, answer.err
    return answer.json


def test_a_file_is_checked_without_a_database(fasttrack: Command, calendar: Path) -> None:
    found = fasttrack("calendar", "check", calendar, "--json").json

    assert found["school_years"] == [{"name": "2026/27", "school_days": 188, "sessions": 376}]
    assert found["content"]["terms"] == BROAD_REACH["terms"]
    words = fasttrack("calendar", "check", calendar).out
    assert "2026/27: 188 school days in 40 weeks, 376 sessions; a maintained school needs 380" in words


def test_a_diary_is_checked_against_the_calendar_that_it_adds_to(
    fasttrack: Command, calendar: Path, diary: Path
) -> None:
    found = fasttrack("calendar", "check", diary, "--calendar", calendar, "--json").json

    assert {"date": "2026-12-03", "mark": "#", "reason": "School closed (flood)"} in found["content"]["closures"]
    assert found["left_out"] == [{"where": "“Carols”", "reason": "It says nothing of whole school days."}]
    alone = fasttrack("calendar", "check", diary)
    assert (alone.code, "has no term" in alone.err) == (2, True)


def test_an_import_is_a_draft_that_a_person_approves_once(fasttrack: Command, world: World, diary: Path) -> None:
    case = world.to_panel_notice()
    drafted = ask(fasttrack, "import", URN, diary, *by("attendance_lead"))
    (found,) = drafted["previews"]
    assert [closed["what"] for closed in found["cases"][0]["closed"]] == ["panel"]
    assert ask(fasttrack, "preview", drafted["id"]) == drafted
    assert ask(fasttrack, "show", URN)["version"] == 1
    assert ask(fasttrack, "show", URN)["drafts"] == [drafted["id"]]

    approved = ask(fasttrack, "approve", drafted["id"], *by("head_teacher"), "--reason", "the flood")

    assert (approved["versions"], approved["cases"]) == ({str(world.school): 2}, 1)
    assert world.noted(case, "calendar_changed") == [{"was": 1, "becomes": 2}]
    again = fasttrack("calendar", "approve", drafted["id"], *by("head_teacher"), "--reason", "the flood")
    assert (again.code, again.err) == (1, "This draft has been approved or discarded already.\n")


def test_a_preview_in_words_names_the_case_the_day_and_how_it_came(fasttrack: Command, world: World) -> None:
    case = world.to_panel_notice()
    said = fasttrack("calendar", "proclaim", "A coronation", "--day", "2026-11-27", *by("supervisor")).out

    assert "Version 2 would follow version 1. Open cases: 1, touched: 1." in said
    assert f"{world.case(case).reference}, Jamie Okafor" in said
    assert "5 working days' notice has run: Wed 2 Dec 2026 00:00 → Tue 1 Dec 2026 00:00" in said
    assert "The start of Tue 1 Dec 2026: 5 working days after Mon 23 Nov 2026, from which the notice runs." in said
    assert "(posted Mon 23 Nov 2026, first class): evidence → clear" in said
    assert "Lawful from Mon 30 Nov 2026 → Tue 1 Dec 2026, evidence from Thu 3 Dec 2026 → Fri 4 Dec 2026" in said
    assert "No working day any more: Fri 27 Nov 2026" in said


def test_a_statement_is_approved_for_all_schools(fasttrack: Command, world: World) -> None:
    case = world.to_panel_notice()
    statement = ask(fasttrack, "proclaim", "A coronation", "--day", "2026-11-27", *by("supervisor"))["id"]
    refused = fasttrack("calendar", "approve", statement, *by("attendance_lead"), "--reason", "x")
    assert (refused.code, "asks for supervisor" in refused.err) == (1, True)

    approved = ask(fasttrack, "approve", statement, *by("supervisor"), "--reason", "proclaimed today")

    assert approved["versions"] == {str(world.school): 2}
    assert world.due(case, "NoticeHasRun") == "Tue 1 Dec 2026 00:00"
    (followed,) = ask(fasttrack, "effects", URN)["followed"]
    assert {(notice["was"], notice["becomes"]) for notice in followed["notices"]} == {("evidence", "clear")}
    said = fasttrack("calendar", "effects", URN, 2).out
    assert "Version 2: 1 cases followed, 0 could not." in said
    assert "5 working days' notice has run moved from Wed 2 Dec 2026 to Tue 1 Dec 2026" in said


def test_of_two_drafts_the_second_is_rebased_or_discarded(fasttrack: Command, world: World) -> None:
    lead, head = by("attendance_lead"), by("head_teacher")
    first = ask(fasttrack, "change", URN, "--inset", "2026-12-04", *lead)["id"]
    second = ask(fasttrack, "change", URN, "--closed", "2026-12-07", "--mark", "Y4", "--why", "snow", *lead)["id"]
    third = ask(fasttrack, "change", URN, "--school-day", "2026-11-02", *lead)["id"]
    ask(fasttrack, "approve", first, *head, "--reason", "one")

    late = fasttrack("calendar", "approve", second, *head, "--reason", "two")
    assert (late.code, "Bring the draft up to date" in late.err) == (1, True)
    (rebased,) = ask(fasttrack, "rebase", second, *lead)["previews"]
    assert (rebased["follows"], [closed["day"] for closed in rebased["closed"]]) == (2, ["2026-12-07"])
    assert ask(fasttrack, "discard", third, *lead)["state"] == "discarded"
    assert ask(fasttrack, "approve", second, *head, "--reason", "two")["versions"] == {str(world.school): 3}


def test_what_ends_soon_is_told(fasttrack: Command, world: World) -> None:
    (alert,) = ask(fasttrack, "alerts")["alerts"]

    assert (alert["what"], alert["school_id"], alert["until"]) == ("school_calendar", str(world.school), "2027-07-21")
    assert "ends on Wed 21 Jul 2027. Import the next school year." in fasttrack("calendar", "alerts").out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("preview", UUID(int=1)), 1, "There is no draft and no statement"),
        (("change", URN, "--inset", "2026-12-04", "--by", "nobody@example.org"), 1, "Nobody who works here"),
        (("change", URN, "--inset", "2026-12-04", *by("supervisor")), 1, "may not do this"),
        (("change", URN, *by("attendance_lead")), 1, "This changes nothing."),
        (("change", URN, "--closed", "2026-12-04", "--mark", "O", *by("attendance_lead")), 2, '"O" is not a mark'),
        (("change", URN, "--inset", "4 December", *by("attendance_lead")), 2, "is not a day like"),
        (("proclaim", "Nothing", *by("supervisor")), 1, "This changes nothing."),
        (("show", "123456"), 1, "There is no school with URN 123456."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    fasttrack: Command, world: World, words: tuple[object, ...], code: int, sentence: str
) -> None:
    answer = fasttrack("calendar", *words)

    assert (answer.code, sentence in answer.err) == (code, True), answer.err
    assert json.loads(fasttrack("calendar", *words, "--json").out)["error"] in answer.err
