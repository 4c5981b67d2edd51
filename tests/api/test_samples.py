"""Every file of the sample school, imported over HTTP and checked by the command: with the same result."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from api.documents.render import render
from api.packs.binding import bound
from api.wiring import BUNDLE
from engine import clock
from engine.bundles import read_folder
from engine.database import transaction
from engine.runtime import Runtime
from engine.versions import publish
from handlers import REGISTRY
from handlers.facts import Facts
from tests.api.desk import Desk, Office, office_on
from tests.attendance.workbook_files import workbook
from tests.cli.commands import Command

SAMPLES = Path(__file__).parent.parent / "samples"
REGISTERS = sorted(path.name for path in SAMPLES.glob("register-*.csv"))
FRIDAY = datetime(2026, 11, 20, 16, tzinfo=clock.LONDON)
FIGURES = ("possible", "unauthorised", "provisional_n", "attending", "authorised", "result")


@pytest.fixture
def office(engine: Engine) -> Office:
    """The real process, whose policy judges pupils."""
    runtime = Runtime(engine, REGISTRY, Facts, render, bind=bound)
    publish(runtime, read_folder(BUNDLE), actor="system")
    with transaction(engine) as db:
        clock.start_at(db, FRIDAY)
    return office_on(runtime, process="fast_track")


@pytest.fixture
def lead(office: Office, school: UUID) -> Desk:
    desk = office.person({school: ("attendance_lead", "supervisor")})
    calendar = json.loads((SAMPLES / "calendar.json").read_text())
    calendar["school"] |= {"urn": str(school)[-6:]}
    desk.put(f"/schools/{school}/calendar", calendar)
    return desk


@pytest.fixture
def fasttrack(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


def checked(office: Office, fasttrack: Command, path: Path) -> Any:
    """What the command says of a file today."""
    with transaction(office.engine) as db:
        today = clock.london_day(clock.now(db))
    calendar = SAMPLES / "calendar.json"
    return fasttrack("register", "check", path, "--calendar", calendar, "--as-at", today.isoformat(), "--json").json


def kept(lead: Desk, school: UUID) -> dict[str, dict[str, Any]]:
    """The figures of every pupil over HTTP, by UPN."""
    found: dict[str, dict[str, Any]] = {}
    for eligible in ("true", "false"):
        after: str | None = ""
        while after is not None:
            page = lead.get(
                "/pupils", school_id=school, eligible=eligible, limit=200, **({"after": after} if after else {})
            )
            found |= {each["upn"]: each["figures"] for each in page["items"]}
            after = page["next"]
    return found


def send(lead: Desk, school: UUID, path: Path) -> Any:
    headers = {"Content-Type": "text/csv"}
    url = f"/register-imports?school_id={school}&filename={path.name}"
    return lead.ask("POST", url, content=path.read_bytes(), headers=headers)


@pytest.mark.rule("R006", "R007", "R008")
@pytest.mark.parametrize("name", [name for name in REGISTERS if "summary" not in name])
def test_a_file_gives_the_same_over_http_and_by_the_command(
    office: Office, lead: Desk, school: UUID, fasttrack: Command, name: str
) -> None:
    by_command = checked(office, fasttrack, SAMPLES / name)

    answer = send(lead, school, SAMPLES / name)

    imported, figures = answer.json(), kept(lead, school)
    assert answer.status_code == 201
    assert {pupil["upn"]: only(pupil) for pupil in by_command["pupils"]} == {
        upn: only(each) for upn, each in figures.items()
    }
    assert {each["marks_as_at"] for each in figures.values()} == {by_command["marks_as_at"]}
    assert {json.dumps(each["window_weeks"]) for each in figures.values()} == {json.dumps(by_command["window_weeks"])}
    assert imported["quarantined"] == by_command["quarantined"]
    assert imported["gaps"] == by_command["gaps"]
    assert imported["left_out"] == by_command["left_out"]
    assert imported["conflicts"] == [without(each, "upn") for each in by_command["conflicts"]]


def test_a_summary_is_refused_in_the_same_words(office: Office, lead: Desk, school: UUID, fasttrack: Command) -> None:
    path = SAMPLES / "register-summary-only.csv"

    answer = send(lead, school, path)

    assert answer.status_code == 422
    assert "says how many sessions but not which" in answer.json()["detail"]
    assert answer.json()["detail"] == checked(office, fasttrack, path)["error"]
    assert lead.get("/register-imports")["items"] == []
    assert [(each["state"], each["problem"]) for each in lead.get("/work")["items"]] == [
        ("failed", answer.json()["detail"])
    ]


def test_the_answers_worked_out_by_hand_are_those_of_every_whole_file(
    office: Office, fasttrack: Command, tmp_path: Path
) -> None:
    answers = json.loads((SAMPLES / "answers.json").read_text())
    wanted = {pupil["upn"]: pupil for pupil in answers["pupils"]}
    long = (SAMPLES / "register-long.csv").read_text().splitlines()
    book = tmp_path / "register.xlsx"
    book.write_bytes(workbook([line.split(",") for line in long]))

    for path in (SAMPLES / "register-long.csv", SAMPLES / "register-wide-cp1252.csv", book):
        calendar = SAMPLES / "calendar.json"
        found = fasttrack("register", "check", path, "--calendar", calendar, "--as-at", answers["as_at"], "--json").json
        assert found["window_weeks"] == answers["window_weeks"]
        assert {pupil["upn"]: pupil for pupil in found["pupils"]} == {
            pupil["upn"]: wanted[pupil["upn"]] for pupil in found["pupils"]
        }


def test_adults_of_the_sample_are_taken_after_their_pupils(lead: Desk, school: UUID) -> None:
    send(lead, school, SAMPLES / "register-long.csv")

    taken = lead.post(
        f"/adult-imports?school_id={school}",
        content=(SAMPLES / "adults.csv").read_bytes(),
        headers={"Content-Type": "text/csv"},
    )

    assert taken["adults_new"] > 50
    assert taken["quarantined"] == []


def only(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: figures[name] for name in FIGURES}


def without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
