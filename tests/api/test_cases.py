"""Cases over HTTP: opened, listed, read, told."""

from uuid import UUID

import pytest

from engine.ids import new_id
from engine.timers import fire_due
from engine.work import work_once
from tests.api.desk import Desk, Office


def test_a_case_is_opened_and_found_where_the_answer_says(lead: Desk, pupil: UUID) -> None:
    answer = lead.ask("POST", "/cases", json={"pupil_id": str(pupil)})

    assert answer.status_code == 201
    opened = answer.json()
    assert answer.headers["location"] == f"/api/v1/cases/{opened['id']}"
    read = lead.get(f"/cases/{opened['id']}")
    assert read["reference"] == opened["reference"]
    assert read["pupil"] == {"id": str(pupil), "name": "Noah Coley"}
    assert read["opened_by"]["name"] == "Marnie Tollgate"
    assert lead.get(f"/pupils/{pupil}")["open_case_id"] == opened["id"]


def test_a_second_case_about_a_pupil_says_409(lead: Desk, pupil: UUID, case: str) -> None:
    problem = lead.refused(409, "POST", "/cases", {"pupil_id": str(pupil)})
    assert problem["type"].endswith("/already-open")


def test_a_case_about_nobody_or_about_others_pupils_is_not_opened(office: Office, lead: Desk) -> None:
    lead.refused(404, "POST", "/cases", {"pupil_id": str(new_id())})
    lead.refused(404, "POST", "/cases", {"pupil_id": str(office.pupil(office.school("Elsewhere High")))})


def test_a_role_that_opens_no_cases_may_not(office: Office, school: UUID, pupil: UUID) -> None:
    office.person({school: ("post_room",)}).refused(403, "POST", "/cases", {"pupil_id": str(pupil)})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "pupil_id"),
        ({"pupil_id": "nobody"}, "pupil_id"),
        ({"pupil_id": None}, "pupil_id"),
        ({"pupil_id": str(new_id()), "process": "no name"}, "process"),
        ({"pupil_id": str(new_id()), "pupil": "other"}, "pupil"),
        ([], ""),
        ("x", ""),
        (None, ""),
    ],
)
def test_a_body_that_is_not_as_it_should_be_is_refused_by_field(lead: Desk, body: object, field: str) -> None:
    problem = lead.refused(422, "POST", "/cases", body)
    assert [each["field"] for each in problem["errors"]] == [field]


def test_a_case_is_read_with_what_it_waits_for(case: str, lead: Desk) -> None:
    answer = lead.ask("GET", f"/cases/{case}")
    read = answer.json()

    assert answer.headers["etag"] == f'"{read["revision"]}"'
    assert [task["name"] for task in read["tasks"]] == ["Ask first"]
    assert [timer["name"] for timer in read["timers"]] == ["Ask first", "5 days for the work"]
    assert read["reports"] == [{"message": "Complaint", "name": "A complaint came", "groups": ["clerk"]}]
    assert (read["stage"], read["result"], read["left_over"]) == ("Ask first", None, 0)


def test_a_case_that_has_ended_says_how(office: Office, case: str, lead: Desk) -> None:
    for said in ("hello", "bye"):
        (task,) = lead.get("/tasks")["items"]
        lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": said}})
        office.days_pass(3.1)
        fire_due(office.runtime)

    read = lead.get(f"/cases/{case}")
    assert read["result"] == "ended"
    assert read["closed_at"] is not None
    assert (read["tasks"], read["timers"], read["reports"]) == ([], [], [])
    assert lead.get("/cases", state="open")["items"] == []
    assert [found["id"] for found in lead.get("/cases", state="closed")["items"]] == [case]


def test_cases_come_page_by_page_the_newest_first(office: Office, school: UUID, lead: Desk) -> None:
    opened = [
        lead.post("/cases", {"pupil_id": str(office.pupil(school, forename=f"N{number}"))})["id"] for number in range(5)
    ]

    first = lead.get("/cases", limit=2)
    newer = lead.post("/cases", {"pupil_id": str(office.pupil(school))})["id"]
    second = lead.get("/cases", limit=2, after=first["next"])
    third = lead.get("/cases", limit=2, after=second["next"])

    seen = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert seen == opened[::-1]
    assert third["next"] is None
    assert newer not in seen


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422),
        ("limit=201", 422),
        ("after=x", 422),
        ("after=01920000-0000-7000-8000-000000000000", 400),
        ("state=odd", 422),
    ],
)
def test_a_page_that_cannot_be_is_refused(lead: Desk, query: str, status: int) -> None:
    lead.refused(status, "GET", f"/cases?{query}")


def test_cases_about_one_pupil_can_be_asked_for(
    office: Office, school: UUID, case: str, lead: Desk, pupil: UUID
) -> None:
    lead.post("/cases", {"pupil_id": str(office.pupil(school))})
    assert [found["id"] for found in lead.get("/cases", pupil_id=str(pupil))["items"]] == [case]


def test_what_happened_is_told_in_order_with_who_did_it(case: str, lead: Desk) -> None:
    (task,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})

    told = lead.get(f"/cases/{case}/timeline")

    assert [row["sequence"] for row in told] == list(range(1, len(told) + 1))
    assert told[0]["words"] == "Case opened"
    done = next(row for row in told if row["what"] == "task_done")
    assert (done["words"], done["actor"]["name"]) == ("Done: Ask first", "Marnie Tollgate")


def test_a_report_is_offered_with_its_form_to_the_role_that_may_make_it(
    office: Office, school: UUID, case: str, lead: Desk
) -> None:
    (offered,) = lead.get(f"/cases/{case}/reports")
    assert (offered["message"], offered["form"]["title"]) == ("Complaint", "A complaint")
    assert lead.get(f"/cases/{case}/reports/Complaint") == offered

    boss = office.person({school: ("boss",)})
    assert boss.get(f"/cases/{case}/reports") == []
    boss.refused(403, "GET", f"/cases/{case}/reports/Complaint")
    boss.refused(403, "POST", f"/cases/{case}/reports", {"message": "Complaint", "answers": {"about": "x"}})


def test_a_report_is_heard_and_leads_to_its_task(office: Office, school: UUID, case: str, lead: Desk) -> None:
    lead.post(f"/cases/{case}/reports", {"message": "Complaint", "answers": {"about": "the noise"}})

    boss = office.person({school: ("boss",)})
    assert [task["name"] for task in boss.get("/tasks")["items"]] == ["Answer the complaint"]
    assert "the noise" in str(lead.get(f"/cases/{case}/answers"))


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"message": "Complaint", "answers": {"about": ""}}, 422, "form-refused"),
        ({"message": "Complaint", "answers": {"about": "x", "more": 1}}, 422, "form-refused"),
        ({"message": "Complaint", "answers": []}, 422, "unprocessable"),
        ({"message": "Complaint"}, 422, "unprocessable"),
        ({"message": "Changed", "answers": {}}, 409, "not-reportable"),
        ({"message": "Nonsense", "answers": {}}, 409, "not-reportable"),
        ({"message": "No/sense", "answers": {}}, 422, "unprocessable"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused(case: str, lead: Desk, body: object, status: int, kind: str) -> None:
    problem = lead.refused(status, "POST", f"/cases/{case}/reports", body)
    assert problem["type"].endswith(f"/{kind}")


def test_a_report_on_an_older_reading_says_412_and_tells_nothing(case: str, lead: Desk) -> None:
    etag = lead.ask("GET", f"/cases/{case}").headers["etag"]
    (task,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})
    body = {"message": "Complaint", "answers": {"about": "the noise"}}

    problem = lead.refused(412, "POST", f"/cases/{case}/reports", body, headers={"If-Match": etag})

    assert problem["type"].endswith("/changed")
    assert "the noise" not in str(lead.get(f"/cases/{case}/answers"))
    fresh = lead.ask("GET", f"/cases/{case}").headers["etag"]
    lead.post(f"/cases/{case}/reports", body, headers={"If-Match": fresh})


def test_letters_of_a_case_are_listed_with_their_delivery(office: Office, case: str, lead: Desk) -> None:
    (task,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})
    work_once(office.runtime, {})

    (document,) = lead.get(f"/cases/{case}/documents")["items"]
    assert (document["kind"], document["media_type"]) == ("N1", "application/pdf")
    (delivery,) = lead.get("/deliveries", case_id=case, state="queued")["items"]
    assert delivery["document_id"] == document["id"]
    assert lead.get("/deliveries", case_id=case, state="sent")["items"] == []
    assert lead.get(f"/deliveries/{delivery['id']}") == delivery
    assert lead.get(f"/documents/{document['id']}") == document


def test_a_document_is_given_byte_for_byte_under_a_name_that_names_nobody(case: str, lead: Desk) -> None:
    (task,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})
    (document,) = lead.get("/documents", case_id=case)["items"]

    answer = lead.ask("GET", f"/documents/{document['id']}/content")

    assert answer.status_code == 200
    assert len(answer.content) == document["size"]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    reference = document["case"]["reference"]
    assert answer.headers["content-disposition"] == f'attachment; filename="{reference}-N1.pdf"'
