"""Meeting slots and diary entries over HTTP."""

from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from tests.api.desk import Desk, Office, office_on
from tests.journeys.world import FATHERS_POSTCODE, World, new_world


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return new_world(engine, tmp_path / "letters")


@pytest.fixture
def office(world: World) -> Office:
    return office_on(world.player.runtime, process="fast_track")


@pytest.fixture
def lead(office: Office, world: World) -> Desk:
    return office.person({world.school: ("attendance_lead",)})


@pytest.mark.rule("R033")
def test_the_slots_of_a_case_and_a_day_that_is_too_early(world: World, lead: Desk) -> None:
    case = world.to_arranging()
    today = world.player.today().isoformat()

    found = lead.get(f"/cases/{case}/meeting-slots", kind="panel", postage="second", on=today)

    assert found["posted_on"] == today
    assert found["earliest_lawful"] < found["earliest_evidence"]
    assert (found["asked"]["grade"], found["asked"]["rule"]) == ("refused", "R033")
    assert {one["adult_id"] for one in found["parents"]} == {str(world.mother), str(world.father)}
    without = lead.get(f"/cases/{case}/meeting-slots", unavailable=[found["earliest_lawful"]])
    assert found["earliest_lawful"] not in [slot["day"] for slot in without["slots"]]


@pytest.mark.rule("R032")
def test_a_meeting_comes_as_a_diary_entry_for_one_person(world: World, office: Office, lead: Desk) -> None:
    case = world.to_arranging()
    path = f"/cases/{case}/invitation.ics?kind=panel&adult_id={world.mother}"
    lead.refused(404, "GET", path)
    world.do(case, "ArrangeMeeting")

    answer = lead.ask("GET", path)

    assert answer.headers["content-type"].startswith("text/calendar")
    assert Calendar.from_ical(answer.content)["METHOD"] == "REQUEST"
    assert FATHERS_POSTCODE not in answer.text
    officer = office.person({world.school: ("authority_officer",)})
    officer.refused(403, "GET", path)
