"""What schools tell us over HTTP: registers and adults; and who sees of it what."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from api.demo.generate import FOLDER
from api.documents.render import render
from api.rest.register_imports import MOST_BYTES
from api.wiring import BUNDLE
from attendance import tables as attendance
from engine.bundles import read_folder
from engine.database import transaction
from engine.ids import new_id
from engine.runtime import Runtime
from engine.versions import publish
from handlers import REGISTRY
from handlers.facts import Facts
from tests.api.desk import Desk, Office, office_on
from tests.api.stock import calendar

CSV = {"Content-Type": "text/csv"}
UPN = "P926999018001"
OTHER_UPN = "D926999018002"
MARKS = "UPN,Legal surname,Legal forename,Date,Session,Mark\n"
WEEKS = ("2026-10-12", "2026-10-13", "2026-10-14", "2026-10-15", "2026-10-16")


@pytest.fixture
def office(engine: Engine) -> Office:
    """The real process, whose policy judges pupils."""
    runtime = Runtime(engine, REGISTRY, Facts, render)
    publish(runtime, read_folder(BUNDLE), actor="system")
    return office_on(runtime, process="fast_track")


@pytest.fixture
def lead(office: Office, school: UUID) -> Desk:
    desk = office.person({school: ("attendance_lead",)})
    desk.put(f"/schools/{school}/calendar", calendar(str(school)[-6:]))
    return desk


def register(*rows: str) -> str:
    return MARKS + "\n".join(rows) + "\n"


def missed(upn: str, name: str, code: str) -> list[str]:
    return [f"{upn},{name},Ada,{day},{session},{code}" for day in WEEKS for session in ("AM", "PM")]


def send(desk: Desk, school: UUID, content: str, path: str = "register-imports") -> Any:
    return desk.post(f"/{path}?school_id={school}", content=content, headers=CSV)


# --- registers


def test_a_register_is_taken_in_and_what_cannot_be_right_is_listed(lead: Desk, school: UUID) -> None:
    taken = send(
        lead, school, register(f"{UPN},Coley,Ada,2026-10-12,AM,O", "X1,Coley,Ada,2026-10-12,AM,O", f"{UPN},,,,,")
    )

    assert (taken["rows"], taken["marks_new"], taken["pupils_new"]) == (3, 1, 1)
    assert [row["row"] for row in taken["quarantined"]] == [2, 3]
    assert all(row["reason"] for row in taken["quarantined"])
    assert taken["imported_by"]["name"] == "Marnie Tollgate"
    kept = lead.get(f"/register-imports/{taken['id']}")
    assert kept == {name: taken[name] for name in kept}
    assert [each["id"] for each in lead.get("/register-imports")["items"]] == [taken["id"]]


def test_a_register_may_come_as_a_forms_file(lead: Desk, school: UUID) -> None:
    files = {"file": ("C:\\Exports\\autumn.csv", register(f"{UPN},Coley,Ada,2026-10-12,AM,O"), "text/csv")}

    taken = lead.post(f"/register-imports?school_id={school}", files=files)

    assert (taken["filename"], taken["marks_new"]) == ("autumn.csv", 1)


def test_the_same_register_again_changes_nothing(lead: Desk, school: UUID) -> None:
    content = register(f"{UPN},Coley,Ada,2026-10-12,AM,O")
    first, second = send(lead, school, content), send(lead, school, content)

    assert (second["marks_new"], second["marks_unchanged"], second["repeats"]) == (0, 1, first["id"])


def test_a_register_sent_again_with_its_key_is_taken_once(office: Office, lead: Desk, school: UUID) -> None:
    headers = {**CSV, "Idempotency-Key": "k-1"}
    content = register(f"{UPN},Coley,Ada,2026-10-12,AM,O")

    first, second = (
        lead.ask("POST", f"/register-imports?school_id={school}", content=content, headers=headers) for _ in range(2)
    )

    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    with transaction(office.engine) as db:
        assert db.execute(select(func.count()).select_from(attendance.register_import)).scalar_one() == 1
    problem = lead.refused(422, "POST", f"/register-imports?school_id={school}", content=register(), headers=headers)
    assert problem["type"].endswith("/key-used-already")


@pytest.mark.parametrize(
    ("content", "headers", "status", "kind"),
    [
        (b"%PDF-1.7", CSV, 422, "unreadable"),
        (b"", CSV, 422, "unreadable"),
        (b"UPN,Possible,Unauthorised\n", CSV, 422, "unreadable"),
        (b"{}", {"Content-Type": "application/json"}, 415, "unsupported-upload"),
        (b"x", {"Content-Type": "multipart/form-data; boundary=b"}, 415, "unsupported-upload"),
        (b"x", {"Content-Type": "multipart/form-data"}, 415, "unsupported-upload"),
        (b"x", {"Content-Type": ""}, 415, "unsupported-upload"),
    ],
)
def test_what_is_no_register_is_refused(
    lead: Desk, school: UUID, content: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    problem = lead.refused(status, "POST", f"/register-imports?school_id={school}", content=content, headers=headers)
    assert problem["type"].endswith(kind)
    assert lead.get("/register-imports")["items"] == []


def test_a_file_that_is_too_large_says_413(lead: Desk, school: UUID) -> None:
    declared = {**CSV, "Content-Length": str(MOST_BYTES + 1)}
    problem = lead.refused(413, "POST", f"/register-imports?school_id={school}", content=b"x", headers=declared)
    assert problem["type"].endswith("/too-large")


def test_a_school_without_a_calendar_takes_no_register(office: Office) -> None:
    other = office.school("Elsewhere High")
    desk = office.person({other: ("machine",)})
    problem = desk.refused(409, "POST", f"/register-imports?school_id={other}", content=register(), headers=CSV)
    assert problem["type"].endswith("/no-calendar")


def test_a_register_of_a_school_of_others_is_not_taken(office: Office, lead: Desk, school: UUID) -> None:
    other = office.school("Elsewhere High")
    for school_id, status in ((other, 404), (new_id(), 404)):
        lead.refused(status, "POST", f"/register-imports?school_id={school_id}", content=register(), headers=CSV)
    chair = office.person({school: ("panel_chair",)})
    chair.refused(403, "POST", f"/register-imports?school_id={school}", content=register(), headers=CSV)


def test_the_demo_schools_own_files_are_taken_in(lead: Desk, school: UUID) -> None:
    content = (FOLDER / "register.csv").read_bytes()
    taken = lead.post(f"/register-imports?school_id={school}", content=content, headers=CSV)
    assert taken["pupils_new"] > 30
    assert taken["quarantined"] == []


# --- pupils


def test_pupils_who_meet_the_criteria_are_found(lead: Desk, school: UUID) -> None:
    send(lead, school, register(*missed(UPN, "Coley", "O"), *missed(OTHER_UPN, "Barker", "/")))

    (found,) = lead.get("/pupils", eligible=True)["items"]
    (other,) = lead.get("/pupils", eligible=False)["items"]

    assert (found["upn"], found["figures"]["result"], found["figures"]["unauthorised"]) == (UPN, "eligible", 10)
    assert found["figures"]["window_weeks"][-1] == "2026-10-12"
    assert (other["upn"], other["figures"]["result"]) == (OTHER_UPN, "not_eligible")
    assert lead.get(f"/pupils/{found['id']}")["figures"] == {**found["figures"], "earlier": []}


def test_whose_pupils_meet_the_criteria_must_be_said_where_one_has_several_schools(
    office: Office, lead: Desk, school: UUID
) -> None:
    other = office.school("Elsewhere High")
    officer = office.person({school: ("authority_officer",), other: ("authority_officer",)})

    assert officer.refused(422, "GET", "/pupils?eligible=true")["field"] == "school_id"
    assert officer.get("/pupils", eligible=True, school_id=str(school))["items"] == []
    officer.refused(404, "GET", f"/pupils?school_id={new_id()}")


def test_pupils_are_found_by_the_beginning_of_a_name_or_by_upn(office: Office, lead: Desk, school: UUID) -> None:
    for forename, surname, upn in (("Zoë", "Utting", UPN), ("Ada", "Coley", OTHER_UPN), ("Una", "O'Brien", "T1")):
        office.pupil(school, forename=forename, surname=surname, upn=upn)

    def found(**query: Any) -> list[str]:
        return [pupil["name"] for pupil in lead.get("/pupils", **query)["items"]]

    assert found() == ["Ada Coley", "Una O'Brien", "Zoë Utting"]
    assert found(name="u") == ["Una O'Brien", "Zoë Utting"]
    assert found(name="O'B") == ["Una O'Brien"]
    assert found(name="%") == []
    assert found(upn=UPN.lower()) == ["Zoë Utting"]
    assert found(limit=2) == ["Ada Coley", "Una O'Brien"]
    lead.refused(422, "GET", "/pupils?name=%00")


def test_pupils_of_one_name_come_page_by_page(office: Office, lead: Desk, school: UUID) -> None:
    ids = {str(office.pupil(school)) for _ in range(5)}

    seen, after = [], None
    for _ in range(3):
        page = lead.get("/pupils", limit=2, **({"after": after} if after else {}))
        seen += [pupil["id"] for pupil in page["items"]]
        after = page["next"]

    assert after is None
    assert (len(seen), set(seen)) == (5, ids)


# --- adults


ADULTS = "UPN,Adult id,Title,Forename,Surname,Relationship,Basis,Address 1,Postcode,Address confidential,Email,Phone\n"


@pytest.fixture
def parents(lead: Desk, school: UUID) -> None:
    send(lead, school, register(f"{UPN},Coley,Ada,2026-10-12,AM,O"))
    rows = (
        f"{UPN},A1,Ms,Iris,Coley,Mother,biological,Safe House,NR7 7ZZ,yes,iris@example.org,07700 900001\n"
        f"{UPN},A2,Mr,Tom,Daines,Father,biological,1 Mill Lane,NR1 1ZZ,no,tom@example.org,07700 900002\n"
        f"Z926999018007,A3,Ms,No,Body,Mother,biological,2 Mill Lane,NR1 1ZZ,no,,\n"
    )
    taken = send(lead, school, ADULTS + rows, "adult-imports")
    assert (taken["adults_new"], taken["parenthoods_new"]) == (2, 2)
    assert [row["row"] for row in taken["quarantined"]] == [3]


@pytest.mark.usefixtures("parents")
def test_the_adults_around_a_pupil_are_listed_with_what_they_are_to_them(lead: Desk) -> None:
    (pupil,) = lead.get("/pupils")["items"]

    mother, father = lead.get(f"/pupils/{pupil['id']}/adults")

    assert (mother["name"], mother["relationship"], mother["basis"]) == ("Ms Iris Coley", "Mother", "biological")
    assert father["address"]["postcode"] == "NR1 1ZZ"
    assert lead.get(f"/adults/{father['id']}")["name"] == "Mr Tom Daines"


@pytest.mark.usefixtures("parents")
def test_a_confidential_address_is_shown_to_those_alone_who_check_addresses(
    office: Office, lead: Desk, school: UUID
) -> None:
    (mother, _) = lead.get("/adults")["items"]
    assert mother["address"]["lines"] == ["Safe House"]

    for role in ("head_teacher", "supervisor"):
        other = office.person({school: (role,)})
        (pupil,) = other.get("/pupils")["items"]
        for path in ("/adults", f"/adults/{mother['id']}", f"/pupils/{pupil['id']}/adults"):
            answer = other.ask("GET", path)
            assert answer.status_code == 200
            assert not [secret for secret in ("Safe House", "NR7", "iris@", "900001") if secret in answer.text]
        shown = other.get(f"/adults/{mother['id']}")
        assert (shown["is_confidential"], shown["address"], shown["email"], shown["phone"]) == (True, None, None, None)


def test_a_role_that_checks_addresses_elsewhere_does_not_see_them_here(
    office: Office, lead: Desk, school: UUID
) -> None:
    send(lead, school, register(f"{UPN},Coley,Ada,2026-10-12,AM,O"))
    row = f"{UPN},A1,Ms,Iris,Coley,Mother,biological,Safe House,NR7 7ZZ,yes,,\n"
    send(lead, school, ADULTS + row, "adult-imports")
    visiting = office.person({school: ("head_teacher",), office.school("Elsewhere High"): ("attendance_lead",)})

    (mother,) = visiting.get("/adults")["items"]

    assert mother["address"] is None
