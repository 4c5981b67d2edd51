"""What people add to a case of their own accord: tasks and contacts."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from engine import clock
from engine.database import transaction
from tests.api.desk import Desk, Office
from tests.builders import make_adult

CALL = {"kind": "call", "said": "Ada is ill until Friday."}


@pytest.fixture
def day(office: Office) -> Any:
    """The ISO day so many days on."""
    with transaction(office.engine) as db:
        today = clock.london_day(clock.now(db))
    return lambda ahead: (today + timedelta(days=ahead)).isoformat()


@pytest.fixture
def moment(office: Office) -> Any:
    """The ISO moment so many hours on."""
    with transaction(office.engine) as db:
        now = clock.now(db)
    return lambda ahead: (now + timedelta(hours=ahead)).isoformat()


@pytest.fixture
def mother(office: Office, school: UUID, pupil: UUID) -> UUID:
    with transaction(office.engine) as db:
        return make_adult(db, school, pupil)


def named(desk: Desk, name: str) -> list[dict[str, Any]]:
    """The open tasks of this name that somebody sees."""
    return [task for task in desk.get("/tasks")["items"] if task["name"] == name]


def late_tasks(desk: Desk) -> list[str]:
    """The tasks whose day has passed."""
    return [late["task_id"] for late in desk.get("/timers", state="overdue")["items"]]


def told(desk: Desk, case: str) -> list[str]:
    return [row["words"] for row in desk.get(f"/cases/{case}/timeline")]


def test_a_task_that_somebody_adds_stands_in_the_lists_is_late_and_is_told(
    office: Office, case: str, lead: Desk, supervisor: Desk, school: UUID, day: Any
) -> None:
    head = office.person({school: ("head_teacher",)})
    body = {"name": "Ask the other school", "details": "About the sister.", "role": "head_teacher", "due_on": day(2)}

    added = lead.post(f"/cases/{case}/tasks", body)
    (task,) = named(head, "Ask the other school")
    office.days_pass(3.1)

    assert task["id"] == added["id"]
    assert named(lead, "Ask the other school") == []
    assert head.get(f"/tasks/{task['id']}")["form"]["shown"]["details"] == "About the sister."
    assert task["id"] in late_tasks(supervisor)
    assert named(head, "Ask the other school")[0]["is_overdue"]
    head.refused(422, "POST", f"/tasks/{task['id']}/complete", {"answers": {"other": "x"}})
    head.post(f"/tasks/{task['id']}/complete", {"answers": {"note": "She is there."}})
    head.post(f"/tasks/{task['id']}/complete", {"answers": {"note": "She is there."}})  # sent twice
    assert named(head, "Ask the other school") == []
    assert task["id"] not in late_tasks(supervisor)
    words = told(lead, case)
    assert words[-1] == "Done: Ask the other school"
    assert any(said.startswith("Added to do: Ask the other school") for said in words)
    assert lead.get(f"/cases/{case}/answers")["items"][-1]["answers"] == {"note": "She is there."}


def test_added_work_stands_while_the_procedure_goes_on_and_when_it_is_over(case: str, lead: Desk) -> None:
    (asked,) = lead.get("/tasks")["items"]
    lead.post(f"/cases/{case}/tasks", {"name": "Thank the tutor", "role": "attendance_lead"})
    me = str(lead.person_id)
    lead.post(f"/cases/{case}/tasks", {"name": "For me", "assignee": me})

    lead.post(f"/tasks/{asked['id']}/complete", {"answers": {"said": "hello"}})

    assert len(named(lead, "Thank the tutor")) == 1
    (mine,) = named(lead, "For me")
    assert mine["assignee"]["id"] == me
    assert [task["name"] for task in lead.get("/tasks", scope="mine")["items"]] == ["For me"]


def test_a_case_opened_in_error_leaves_no_added_work(case: str, lead: Desk, supervisor: Desk, day: Any) -> None:
    lead.post(f"/cases/{case}/tasks", {"name": "Thank the tutor", "role": "attendance_lead", "due_on": day(1)})

    supervisor.post(f"/cases/{case}/cancel", {"reason": "The wrong pupil."})

    assert named(lead, "Thank the tutor") == []
    assert supervisor.get("/timers")["items"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "role"),
        ({"role": "attendance_lead", "assignee": "01890000-0000-7000-8000-000000000009"}, "role"),
        ({"role": "head_teacher"}, "role"),
        ({"assignee": "01890000-0000-7000-8000-000000000009"}, "assignee"),
        ({"role": "attendance_lead", "due_on": "2020-01-01"}, "due_on"),
    ],
)
def test_added_work_is_for_somebody_and_to_come(case: str, lead: Desk, changes: dict[str, str], field: str) -> None:
    problem = lead.refused(422, "POST", f"/cases/{case}/tasks", {"name": "Something", **changes})
    assert problem["field"] == field


@pytest.mark.rule("R092")
def test_the_duty_lines_advice_is_logged_and_told(case: str, lead: Desk, moment: Any) -> None:
    body = {"kind": "duty_line", "happened_at": moment(-2), "with_whom": "Duty officer", "said": "Invite both."}

    logged = lead.post(f"/cases/{case}/contacts", body)

    (entry,) = lead.get(f"/cases/{case}/contacts")
    assert (entry["id"], entry["kind"], entry["with_whom"], entry["said"]) == (
        logged["id"],
        "duty_line",
        "Duty officer",
        "Invite both.",
    )
    assert entry["recorded_by"]["id"] == str(lead.person_id)
    assert told(lead, case)[-1].startswith("Duty line on ")


def test_a_contact_is_corrected_by_another_that_takes_its_place(
    case: str, lead: Desk, mother: UUID, moment: Any
) -> None:
    body = {**CALL, "happened_at": moment(-2), "adult_id": str(mother)}
    first = lead.post(f"/cases/{case}/contacts", body)

    lead.post(f"/cases/{case}/contacts", {**body, "said": "Ada is ill until Monday.", "replaces": first["id"]})

    (entry,) = lead.get(f"/cases/{case}/contacts")
    assert (entry["said"], entry["replaces"], entry["with_whom"]) == (
        "Ada is ill until Monday.",
        first["id"],
        "Mrs Ada Okafor",
    )
    assert len([said for said in told(lead, case) if said.startswith("Call on ")]) == 2


@pytest.mark.rule("R092")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": 1, "with_whom": "The aunt"}, "happened_at"),
        ({"with_whom": " "}, "with_whom"),
        ({"adult_id": "01890000-0000-7000-8000-000000000009"}, "adult_id"),
        ({"with_whom": "The aunt", "replaces": "01890000-0000-7000-8000-000000000009"}, "replaces"),
    ],
)
def test_a_contact_was_with_somebody_and_is_past(
    case: str, lead: Desk, moment: Any, changes: dict[str, Any], field: str
) -> None:
    body = {**CALL, "happened_at": moment(changes.pop("hours", -1)), **changes}
    assert lead.refused(422, "POST", f"/cases/{case}/contacts", body)["field"] == field


def test_what_was_said_is_not_told_to_who_may_not_read_answers(
    office: Office, case: str, lead: Desk, school: UUID, moment: Any
) -> None:
    officer = office.person({school: ("authority_officer",)})
    officer.refused(404, "POST", f"/cases/{case}/contacts", {**CALL, "happened_at": moment(-1), "with_whom": "Aunt"})
    lead.post(f"/cases/{case}/tasks", {"name": "Advise us on Ada", "role": "authority_officer"})
    lead.post(f"/cases/{case}/contacts", {**CALL, "happened_at": moment(-1), "with_whom": "The aunt of Ada"})

    # A task of theirs is about the case now.
    timeline = officer.ask("GET", f"/cases/{case}/timeline").text
    officer.refused(403, "GET", f"/cases/{case}/contacts")

    assert "contact_logged" in timeline
    assert "task_added" in timeline
    assert "Advise us" not in timeline
    assert "ill until" not in timeline
    assert "aunt" not in timeline
