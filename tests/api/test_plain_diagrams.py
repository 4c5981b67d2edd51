"""Somebody's plain diagram over HTTP alone: published, opened, worked through, reported to."""

import pytest

from engine.bundles import Bundle
from engine.versions import publish
from tests.api.desk import Desk, Office
from tests.engine.shapes import DIAGRAMS

PLAIN = ("modeler", "other_prefix", "default_namespace")


def publish_plain(office: Office, name: str) -> None:
    content = (DIAGRAMS / "foreign" / f"{name}.bpmn").read_bytes()
    publish(office.runtime, Bundle(name, {f"{name}.bpmn": content}), actor="system")


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_diagram_runs_to_its_end(office: Office, lead: Desk, pupil: object, name: str) -> None:
    publish_plain(office, name)
    case_id = lead.post("/cases", {"pupil_id": str(pupil), "process": name})["id"]

    done: list[str] = []
    for _ in range(10):
        case = lead.get(f"/cases/{case_id}")
        if case["closed_at"]:
            break
        for task in case["tasks"]:
            assert lead.get(f"/tasks/{task['id']}")["form"] is None
            lead.ask("POST", f"/tasks/{task['id']}/complete", json={"answers": {}}).raise_for_status()
            done.append(task["name"])
        for report in lead.get(f"/cases/{case_id}/reports"):
            assert report["form"]["json_schema"]["properties"] == {}
            lead.post(f"/cases/{case_id}/reports", {"message": report["message"], "answers": {}})
            done.append(report["message"])

    assert lead.get(f"/cases/{case_id}")["closed_at"] is not None
    assert (
        done
        == {
            "modeler": ["Hand over the book", "Book returned"],
            "other_prefix": ["Reply", "Ver"],
            "default_namespace": ["Big", "Dear"],
        }[name]
    )


def test_whoever_belongs_to_the_school_may_do_its_tasks_and_nobody_else(
    office: Office, lead: Desk, supervisor: Desk, stranger: Desk, pupil: object
) -> None:
    publish_plain(office, "default_namespace")
    case_id = lead.post("/cases", {"pupil_id": str(pupil), "process": "default_namespace"})["id"]
    (task, other) = supervisor.get("/tasks", scope="role")["items"]

    assert {task["name"], other["name"]} == {"Big", "Dear"}
    stranger.refused(404, "POST", f"/tasks/{task['id']}/complete", {"answers": {}})
    supervisor.ask("POST", f"/tasks/{task['id']}/complete", json={"answers": {}}).raise_for_status()
    supervisor.refused(422, "POST", f"/tasks/{other['id']}/complete", {"answers": {"more": 1}})
    assert len(lead.get(f"/cases/{case_id}")["tasks"]) == 1


def test_a_process_that_is_not_published_is_not_found(lead: Desk, pupil: object) -> None:
    lead.refused(404, "POST", "/cases", {"pupil_id": str(pupil), "process": "nothing"})
    lead.refused(422, "POST", "/cases", {"pupil_id": str(pupil), "process": "../nothing"})
