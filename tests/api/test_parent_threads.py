"""Each parent's thread over HTTP: what is missing, with no address of anybody."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.api.desk import Desk, Office, office_on
from tests.journeys.world import FATHERS_POSTCODE, MOTHERS_POSTCODE, World, new_world


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return new_world(engine, tmp_path / "letters")


@pytest.fixture
def office(world: World) -> Office:
    return office_on(world.player.runtime, process="fast_track")


@pytest.fixture
def lead(office: Office, world: World) -> Desk:
    return office.person({world.school: ("attendance_lead",)})


def test_a_case_says_for_each_parent_what_is_missing_and_where_nobody_lives(world: World, lead: Desk) -> None:
    case: UUID = world.to_plan()
    world.player.settle()

    threads = {thread["adult_id"]: thread for thread in lead.get(f"/cases/{case}/parents")}

    assert set(threads) == {str(world.mother), str(world.father)}
    thread = threads[str(world.father)]
    assert thread["evidence"] == "The admission register"
    assert [took["kind"] for took in thread["meetings"]] == ["panel"]
    (took,) = thread["meetings"]
    assert took["invitations"][0]["grade"] == "evidence"
    assert (took["attendance"]["attended"], thread["contract"]) == (False, "absent")
    told = lead.ask("GET", f"/cases/{case}/parents").text
    assert not [secret for secret in (MOTHERS_POSTCODE, FATHERS_POSTCODE) if secret in told]


@pytest.mark.rule("R031", "R086")
def test_the_post_room_proves_that_a_letter_was_posted(world: World, office: Office, lead: Desk) -> None:
    case = world.to_outcome()
    world.player.do(case, "DecideOutcome", variant={"code": "O1"})
    world.player.settle()
    (letter,) = [one for one in lead.get(f"/deliveries?case_id={case}")["items"] if is_l8a(one, world.mother)]
    room = office.person({world.school: ("post_room",)})
    body = {"posted_on": world.player.today().isoformat(), "postage": "first", "proof": "Certificate 4711"}
    before = lacking(lead, case, world.mother)

    room.put(f"/deliveries/{letter['id']}/posting", body)

    assert "Nothing proves that letter L8a was posted." in before
    assert "Nothing proves that letter L8a was posted." not in lacking(lead, case, world.mother)
    supervisor = office.person({world.school: ("supervisor",)})
    supervisor.refused(403, "PUT", f"/deliveries/{letter['id']}/posting", body)


def is_l8a(delivery: dict[str, str], adult: UUID) -> bool:
    return (delivery["letter"], delivery["recipient"]) == ("L8a", str(adult))


def lacking(desk: Desk, case: UUID, adult: UUID) -> list[str]:
    """What is missing for a parent, in words."""
    (thread,) = [one for one in desk.get(f"/cases/{case}/parents") if one["adult_id"] == str(adult)]
    return [one["words"] for one in thread["missing"]]
