"""Timers over HTTP: overdue, at risk, to come, late."""

from engine.timers import fire_due
from tests.api.desk import Desk, Office


def names(desk: Desk, **params: object) -> list[str]:
    return [item["name"] for item in desk.get("/timers", **params)["items"]]


def test_a_deadline_is_at_risk_within_the_warning_then_overdue_whether_or_not_it_fired(
    office: Office, case: str, lead: Desk
) -> None:
    assert names(lead, state="at_risk", warning_days=1) == []
    assert names(lead, state="at_risk", warning_days=3) == ["Ask first"]
    assert names(lead, state="upcoming") == ["Ask first", "5 days for the work"]
    assert names(lead, state="overdue") == []

    office.days_pass(5.1)

    assert names(lead, state="overdue") == ["Ask first", "5 days for the work"]
    fire_due(office.runtime)
    assert names(lead, state="overdue") == ["Ask first", "5 days for the work"]
    assert names(lead, state="at_risk") == names(lead, state="upcoming") == []


def test_what_is_met_is_overdue_no_more(office: Office, case: str, lead: Desk) -> None:
    office.days_pass(2.1)
    assert names(lead, state="overdue") == ["Ask first"]
    (task,) = lead.get("/tasks")["items"]

    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello", "on_day": "2026-11-20"}})

    assert names(lead, state="overdue") == []
    (met,) = lead.get("/timers", state="met")["items"]
    assert (met["name"], met["met_on"], met["met_by"]["name"]) == ("Ask first", "2026-11-20", "Marnie Tollgate")


def test_a_wait_that_is_due_and_not_fired_is_lag_not_overdue(office: Office, case: str, lead: Desk) -> None:
    (task,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})
    assert names(lead, state="lag") == []

    office.days_pass(3.1)

    assert names(lead, state="lag") == ["3 days have passed"]
    assert names(lead, state="overdue") == []
    fire_due(office.runtime)
    assert names(lead, state="lag") == []
    assert names(lead, state="fired") == ["3 days have passed"]
    assert {timer["state"] for timer in lead.get("/timers", state="fired")["items"]} == {"fired"}
    assert names(lead, state="ended") == ["Ask first"]


def test_a_timer_says_how_its_moment_was_worked_out(case: str, lead: Desk) -> None:
    (first, _) = lead.get("/timers")["items"]

    assert first["derivation"]["expression"] == "in_days(2)"
    (call,) = first["derivation"]["calls"]
    assert (call["function"], call["arguments"]) == ("in_days", [2])
    assert first["derivation"]["words"].endswith(", from in days.")
    assert lead.get(f"/timers/{first['id']}") == {**first, "by_hand": {"acts": [], "rule": "R004"}}


def test_timers_of_one_case_can_be_asked_for(office: Office, case: str, lead: Desk) -> None:
    assert len(lead.get("/timers", case_id=case)["items"]) == 2
    page = lead.get("/timers", case_id=case, limit=1)
    assert len(lead.get("/timers", case_id=case, limit=1, after=page["next"])["items"]) == 1
