"""The clock and the processes over HTTP."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from engine import tables
from engine.database import transaction
from tests.api.desk import Desk, Office


def test_a_demos_clock_is_moved_forward_and_never_back(lead: Desk) -> None:
    here = datetime.fromisoformat(lead.get("/clock")["now"])

    moved = lead.post("/clock", {"to": (here + timedelta(days=3)).isoformat()})

    assert timedelta(0) <= datetime.fromisoformat(moved["now"]) - here - timedelta(days=3) < timedelta(minutes=1)
    problem = lead.refused(409, "POST", "/clock", {"to": here.isoformat()})
    assert problem["type"].endswith("/clock-refused")


def test_the_clock_of_a_service_that_is_no_demo_is_not_moved(office: Office, lead: Desk) -> None:
    with transaction(office.engine) as db:
        db.execute(update(tables.clock).values(demo=False))

    assert lead.get("/clock")["is_demo"] is False
    lead.refused(409, "POST", "/clock", {"to": "2030-01-01T00:00:00+00:00"})


@pytest.mark.parametrize("moment", ["2030-01-01", "2030-01-01T00:00:00", "9999-12-31T00:00:00+00:00", "soon", 5, None])
def test_a_moment_that_cannot_be_is_refused(lead: Desk, moment: object) -> None:
    lead.refused(422, "POST", "/clock", {"to": moment})


def test_a_role_that_only_records_does_not_move_the_clock(office: Office, school: UUID) -> None:
    machine = office.person({school: ("machine",)})
    machine.get("/clock")
    machine.refused(403, "POST", "/clock", {"to": "2030-01-01T00:00:00+00:00"})


def test_a_process_is_read_with_its_versions_and_files(lead: Desk, case: str) -> None:
    (newest,) = lead.get("/processes")
    assert (newest["process"], newest["number"], newest["open_cases"]) == ("small", 1, 1)
    assert lead.get("/processes/small/versions")["items"] == [newest]
    assert lead.get("/processes/small/versions/1") == newest

    files = {file["path"]: file["size"] for file in lead.get("/processes/small/versions/1/files")}
    assert {"small.bpmn", "forms/ask.json", "policy.json"} <= set(files)
    answer = lead.ask("GET", "/processes/small/versions/1/files/forms/ask.json")
    assert (answer.json()["id"], len(answer.content)) == ("ask", files["forms/ask.json"])
    assert answer.headers["content-disposition"] == 'attachment; filename="ask.json"'


@pytest.mark.parametrize(
    "path",
    [
        "/processes/small/versions/2",
        "/processes/small/versions/0",
        "/processes/none/versions/1",
        "/processes/small/versions/1/files/none.json",
        "/processes/small/versions/1/files/..%2f..%2fpyproject.toml",
        "/processes/small/versions/1/files/a%00b",
    ],
)
def test_a_file_that_is_not_there_is_not_found(lead: Desk, path: str) -> None:
    lead.refused(404, "GET", path)
