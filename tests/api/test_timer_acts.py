"""Timers changed by hand over HTTP: by a supervisor, with a reason, once; and what follows is seen first."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from engine.ids import new_id
from engine.timers import fire_due
from tests.api.desk import Desk, Office, office_on
from tests.engine.seasons import Season, with_season
from tests.engine.small import BROKEN, small_runtime

WHY = {"reason": "The head teacher asked for it."}


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    """The small process, its moments counted from the day on which a case was opened."""
    yield office_on(with_season(small_runtime(engine), Season()), process="small")
    BROKEN.clear()


@pytest.fixture
def wait(case: str, lead: Desk) -> str:
    """The wait of three days of an open case."""
    (task,) = lead.get("/tasks")["items"]
    lead.post(f"/tasks/{task['id']}/complete", {"answers": {"said": "hello"}})
    return next(timer["id"] for timer in lead.get("/timers")["items"] if timer["kind"] == "wait")


def day(desk: Desk, days: int) -> str:
    today = datetime.fromisoformat(desk.get("/clock")["now"]).date()
    return (today + timedelta(days=days)).isoformat()


def names(desk: Desk, **params: object) -> list[str]:
    return [item["name"] for item in desk.get("/timers", **params)["items"]]


def test_a_supervisor_sees_what_follows_then_does_it(wait: str, supervisor: Desk, lead: Desk, case: str) -> None:
    body = {"on": day(supervisor, 8), **WHY}
    foreseen = supervisor.ask("POST", f"/timers/{wait}/reschedule?dry-run=true", json=body)
    assert foreseen.json()["is_done"] is False
    assert foreseen.json()["depending"][0]["name"] == "5 days for the work"
    assert foreseen.json()["depending"][0]["is_missed"] is True
    assert lead.get(f"/timers/{wait}")["set_by"] is None

    done = supervisor.post(f"/timers/{wait}/reschedule", body, headers={"If-Match": foreseen.headers["etag"]})

    assert (done["is_done"], done["moved"]) == (True, foreseen.json()["moved"])
    timer = lead.get(f"/timers/{wait}")
    assert date.fromisoformat(timer["due_at"][:10]).isoformat() == body["on"]
    assert timer["set_by"]["name"] == "Hamish Clearwater-Fen"
    assert timer["derivation"]["words"].startswith("Set by hand to ")
    told = [row for row in supervisor.get(f"/cases/{case}/timeline") if row["what"] == "timer_moved"]
    assert "moved by hand from" in told[0]["words"]
    assert told[0]["words"].endswith(WHY["reason"])


def test_a_paused_timer_is_listed_as_such_and_goes_on(office: Office, wait: str, supervisor: Desk, lead: Desk) -> None:
    until = day(supervisor, 10)
    supervisor.post(f"/timers/{wait}/pause", {"until": until, **WHY})

    assert names(lead, state="paused") == ["3 days have passed"]
    shown = lead.get(f"/timers/{wait}")
    assert (shown["state"], shown["paused_until"][:10]) == ("paused", until)
    assert shown["derivation"]["words"].startswith("Paused until ")
    office.days_pass(4)
    fire_due(office.runtime)
    assert names(lead, state="paused") == ["3 days have passed"]
    assert names(lead, state="lag") == []

    gone_on = supervisor.post(f"/timers/{wait}/resume", WHY)

    assert gone_on["opened"] == ["Ask again"]
    assert names(lead, state="paused") == []
    assert names(lead, state="fired") == ["3 days have passed"]


def test_who_is_no_supervisor_changes_no_timer(wait: str, lead: Desk, stranger: Desk) -> None:
    for act, body in acts(lead):
        lead.refused(403, "POST", f"/timers/{wait}/{act}", body)
        stranger.refused(404, "POST", f"/timers/{wait}/{act}", body)
    assert lead.get(f"/timers/{wait}")["state"] == "upcoming"


def acts(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("reschedule", {"on": day(desk, 8), **WHY}),
        ("fire", WHY),
        ("pause", {"until": day(desk, 8), **WHY}),
        ("resume", WHY),
    ]


@pytest.mark.parametrize("reason", ["", "   ", None, "\0"])
def test_nothing_is_done_without_a_reason(wait: str, supervisor: Desk, reason: str | None) -> None:
    for act, body in acts(supervisor):
        supervisor.refused(422, "POST", f"/timers/{wait}/{act}", {**body, "reason": reason})
    assert supervisor.get(f"/timers/{wait}")["state"] == "upcoming"


def test_a_refusal_names_its_rule_and_a_timer_says_what_may_be_done(case: str, wait: str, supervisor: Desk) -> None:
    deadline = next(item for item in supervisor.get("/timers")["items"] if item["name"] == "5 days for the work")
    refused = supervisor.refused(422, "POST", f"/timers/{deadline['id']}/fire", WHY)
    assert (refused["code"], refused["rule"]) == ("not_by_hand", "R003")
    too_soon = supervisor.refused(422, "POST", f"/timers/{wait}/fire?dry-run=true", WHY)
    assert (too_soon["code"], too_soon["rule"]) == ("too_soon", "R006")

    assert supervisor.get(f"/timers/{deadline['id']}")["by_hand"] == {
        "acts": ["pause", "reschedule", "resume"],
        "rule": "R003",
    }
    assert supervisor.get(f"/timers/{wait}")["by_hand"]["acts"] == ["fire", "pause", "reschedule", "resume"]


def test_the_same_request_sent_twice_is_done_once(office: Office, wait: str, supervisor: Desk) -> None:
    office.days_pass(1.5)
    headers = {"Idempotency-Key": str(new_id())}
    first = supervisor.ask("POST", f"/timers/{wait}/fire", json=WHY, headers=headers)
    again = supervisor.ask("POST", f"/timers/{wait}/fire", json=WHY, headers=headers)

    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", first.json())
    over = supervisor.refused(409, "POST", f"/timers/{wait}/fire", WHY)
    assert over["type"].endswith("/timer-over")


def test_two_people_who_read_the_same_do_not_overrule_each_other(
    office: Office, school: UUID, wait: str, supervisor: Desk
) -> None:
    other = office.person({school: ("supervisor",)}, name="Orla Second")
    seen = {"If-Match": supervisor.ask("GET", f"/timers/{wait}").headers["etag"]}
    supervisor.post(f"/timers/{wait}/pause", {"until": day(supervisor, 10), **WHY}, headers=seen)

    lost = other.refused(412, "POST", f"/timers/{wait}/resume", WHY, headers=seen)

    assert lost["type"].endswith("/changed")
    assert supervisor.get(f"/timers/{wait}")["state"] == "paused"
    other.post(f"/timers/{wait}/resume", WHY)
    assert supervisor.get(f"/timers/{wait}")["state"] == "upcoming"
    not_paused = supervisor.refused(409, "POST", f"/timers/{wait}/resume", WHY)
    assert not_paused["type"].endswith("/not-paused")


def test_a_case_that_was_closed_meanwhile_keeps_its_timers_over(wait: str, case: str, supervisor: Desk) -> None:
    supervisor.post(f"/timers/{wait}/pause", {"until": day(supervisor, 10), **WHY})
    supervisor.post(f"/cases/{case}/cancel", {"reason": "Opened about the wrong pupil."})

    for act, body in acts(supervisor):
        supervisor.refused(409, "POST", f"/timers/{wait}/{act}", body)
    assert supervisor.get(f"/timers/{wait}")["state"] == "ended"
