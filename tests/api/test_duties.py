"""Other duties, penalty notices, freshness and a case's figures over HTTP."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from api.documents.render import render
from api.wiring import BUNDLE
from attendance.calendar_file import calendar_of
from engine import clock
from engine.bundles import read_folder
from engine.database import transaction
from engine.runtime import Runtime
from engine.versions import publish
from handlers import REGISTRY
from handlers.facts import Facts
from tests.api.desk import Desk, Office, office_on
from tests.api.stock import calendar
from tests.attendance.registers import AVA, NOAH, attended, with_birthdays

CSV = {"Content-Type": "text/csv"}
FRIDAY = datetime(2026, 11, 20, 16, tzinfo=clock.LONDON)
NOTICES = "Reference,UPN,Adult id,Issued on,Status,From,To\n"


@pytest.fixture
def office(engine: Engine) -> Office:
    """The real process, whose policy judges pupils."""
    runtime = Runtime(engine, REGISTRY, Facts, render)
    publish(runtime, read_folder(BUNDLE), actor="system")
    with transaction(engine) as db:
        clock.start_at(db, FRIDAY)
    return office_on(runtime, process="fast_track")


@pytest.fixture
def today(office: Office) -> date:
    with transaction(office.engine) as db:
        return clock.london_day(clock.now(db))


@pytest.fixture
def days(school: UUID, today: date) -> list[date]:
    """The school days so far."""
    return [each for each in calendar_of(calendar("1")).school_days if each <= today]


@pytest.fixture
def lead(office: Office, school: UUID, days: list[date]) -> Desk:
    """Noah was away for the last ten school days without leave, Ava is there every day."""
    desk = office.person({school: ("attendance_lead",)})
    desk.put(f"/schools/{school}/calendar", calendar(str(school)[-6:]))
    away = {(each, half): "O" for each in days[-10:] for half in ("AM", "PM")}
    register = with_birthdays([*attended(NOAH, days, other=away), *attended(AVA, days)])
    send(desk, school, "register-imports", register)
    adults = f"UPN,Adult id,Surname,Basis,Address confidential\n{NOAH},A1,Coley,biological,no\n"
    send(desk, school, "adult-imports", adults)
    return desk


@pytest.fixture
def noah(lead: Desk, school: UUID) -> Any:
    return lead.get("/pupils", school_id=school, upn=NOAH)["items"][0]["id"]


def send(desk: Desk, school: UUID, noun: str, content: str) -> Any:
    return desk.post(f"/{noun}?school_id={school}", content=content, headers=CSV)


def test_each_duty_names_its_rule_and_whom_it_concerns(lead: Desk, school: UUID, today: date, days: list[date]) -> None:
    found = lead.get("/routes", school_id=school)

    assert (found["as_at"], found["marks_as_at"]) == (today.isoformat(), days[-1].isoformat())
    reached = {route["route"]: [each["count"] for each in route["pupils"]] for route in found["routes"]}
    assert reached["penalty_notice"] == reached["notice_to_improve"] == [20]
    assert reached["continuous_absence"] == [10]
    assert reached["sickness"] == []
    assert all(route["rule"] for route in found["routes"])


def test_sessions_of_a_notice_are_used_and_the_figures_say_so(
    lead: Desk, school: UUID, noah: str, today: date, days: list[date]
) -> None:
    def counts() -> list[int]:
        found = lead.get(f"/pupils/{noah}/routes")[0]
        return [found["count"], found["details"]["used_in_notices"]]

    before = counts()
    notice = f"PN1,{NOAH},A1,{today},issued,{days[-10]},{days[-4]}\n"
    taken = send(lead, school, "penalty-notices", NOTICES + notice)

    assert (taken["notices_new"], taken["quarantined"]) == (1, [])
    assert (before, counts()) == ([20, 0], [6, 14])
    figures = lead.get(f"/pupils/{noah}")["figures"]
    assert (figures["result"], figures["in_penalty_notices"]) == ("eligible", 14)
    assert figures["result_without_penalty_notices"] == "not_eligible"
    (kept,) = lead.get(f"/pupils/{noah}/penalty-notices")
    assert (kept["reference"], kept["status"], len(kept["sessions"])) == ("PN1", "issued", 14)


def test_a_cases_figures_stand_beside_those_it_was_opened_on(
    lead: Desk, school: UUID, noah: str, today: date, days: list[date]
) -> None:
    case = lead.post("/cases", {"pupil_id": noah})["id"]
    send(lead, school, "penalty-notices", NOTICES + f"PN1,{NOAH},A1,{today},paid,{days[-1]},{days[-1]}\n")
    amended = {(each, half): "I" for each in days[-9:-1] for half in ("AM", "PM")}
    send(lead, school, "register-imports", with_birthdays(attended(NOAH, days[-9:-1], other=amended)))

    found = lead.get(f"/cases/{case}/figures")

    assert found["opening"]["figures"]["unauthorised"] == 20
    assert (found["as_now"]["unauthorised"], found["as_now"]["in_penalty_notices"]) == (4, 2)
    assert (found["as_now"]["result"], found["latest"]["unauthorised"]) == ("not_eligible", 4)
    assert [each["penalty_notice"] for each in found["as_now"]["relied_on"]] == [None, None, "paid", "paid"]
    assert found["target"] is None
    changed = found["as_now"]["changed"]
    assert len(changed) == 16
    assert {(each["was"], each["is_now"], each["how"]) for each in changed} == {("O", "I", "not_unauthorised")}
    assert found["marks_as_at"] == days[-1].isoformat()


def test_a_school_whose_marks_are_older_than_two_school_days_is_shown(
    office: Office, lead: Desk, school: UUID, days: list[date]
) -> None:
    (fresh,) = lead.get("/marks")
    last = days[-1].isoformat()
    assert (fresh["marks_as_at"], fresh["is_stale"]) == (last, False)
    assert lead.get("/marks", stale="true") == []

    # Two school days on is the limit, however many days that takes.
    while lead.get("/marks")[0]["school_days_since"] < 2:
        office.days_pass(1)
    assert lead.get("/marks", stale="true") == []
    while lead.get("/marks")[0]["school_days_since"] < 3:
        office.days_pass(1)
    (stale,) = lead.get("/marks", stale="true")
    assert (stale["marks_as_at"], stale["is_stale"], stale["school_id"]) == (last, True, str(school))


def test_a_school_without_calendar_or_marks_counts_as_stale(office: Office) -> None:
    empty = office.school("Nowhere High")
    desk = office.person({empty: ("head_teacher",)})

    (found,) = desk.get("/marks")
    assert (found["is_stale"], found["marks_as_at"]) == (True, None)


def test_only_a_file_of_notices_is_taken_as_one(office: Office, lead: Desk, school: UUID, noah: str) -> None:
    problem = lead.refused(422, "POST", f"/penalty-notices?school_id={school}", content="UPN\n", headers=CSV)
    assert problem["type"].endswith("/unreadable")
    strange = send(lead, school, "penalty-notices", NOTICES + f"PN1,{AVA},A9,2026-11-20,issued,,\n")
    assert [row["reason"] for row in strange["quarantined"]] == [
        "No file of this school has named an adult with this id."
    ]
    office.person({school: ("post_room",)}).refused(403, "GET", f"/pupils/{noah}/penalty-notices")
