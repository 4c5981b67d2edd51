"""A service that dies between what it has done and its answer: the same request again is not done again."""

import json
import subprocess
import sys
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine import tables
from engine.database import transaction
from tests.api.desk import Desk, Office
from tests.database import ROOT

KILLED = "-9"


def how_they_ended(office: Office, desk: Desk, requests: list[tuple[str, Any]]) -> list[str]:
    """How the services ended that were sent these, each with its place in the list as its key."""
    url = office.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    lines = [
        json.dumps([url, desk.token, path, body, {"Idempotency-Key": f"k-{number}"}])
        for number, (path, body) in enumerate(requests)
    ]
    program = [sys.executable, "-m", "tests.api.dying"]
    ended = subprocess.run(program, cwd=ROOT, input="\n".join(lines), capture_output=True, text=True, check=True)  # noqa: S603
    return ended.stdout.split()


def test_what_was_done_is_answered_and_not_done_again(office: Office, lead: Desk, case: str, school: UUID) -> None:
    requests = [
        ("/cases", {"pupil_id": str(office.pupil(school))}),
        (f"/cases/{case}/reports", {"message": "Complaint", "answers": {"about": "the noise"}}),
        (f"/cases/{case}/tasks", {"name": "Ask again", "role": "clerk"}),
        (
            f"/cases/{case}/contacts",
            {"kind": "call", "happened_at": "2026-01-01T10:00:00Z", "with_whom": "Gran", "said": "No."},
        ),
    ]
    written = (tables.case, tables.inbox, tables.task, tables.history)

    assert how_they_ended(office, lead, requests) == [KILLED] * len(requests)
    with transaction(office.engine) as db:
        before = [db.execute(select(func.count()).select_from(table)).scalar_one() for table in written]
    answers = [
        lead.ask("POST", path, json=body, headers={"Idempotency-Key": f"k-{number}"})
        for number, (path, body) in enumerate(requests)
    ]

    assert [(answer.status_code, answer.headers.get("idempotent-replayed")) for answer in answers] == [
        (201, "true")
    ] * len(requests)
    assert all(UUID(answer.json()["id"]) for answer in answers)
    with transaction(office.engine) as db:
        after = [db.execute(select(func.count()).select_from(table)).scalar_one() for table in written]
    assert after == before
