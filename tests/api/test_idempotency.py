"""A request that is sent again with its key is done once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from engine import tables
from engine.database import transaction
from tests.api.desk import Desk, Office

KEY = {"Idempotency-Key": "k-1"}


def cases(office: Office) -> int:
    with transaction(office.engine) as db:
        return db.execute(select(func.count()).select_from(tables.case)).scalar_one()


def test_a_case_is_opened_once_and_the_second_answer_is_the_first(office: Office, lead: Desk, pupil: UUID) -> None:
    first = lead.ask("POST", "/cases", json={"pupil_id": str(pupil)}, headers=KEY)
    second = lead.ask("POST", "/cases", json={"pupil_id": str(pupil)}, headers=KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert second.headers["idempotent-replayed"] == "true"
    assert cases(office) == 1


def test_a_report_is_made_once(case: str, lead: Desk) -> None:
    body = {"message": "Complaint", "answers": {"about": "the noise"}}
    assert lead.post(f"/cases/{case}/reports", body, headers=KEY) == lead.post(
        f"/cases/{case}/reports", body, headers=KEY
    )
    assert len(lead.get(f"/cases/{case}/answers")["items"]) == 1


def test_a_report_sent_again_with_other_blanks_is_the_same_report(case: str, lead: Desk) -> None:
    sent = [{"message": "Complaint", "answers": {"about": about}} for about in ("the noise", " the noise\r\n")]
    first, second = [lead.ask("POST", f"/cases/{case}/reports", json=body, headers=KEY) for body in sent]

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len(lead.get(f"/cases/{case}/answers")["items"]) == 1


def test_a_key_of_another_request_is_refused(office: Office, school: UUID, lead: Desk, pupil: UUID) -> None:
    lead.post("/cases", {"pupil_id": str(pupil)}, headers=KEY)

    other = {"pupil_id": str(office.pupil(school))}
    problem = lead.refused(422, "POST", "/cases", other, headers=KEY)

    assert problem["type"].endswith("/key-used-already")
    lead.post("/cases", other, headers={"Idempotency-Key": "k-2"})


def test_keys_are_each_persons_own(office: Office, school: UUID, lead: Desk, pupil: UUID) -> None:
    lead.post("/cases", {"pupil_id": str(pupil)}, headers=KEY)
    colleague = office.person({school: ("attendance_lead",)})
    colleague.post("/cases", {"pupil_id": str(office.pupil(school))}, headers=KEY)
    assert cases(office) == 2


def test_what_failed_can_be_sent_again_with_its_key(lead: Desk, case: str) -> None:
    path = f"/cases/{case}/reports"
    body: dict[str, Any] = {"message": "Complaint", "answers": {}}
    lead.refused(422, "POST", path, body, headers=KEY)
    lead.post(path, {**body, "answers": {"about": "the noise"}}, headers=KEY)


def test_of_several_at_once_one_is_done(office: Office, lead: Desk, pupil: UUID) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: lead.ask("POST", "/cases", json={"pupil_id": str(pupil)}, headers=KEY), range(4))
        )

    assert cases(office) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1


def test_a_request_whose_process_died_can_be_done_after_a_while(office: Office, lead: Desk, pupil: UUID) -> None:
    lead.post("/cases", {"pupil_id": str(pupil)}, headers=KEY)
    with transaction(office.engine) as db:
        db.execute(update(tables.idempotency).values(status=0))
    lead.refused(409, "POST", "/cases", {"pupil_id": str(pupil)}, headers=KEY)

    with transaction(office.engine) as db:
        db.execute(text("UPDATE idempotency SET at = at - interval '6 minutes'"))

    # It was done after all, and the records say so.
    problem = lead.refused(409, "POST", "/cases", {"pupil_id": str(pupil)}, headers=KEY)
    assert problem["type"].endswith("/already-open")


def test_a_key_is_forgotten_after_a_day(office: Office, school: UUID, lead: Desk, pupil: UUID) -> None:
    lead.post("/cases", {"pupil_id": str(pupil)}, headers=KEY)
    with transaction(office.engine) as db:
        db.execute(text("UPDATE idempotency SET at = at - interval '25 hours'"))
    lead.post("/cases", {"pupil_id": str(office.pupil(school))}, headers=KEY)


def test_a_key_that_is_none_is_refused(lead: Desk, pupil: UUID) -> None:
    for key in ("", "a b", "x" * 201):
        lead.refused(422, "POST", "/cases", {"pupil_id": str(pupil)}, headers={"Idempotency-Key": key})
