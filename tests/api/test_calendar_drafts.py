"""A calendar changed over HTTP while a case is open: drafted, looked at, approved once; and alerts of what ends."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.api.desk import Desk, Office, office_on
from tests.api.stock import calendar
from tests.attendance.calendars import day
from tests.builders import CALENDAR
from tests.journeys.world import World, new_world

ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:INSET day\r\nDTSTART;VALUE=DATE:20261203\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Harvest festival\r\nDTSTART;VALUE=DATE:20261204\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """A school with the real process, Monday 23 November 2026."""
    return new_world(engine, tmp_path / "letters")


@pytest.fixture
def office(world: World) -> Office:
    return office_on(world.player.runtime, process="fast_track")


@pytest.fixture
def lead(office: Office, world: World) -> Desk:
    return office.person({world.school: ("attendance_lead",)})


@pytest.fixture
def head(office: Office, world: World) -> Desk:
    return office.person({world.school: ("head_teacher",)}, name="Oswin Barleyfield")


@pytest.fixture
def supervisor(office: Office, world: World) -> Desk:
    return office.person({world.school: ("supervisor",)}, name="Hamish Clearwater-Fen")


def draft(desk: Desk, world: World, **edit: Any) -> dict[str, Any]:
    made: dict[str, Any] = desk.post(f"/calendar-drafts/edits?school_id={world.school}", edit)
    return made


def test_a_diary_becomes_a_draft_and_says_what_it_leaves_out(lead: Desk, world: World) -> None:
    made = lead.post(
        f"/calendar-drafts?school_id={world.school}&filename=autumn.ics",
        content=ICS,
        headers={"Content-Type": "text/calendar; charset=utf-8"},
    )

    assert (made["state"], made["based_on"], made["source"]) == ("open", 1, "autumn.ics")
    assert "2026-12-03" in made["content"]["inset"]
    assert made["left_out"] == [{"where": "“Harvest festival”", "reason": "It says nothing of whole school days."}]
    assert made["drafted_by"]["name"] == "Marnie Tollgate"
    assert lead.get(f"/calendar-drafts/{made['id']}") == made
    assert lead.get("/calendar-drafts") == [made]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("Event,Date\nINSET,2026-12-03\n", "text/csv"),
        ('{"terms": [["2026-09-02", "2026-12-18"]]}', "application/json"),
    ],
)
def test_a_table_or_json_becomes_a_draft(lead: Desk, world: World, content: str, kind: str) -> None:
    made = lead.post(f"/calendar-drafts?school_id={world.school}", content=content, headers={"Content-Type": kind})

    assert made["state"] == "open"


def test_a_file_that_is_not_understood_is_refused_with_the_reason(lead: Desk, world: World) -> None:
    problem = lead.refused(
        422,
        "POST",
        f"/calendar-drafts?school_id={world.school}",
        content=ICS.replace("INSET day", "Half term begins"),
        headers={"Content-Type": "text/calendar"},
    )

    assert "it is not clear what “Half term begins” says" in problem["detail"]


def test_the_preview_names_what_moves_and_whose_notice_becomes_shorter(lead: Desk, world: World) -> None:
    case = world.to_panel_notice()
    made = draft(lead, world, closures=[{"date": "2026-12-03", "mark": "Y4", "reason": "snow"}])

    found = lead.get(f"/calendar-drafts/{made['id']}/preview")

    (touched,) = found["cases"]
    assert touched["case"]["reference"] == world.case(case).reference
    assert touched["pupil"]["name"] == "Jamie Okafor"
    assert [(closed["what"], closed["day"], closed["because"]) for closed in touched["closed"]] == [
        ("panel", "2026-12-03", "closed: snow (Y4)")
    ]
    assert found["closed"] == [{"day": "2026-12-03", "because": "closed: snow (Y4)"}]
    assert (found["follows"], found["open_cases"], found["opened"]) == (1, 1, [])


def test_the_preview_of_a_proclamation_names_each_parent_and_each_derivation(supervisor: Desk, world: World) -> None:
    world.to_panel_notice()
    statement = supervisor.post("/bank-holidays", {"title": "A coronation", "added": ["2026-11-27"]})

    (found,) = supervisor.get(f"/bank-holidays/{statement['id']}/preview")

    (touched,) = found["cases"]
    assert {(notice["parent"]["name"], notice["was"], notice["becomes"]) for notice in touched["notices"]} == {
        ("Mr Sam Okafor", "evidence", "clear"),
        ("Mrs Ada Okafor", "evidence", "clear"),
    }
    moved = {one["element"]: one for one in touched["moved"]}
    assert moved["NoticeHasRun"]["derivation"] == (
        "The start of Tue 1 Dec 2026: 5 working days after Mon 23 Nov 2026, from which the notice runs."
    )
    assert (moved["NoticeHasRun"]["was"], moved["NoticeHasRun"]["falls_due_at_once"]) == (
        "2026-12-02T00:00:00+00:00",
        False,
    )
    assert found["new_bank_holidays"] == ["2026-11-27"]


def test_a_draft_is_approved_once_by_a_person_with_a_reason(lead: Desk, head: Desk, world: World) -> None:
    case = world.to_panel_notice()
    made = draft(lead, world, inset=["2026-12-03"])
    lead.refused(422, "POST", f"/calendar-drafts/{made['id']}/approve", {"reason": " "})

    approved = head.post(f"/calendar-drafts/{made['id']}/approve", {"reason": "moved by the governors"})
    world.player.settle()

    assert (approved["state"], approved["version"], approved["closed_by"]["name"]) == (
        "approved",
        2,
        "Oswin Barleyfield",
    )
    again = lead.refused(409, "POST", f"/calendar-drafts/{made['id']}/approve", {"reason": "me, too"})
    assert again["type"].endswith("/already-decided")
    versions = lead.get(f"/schools/{world.school}/calendar/versions")
    assert [(one["version"], one["reason"]) for one in versions] == [(2, "moved by the governors"), (1, "")]
    assert lead.get(f"/schools/{world.school}/calendar")["approved_by"]["name"] == "Oswin Barleyfield"
    assert world.noted(case, "calendar_changed") == [{"was": 1, "becomes": 2}]
    effects = lead.get("/calendars/effects", school_id=str(world.school))
    assert [(one["agreed"], one["day"]) for one in effects["followed"][0]["closed"]] == [("panel", "2026-12-03")]
    assert (effects["version"], effects["failed"]) == (2, [])
    assert lead.get("/calendars/effects", school_id=str(world.school), version=1)["followed"] == []


def test_two_who_draft_at_once_do_not_undo_each_other(lead: Desk, head: Desk, world: World) -> None:
    mine, theirs = draft(lead, world, inset=["2026-12-03"]), draft(lead, world, inset=["2026-12-04"])
    head.post(f"/calendar-drafts/{theirs['id']}/approve", {"reason": "theirs"})

    problem = head.refused(409, "POST", f"/calendar-drafts/{mine['id']}/approve", {"reason": "mine"})
    assert problem["type"].endswith("/draft-outdated")
    rebased = lead.post(f"/calendar-drafts/{mine['id']}/rebase")
    assert rebased["based_on"] == 2
    head.post(f"/calendar-drafts/{mine['id']}/approve", {"reason": "both"})

    inset = lead.get(f"/schools/{world.school}/calendar")["content"]["inset"]
    assert {"2026-12-03", "2026-12-04"} <= set(inset)


def test_nobody_approves_what_was_changed_since_they_looked(lead: Desk, head: Desk, world: World) -> None:
    made = draft(lead, world, inset=["2026-12-03"])
    etag = head.ask("GET", f"/calendar-drafts/{made['id']}").headers["etag"]
    changed = lead.post(
        f"/calendar-drafts/{made['id']}/edits", {"inset": ["2026-12-04"], "school_days": ["2026-12-03"]}
    )
    assert "2026-12-03" not in changed["content"]["inset"]

    problem = head.refused(
        412,
        "POST",
        f"/calendar-drafts/{made['id']}/approve",
        {"reason": "as I saw it"},
        headers={"If-Match": etag},
    )
    assert problem["type"].endswith("/draft-changed")


def test_a_discarded_draft_is_over(lead: Desk, head: Desk, world: World) -> None:
    made = draft(lead, world, inset=["2026-12-03"])
    assert lead.post(f"/calendar-drafts/{made['id']}/discard")["state"] == "discarded"

    head.refused(409, "POST", f"/calendar-drafts/{made['id']}/approve", {"reason": "too late"})


def test_what_changes_nothing_is_no_draft(lead: Desk, world: World) -> None:
    problem = lead.refused(409, "POST", f"/calendar-drafts/edits?school_id={world.school}", {"inset": ["2026-11-02"]})
    assert problem["type"].endswith("/nothing-new")


def test_a_calendar_on_which_cases_rest_is_not_put_but_drafted(lead: Desk, world: World) -> None:
    urn = lead.get(f"/schools/{world.school}")["urn"]
    content = {**calendar(urn), **CALENDAR}
    assert lead.put(f"/schools/{world.school}/calendar", {**content, "inset": []})["version"] == 2

    world.open()
    problem = lead.refused(409, "PUT", f"/schools/{world.school}/calendar", content)
    assert problem["type"].endswith("/rests-on-calendar")
    assert lead.put(f"/schools/{world.school}/calendar", {**content, "inset": []})["version"] == 2


def test_a_machine_drafts_and_does_not_approve(office: Office, world: World) -> None:
    machine = office.person({world.school: ("machine",)})
    made = draft(machine, world, inset=["2026-12-03"])

    machine.refused(403, "POST", f"/calendar-drafts/{made['id']}/approve", {"reason": "by itself"})


def test_a_statement_is_made_by_somebody_who_acts_in_every_school(
    office: Office, supervisor: Desk, lead: Desk, world: World
) -> None:
    body = {"title": "A coronation", "added": ["2026-11-27"]}
    lead.refused(403, "POST", "/bank-holidays", body)
    statement = supervisor.post("/bank-holidays", body)
    office.school("Elsewhere High")

    supervisor.refused(403, "POST", f"/bank-holidays/{statement['id']}/approve", {"reason": "proclaimed"})
    supervisor.refused(403, "GET", f"/bank-holidays/{statement['id']}/preview")
    assert lead.get("/bank-holidays") == [statement]


def test_a_statement_is_approved_once_and_reaches_the_cases(supervisor: Desk, world: World) -> None:
    case = world.to_panel_notice()
    statement = supervisor.post("/bank-holidays", {"title": "A coronation", "added": ["2026-11-27"]})
    approved = supervisor.post(f"/bank-holidays/{statement['id']}/approve", {"reason": "proclaimed today"})
    world.player.settle()

    assert (approved["state"], approved["closed_by"]["name"]) == ("approved", "Hamish Clearwater-Fen")
    supervisor.refused(409, "POST", f"/bank-holidays/{statement['id']}/approve", {"reason": "again"})
    supervisor.refused(409, "POST", f"/bank-holidays/{statement['id']}/discard")
    assert world.due(case, "NoticeHasRun") == "Tue 1 Dec 2026 00:00"


@pytest.mark.parametrize("added", [["1066-10-14"], ["2100-01-01"], ["soon"], [""]])
def test_days_of_which_nothing_is_known_are_refused(supervisor: Desk, added: list[str]) -> None:
    supervisor.refused(422, "POST", "/bank-holidays", {"title": "A battle", "added": added})


def test_a_statement_that_nobody_made_is_not_found(supervisor: Desk, world: World) -> None:
    supervisor.refused(404, "GET", f"/bank-holidays/{world.school}")
    supervisor.refused(404, "POST", f"/bank-holidays/{world.school}/approve", {"reason": "x"})


def test_a_calendar_that_ends_within_a_year_is_told(lead: Desk, world: World) -> None:
    (alert,) = lead.get("/calendars/alerts")
    assert (alert["what"], alert["school_id"], alert["until"]) == (
        "school_calendar",
        str(world.school),
        day("Wed 21 Jul 2027").isoformat(),
    )

    draft_id = draft(lead, world, terms=[["2027-09-06", "2027-12-17"]])["id"]
    lead.post(f"/calendar-drafts/{draft_id}/approve", {"reason": "the next year"})
    assert lead.get("/calendars/alerts") == []
