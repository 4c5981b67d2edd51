"""One thing of each kind in one school, made through the API as far as it goes."""

from uuid import UUID

from engine.work import work_once
from tests.api.desk import Desk, Office
from tests.engine.small import BROKEN

REGISTER = "UPN,Legal surname,Legal forename,Date,Session,Mark\nP926999018001,Coley,Noah,{day},AM,O\n"
ADULTS = "UPN,Adult id,Title,Forename,Surname,Basis,Address 1,Postcode,Address confidential\n"
ADULT = "P926999018001,A0001,Ms,Ada,Coley,biological,1 Mill Lane,NR1 1ZZ,no\n"


def calendar(urn: str) -> dict[str, object]:
    """A calendar that reaches from the autumn of 2026 over the year that follows."""
    return {
        "school": {
            "urn": urn,
            "laestab": "9269990",
            "name": "Broad Reach Academy",
            "phone": "01603 000000",
            "address": ["1 Mill Lane", "NR1 1ZZ"],
        },
        "terms": [["2026-09-02", "2026-12-18"], ["2027-01-04", "2027-07-21"]],
    }


def stock(office: Office, lead: Desk, supervisor: Desk, *, school: UUID, pupil: UUID, case: str) -> dict[str, str]:
    """The things by the name that paths use."""
    lead.put(f"/schools/{school}/calendar", calendar(str(school)[-6:]))
    imported = lead.post(
        f"/register-imports?school_id={school}",
        content=REGISTER.format(day="2026-11-20"),
        headers={"Content-Type": "text/csv"},
    )
    lead.post(f"/adult-imports?school_id={school}", content=ADULTS + ADULT, headers={"Content-Type": "text/csv"})
    draft = lead.post(f"/calendar-drafts/edits?school_id={school}", {"inset": ["2026-12-04"]})
    (task,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})
    work_once(office.runtime, {})
    office.days_pass(3.1)
    work_once(office.runtime, {})
    (again,) = lead.get("/tasks")["items"]
    lead.refused(500, "POST", f"/tasks/{again['id']}/complete", {"answers": {"said": "break"}})
    BROKEN.clear()
    return {
        "school_id": str(school),
        "pupil_id": str(pupil),
        "case_id": case,
        "task_id": again["id"],
        "timer_id": lead.get("/timers")["items"][0]["id"],
        "incident_id": supervisor.get("/incidents")["items"][0]["id"],
        "delivery_id": lead.get("/deliveries")["items"][0]["id"],
        "document_id": lead.get("/documents")["items"][0]["id"],
        "adult_id": lead.get("/adults")["items"][0]["id"],
        "import_id": imported["id"],
        "draft_id": draft["id"],
        "work_id": lead.get("/work")["items"][0]["id"],
    }
