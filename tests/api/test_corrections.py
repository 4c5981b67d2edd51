"""Corrections over HTTP: by whom, with what reason, and which letters stay."""

from uuid import UUID

import pytest

from tests.api.desk import Desk, Office

WHY = {"reason": "Misheard.", "changes": "What was said.", "tell": ""}


@pytest.fixture
def task(case: str, lead: Desk) -> str:
    """A task that was done."""
    (found,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{found['id']}/complete", {"answers": {"said": "hello"}})
    return str(found["id"])


def test_a_correction_is_a_further_version_with_its_reason(task: str, case: str, lead: Desk) -> None:
    body = {"answers": {"said": "good morning"}, **WHY, "tell": "The neighbours", "version": 1}

    corrected = lead.post(f"/tasks/{task}/corrections", body)

    assert corrected["version"] == 2
    assert [letter["state"] for letter in corrected["letters"]] == ["queued"]
    first, second = lead.get(f"/tasks/{task}/versions")
    assert (first["answers"]["said"], first["reason"]) == ("hello", "")
    assert (second["answers"]["said"], second["reason"], second["changes"]) == (
        "good morning",
        "Misheard.",
        "What was said.",
    )
    assert second["actor"]["id"] == str(lead.person_id)
    assert "Corrected: Ask first (version 2)" in [row["words"] for row in lead.get(f"/cases/{case}/timeline")]
    (tell,) = [one for one in lead.get("/tasks")["items"] if one["name"] == "Tell of a correction: Ask first"]
    assert lead.get(f"/tasks/{tell['id']}")["form"]["shown"]["details"] == "The neighbours: What was said."
    lead.refused(409, "POST", f"/tasks/{task}/corrections", body)


def test_only_whose_task_it_was_corrects_it(task: str, office: Office, school: UUID, supervisor: Desk) -> None:
    boss = office.person({school: ("boss",)})
    body = {"answers": {"said": "good morning"}, **WHY}
    boss.refused(403, "POST", f"/tasks/{task}/corrections", body)
    supervisor.refused(403, "POST", f"/tasks/{task}/corrections", body)


def test_a_correction_needs_its_reason_and_a_task_that_was_done(task: str, case: str, lead: Desk) -> None:
    lead.refused(422, "POST", f"/tasks/{task}/corrections", {"answers": {"said": "x"}, **WHY, "reason": " "})
    lead.refused(422, "POST", f"/tasks/{task}/corrections", {"answers": {}, **WHY})
    waiting = lead.post(f"/cases/{case}/tasks", {"name": "Wait", "role": "clerk"})
    lead.refused(409, "POST", f"/tasks/{waiting['id']}/corrections", {"answers": {"note": "x"}, **WHY})
