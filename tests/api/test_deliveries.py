"""Deliveries that only a person can settle, and reports that nobody heard, over HTTP."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine import clock, tables
from engine.database import transaction
from engine.history import Notes
from engine.ids import new_id
from engine.inbox import put
from engine.timers import fire_due
from engine.work import work_once
from tests.api.desk import Desk, Office


class Shelf:
    """A channel that keeps what it is given."""

    refuses_duplicates = False

    def __init__(self) -> None:
        self.letters: list[str] = []

    def send(self, parcel: object) -> None:
        self.letters.append(str(parcel))

    def recall(self, parcel: object) -> None:
        self.letters.remove(str(parcel))


@pytest.fixture
def delivery(case: str, lead: Desk) -> str:
    """A letter that waits to be sent."""
    (task,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})
    (found,) = lead.get("/deliveries")["items"]
    return str(found["id"])


def put_into(office: Office, state: str) -> None:
    with transaction(office.engine) as db:
        db.execute(update(tables.delivery).values(state=state, attempts=1))


def test_a_letter_in_doubt_that_did_go_out_is_settled_and_not_sent_again(
    office: Office, delivery: str, case: str, lead: Desk
) -> None:
    put_into(office, "in_doubt")
    shelf = Shelf()

    settled = lead.post(f"/deliveries/{delivery}/settle", {"went_out": True})

    work_once(office.runtime, {"post": shelf})
    assert (settled["state"], shelf.letters) == ("sent", [])
    told = lead.get(f"/cases/{case}/timeline")[-1]
    assert (told["what"], told["facts"]["went_out"], told["actor"]["name"]) == (
        "delivery_settled",
        True,
        "Marnie Tollgate",
    )


@pytest.mark.parametrize("state", ["in_doubt", "failed"])
def test_a_letter_that_did_not_go_out_is_sent_again_once(office: Office, delivery: str, lead: Desk, state: str) -> None:
    put_into(office, state)
    shelf = Shelf()

    assert lead.post(f"/deliveries/{delivery}/settle", {"went_out": False})["state"] == "queued"

    for _ in range(3):
        work_once(office.runtime, {"post": shelf})
    assert len(shelf.letters) == 1
    assert lead.get(f"/deliveries/{delivery}")["state"] == "sent"


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "cancelled"])
def test_a_letter_about_which_there_is_no_question_is_not_settled(
    office: Office, delivery: str, lead: Desk, state: str
) -> None:
    put_into(office, state)
    problem = lead.refused(409, "POST", f"/deliveries/{delivery}/settle", {"went_out": False})
    assert problem["type"].endswith("/not-in-doubt")
    assert lead.get(f"/deliveries/{delivery}")["state"] == state


def test_what_a_case_never_heard_stands_before_a_person(office: Office, case: str, lead: Desk) -> None:
    with transaction(office.engine) as db:
        now = clock.now(db)
        put(db, case_id=UUID(case), message="Changed", answers={"about": "late"}, actor=str(lead.person_id), now=now)
    for said in ("hello", "bye"):
        (task,) = lead.get("/tasks")["items"]
        lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": said}})
        office.days_pass(3.1)
        fire_due(office.runtime)

    assert lead.get(f"/cases/{case}")["left_over"] == 1
    (left,) = lead.get(f"/cases/{case}/left-over")
    assert (left["message"], left["answers"], left["actor"]["name"]) == (
        "Changed",
        {"about": "late"},
        "Marnie Tollgate",
    )


def test_a_task_that_the_end_of_the_case_took_away_stands_before_a_person(
    office: Office, case: str, lead: Desk
) -> None:
    for said in ("hello", "bye"):
        (task,) = lead.get("/tasks")["items"]
        lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": said}})
        office.days_pass(3.1)
        fire_due(office.runtime)
    t, c = tables.task, tables.case.c
    closed = select(c.closed_at).where(c.id == UUID(case)).scalar_subquery()
    with transaction(office.engine) as db:
        db.execute(
            update(t)
            .where(t.c.id == UUID(task["id"]))
            .values(state="withdrawn", ended_at=closed, draft={"said": "by"}, assignee=str(lead.person_id))
        )

    (left,) = lead.get(f"/cases/{case}/left-over")

    assert lead.get(f"/cases/{case}")["left_over"] == 1
    assert (left["message"], left["task"], left["letter"]) == ("", task["name"], "")
    assert left["answers"] == {"said": "by"}
    assert left["actor"]["name"] == "Marnie Tollgate"


def test_a_letter_that_one_parent_did_not_get_stands_before_a_person(office: Office, case: str, lead: Desk) -> None:
    parent = str(new_id())
    with transaction(office.engine) as db:
        notes = Notes(UUID(case), actor=str(lead.person_id), at=clock.now(db))
        notes.add("letter_missing", facts={"letter": "L3", "parent": parent})
        notes.write(db)

    (left,) = lead.get(f"/cases/{case}/left-over")

    assert lead.get(f"/cases/{case}")["left_over"] == 1
    assert (left["message"], left["task"], left["letter"], left["answers"]) == ("", "", "L3", {"parent": parent})
