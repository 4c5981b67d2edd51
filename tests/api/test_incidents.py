"""Incidents over HTTP: seen by supervisors, tried again."""

import pytest

from api.clock_watch import ClockWatch
from tests.api.desk import Desk, Office
from tests.engine.small import BROKEN


@pytest.fixture
def incident(case: str, lead: Desk) -> str:
    """The printer burns while a task is done."""
    BROKEN.add("small.tell")
    (task,) = lead.get("/tasks")["items"]
    problem = lead.refused(500, "POST", f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})
    return str(problem["incident"])


def test_an_incident_is_listed_with_who_and_what(incident: str, case: str, supervisor: Desk) -> None:
    (found,) = supervisor.get("/incidents")["items"]

    assert (found["id"], found["case"]["id"], found["attempts"]) == (incident, case, 1)
    assert (found["command"], found["element"], found["actor"]["name"]) == (
        "complete_task",
        "AskFirst",
        "Marnie Tollgate",
    )
    assert "detail" not in found
    assert "Traceback" in supervisor.get(f"/incidents/{incident}")["detail"]


def test_an_incident_is_tried_again_as_the_person_it_befell(incident: str, supervisor: Desk, lead: Desk) -> None:
    BROKEN.clear()

    resolved = supervisor.post(f"/incidents/{incident}/retry")

    assert resolved["resolved_by"]["name"] == "Hamish Clearwater-Fen"
    assert supervisor.get("/incidents")["items"] == []
    assert [found["id"] for found in supervisor.get("/incidents", resolved="true")["items"]] == [incident]
    (answer,) = lead.get(f"/cases/{resolved['case']['id']}/answers")["items"]
    assert answer["actor"]["name"] == "Marnie Tollgate"
    problem = supervisor.refused(409, "POST", f"/incidents/{incident}/retry")
    assert problem["type"].endswith("/already-resolved")


def test_an_incident_that_happens_again_stays_one(incident: str, supervisor: Desk) -> None:
    problem = supervisor.refused(500, "POST", f"/incidents/{incident}/retry")

    assert problem["incident"] == incident
    (found,) = supervisor.get("/incidents")["items"]
    assert found["attempts"] == 2


def test_only_a_supervisor_tries_again(office: Office, incident: str, lead: Desk) -> None:
    lead.refused(403, "POST", f"/incidents/{incident}/retry")


def test_after_a_clock_jump_any_supervisor_starts_background_work_again(
    office: Office, supervisor: Desk, lead: Desk
) -> None:
    seconds = iter([0.0, -7_200.0, -7_200.0])
    watch = ClockWatch(office.runtime, passed=lambda: next(seconds))
    assert (watch.allows_work(), watch.allows_work()) == (True, False)

    (found,) = supervisor.get("/incidents")["items"]
    lead.refused(404, "POST", f"/incidents/{found['id']}/retry")
    resolved = supervisor.post(f"/incidents/{found['id']}/retry")

    assert (found["command"], found["school_id"], found["case"]) == ("background_work", None, None)
    assert resolved["resolved_by"]["name"] == "Hamish Clearwater-Fen"
    assert supervisor.get("/incidents")["items"] == []
    assert watch.allows_work()
