"""Register imports over HTTP: shapes, previews, mappings, what is mended, what changed, and large files."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from api.documents.render import render
from api.rest import register_imports
from api.wiring import BUNDLE
from attendance import tables
from engine import clock
from engine.bundles import read_folder
from engine.database import transaction
from engine.runtime import Runtime
from engine.versions import publish
from handlers import REGISTRY
from handlers.facts import Facts
from handlers.imports import take_in_waiting
from tests.api.desk import Desk, Office, office_on
from tests.api.stock import calendar
from tests.attendance.registers import AVA, NOAH, rows
from tests.attendance.workbook_files import workbook

CSV = {"Content-Type": "text/csv"}
FRIDAY = datetime(2026, 11, 20, 16, tzinfo=clock.LONDON)
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@pytest.fixture
def office(engine: Engine) -> Office:
    """The real process, whose policy judges pupils."""
    runtime = Runtime(engine, REGISTRY, Facts, render)
    publish(runtime, read_folder(BUNDLE), actor="system")
    with transaction(engine) as db:
        clock.start_at(db, FRIDAY)
    return office_on(runtime, process="fast_track")


@pytest.fixture
def lead(office: Office, school: UUID) -> Desk:
    desk = office.person({school: ("attendance_lead",)})
    desk.put(f"/schools/{school}/calendar", calendar(str(school)[-6:]))
    return desk


def send(desk: Desk, school: UUID, content: str | bytes, *, headers: Any = CSV, **params: Any) -> Any:
    return desk.post("/register-imports", content=content, headers=headers, params={"school_id": school, **params})


def marks(office: Office) -> list[tuple[str, str | None, str | None]]:
    m = tables.mark.c
    with transaction(office.engine) as db:
        return [(str(row.day), row.am, row.pm) for row in db.execute(select(m.day, m.am, m.pm).order_by(m.day))]


@pytest.mark.parametrize(
    ("shape", "content", "headers"),
    [
        ("long", rows(f"{NOAH},2026-10-05,AM,O", f"{NOAH},2026-10-05,PM,\\"), CSV),
        ("daily", f"UPN,Date,AM,PM\n{NOAH},2026-10-05,O,\\\n", CSV),
        ("wide", f"UPN,05/10/2026 AM,05/10/2026 PM\n{NOAH},O,\\\n", CSV),
        ("grid", f"Week commencing,05/10/2026\nUPN,Mon AM,Mon PM\n{NOAH},O,\\\n", CSV),
        ("wide", workbook([["UPN", "05/10/2026 AM", "05/10/2026 PM"], [NOAH, "O", "\\"]]), XLSX),
        (
            "transfer",
            f"<CTfile><Pupil><UPN>{NOAH}</UPN><AttendanceStartDate>2026-10-05</AttendanceStartDate>"
            "<AttendanceMarks>O\\</AttendanceMarks></Pupil></CTfile>",
            {"Content-Type": "application/xml"},
        ),
    ],
)
def test_every_shape_brings_the_same_marks(
    office: Office, lead: Desk, school: UUID, shape: str, content: str, headers: dict[str, str]
) -> None:
    taken = send(lead, school, content, headers=headers)

    assert (taken["shape"], taken["marks_new"], taken["last_day"]) == (shape, 2, "2026-10-05")
    assert marks(office) == [("2026-10-05", "O", "\\")]


def test_a_preview_keeps_nothing_and_a_mapping_is_remembered(office: Office, lead: Desk, school: UUID) -> None:
    content = f"Ref,Day,Half day,What\n{NOAH},2026-10-05,AM,O\n"
    mapping = ["upn=Ref", "mark=What"]

    shown = lead.post(
        "/register-imports/preview", content=content, headers=CSV, params={"school_id": school, "mapping": mapping}
    )
    lead.refused(422, "POST", f"/register-imports?school_id={school}", content=content, headers=CSV)
    first = send(lead, school, content, mapping=mapping)
    later = send(lead, school, content.replace("AM,O", "PM,U"))

    assert shown["columns"] == {"upn": "Ref", "date": "Day", "session": "Half day", "mark": "What"}
    assert shown["rows"] == [[NOAH, "2026-10-05", "AM", "O"]]
    assert (first["marks_new"], later["marks_new"]) == (1, 1)
    assert marks(office) == [("2026-10-05", "O", "U")]


@pytest.mark.parametrize("mapping", ["upn", "colour=Ref", "=Ref"])
def test_a_mapping_of_something_else_is_refused(lead: Desk, school: UUID, mapping: str) -> None:
    problem = lead.refused(
        422,
        "POST",
        "/register-imports/preview",
        content="x",
        headers=CSV,
        params={"school_id": school, "mapping": mapping},
    )
    assert problem["type"].endswith("/unreadable")


def test_rows_set_aside_are_mended_and_sent_again(office: Office, lead: Desk, school: UUID) -> None:
    content = (
        "UPN,Name,05/10/2026 AM,05/10/2026 PM,06/10/2026 AM\n"
        f'{NOAH},"Coley, Noah",/,ZZ,O\n'
        f'{AVA[1:]},"=Rix, Ava",/,-,G\n'
    )
    taken = send(lead, school, content)

    answer = lead.ask("GET", f"/register-imports/{taken['id']}/quarantined.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.text.splitlines()
    assert len(lines) == 1 + 1 + 3
    assert lines[1].endswith('2026-10-05,PM,ZZ,,1,05/10/2026 PM,"""ZZ"" is not a code of the register."')
    assert "'=Rix" in lines[2]
    mended = answer.text.replace("ZZ,", "U,").replace(f"{AVA[1:]}", AVA)
    again = send(lead, school, mended)
    assert (again["marks_new"], again["counts"]["quarantined"], again["counts"]["gaps"]) == (3, 0, 1)
    assert ("2026-10-05", "/", "U") in marks(office)


def test_changed_marks_keep_both_values_when_and_from_which_file(lead: Desk, school: UUID) -> None:
    send(lead, school, rows(f"{NOAH},2026-10-05,AM,N", f"{NOAH},2026-10-06,AM,O"), filename="first.csv")
    taken = send(lead, school, rows(f"{NOAH},2026-10-05,AM,I", f"{NOAH},2026-10-06,AM,Y4"), filename="second.csv")

    (changes, closed) = (
        lead.get(f"/register-imports/{taken['id']}/changes", **params)["items"] for params in ({}, {"closed": "true"})
    )

    assert (taken["marks_changed"], taken["marks_closed"]) == (2, 1)
    assert {(each["day"], each["was"], each["became"], each["filename"]) for each in changes} == {
        ("2026-10-05", "N", "I", "second.csv"),
        ("2026-10-06", "O", "Y4", "second.csv"),
    }
    assert [each["day"] for each in closed] == ["2026-10-06"]
    of_pupil = lead.get(f"/pupils/{changes[0]['pupil_id']}/mark-changes", limit=1)
    assert of_pupil["next"] == of_pupil["items"][0]["id"]


def test_a_large_file_is_taken_in_afterwards(
    office: Office, lead: Desk, school: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_imports, "AT_ONCE_BYTES", 10)
    key = {**CSV, "Idempotency-Key": "night-1"}
    url = f"/register-imports?school_id={school}"
    first, again = (lead.ask("POST", url, content=rows(f"{NOAH},2026-10-05,AM,O"), headers=key) for _ in range(2))

    assert (first.status_code, again.status_code, again.json()) == (202, 202, first.json())
    assert first.headers["location"] == f"/api/v1/work/{first.json()['id']}"
    assert (first.json()["state"], marks(office)) == ("waiting", [])
    assert take_in_waiting(office.runtime)
    assert not take_in_waiting(office.runtime)
    done = lead.get(f"/work/{first.json()['id']}")
    assert (done["state"], done["progress"], done["result"]["marks_new"]) == ("done", 1, 1)
    assert lead.get(f"/register-imports/{done['result']['id']}")["marks_new"] == 1
    assert lead.get("/work", open="true")["items"] == []


def test_a_file_that_waits_can_be_cancelled(office: Office, lead: Desk, school: UUID) -> None:
    waiting = send(lead, school, rows(f"{NOAH},2026-10-05,AM,O"), in_background="true")

    stopped = lead.post(f"/work/{waiting['id']}/cancel")

    assert (stopped["state"], take_in_waiting(office.runtime), marks(office)) == ("cancelled", False, [])
    problem = lead.refused(409, "POST", f"/work/{waiting['id']}/cancel")
    assert problem["type"].endswith("/ended-already")


def test_a_file_that_cannot_be_read_fails_afterwards_too_and_is_not_kept(
    office: Office, lead: Desk, school: UUID
) -> None:
    waiting = send(lead, school, "UPN,Possible,Attended\n", in_background="true")

    take_in_waiting(office.runtime)

    done = lead.get(f"/work/{waiting['id']}")
    assert done["state"] == "failed"
    assert done["problem"].startswith("This is a summary")
    with transaction(office.engine) as db:
        assert db.execute(select(func.count()).select_from(tables.register_file)).scalar_one() == 0


def test_a_machine_account_brings_marks_and_reads_no_pupils(office: Office, lead: Desk, school: UUID) -> None:
    machine = office.person({school: ("machine",)}, name="Nightly export")

    taken = send(machine, school, rows(f"{NOAH},2026-10-05,AM,O"))

    assert taken["imported_by"]["name"] == "Nightly export"
    assert machine.get(f"/register-imports/{taken['id']}")["marks_new"] == 1
    machine.refused(403, "GET", "/pupils")
