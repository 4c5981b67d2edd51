"""A governor and the authority see what a task of theirs is about, and nobody's words but in their own task."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from engine.database import transaction
from tests.api.desk import Desk, Office, office_on
from tests.builders import make_pupil
from tests.journeys.world import World, new_world


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return new_world(engine, tmp_path / "letters")


@pytest.fixture
def office(world: World) -> Office:
    return office_on(world.player.runtime, process="fast_track")


def seen(desk: Desk) -> tuple[list[str], list[str], bool]:
    """The cases and the pupils that somebody's lists show, and whether there are timers."""
    cases, pupils = desk.get("/cases")["items"], desk.get("/pupils")["items"]
    return [one["id"] for one in cases], [one["id"] for one in pupils], bool(desk.get("/timers")["items"])


@pytest.mark.parametrize("role", ["panel_chair", "authority_officer"])
def test_without_a_task_of_theirs_they_see_no_case_and_no_pupil(world: World, office: Office, role: str) -> None:
    case = world.to_arranging()
    reader = office.person({world.school: (role,)})
    head = office.person({world.school: ("head_teacher",)})
    timer = head.get(f"/cases/{case}")["timers"][0]["id"]

    assert seen(reader) == ([], [], False)
    assert seen(head) == ([str(case)], [str(world.pupil)], True)
    for path in (
        f"/cases/{case}",
        f"/cases/{case}/timeline",
        f"/pupils/{world.pupil}",
        f"/pupils/{world.pupil}/mark-changes",
        f"/timers/{timer}",
    ):
        reader.refused(404, "GET", path)
        assert head.ask("GET", path).status_code == 200


def test_the_chair_sees_the_case_and_the_pupil_that_a_task_is_about_and_still_does_when_it_is_done(
    world: World, office: Office
) -> None:
    case = world.to_outcome()
    with transaction(office.engine) as db:
        make_pupil(db, world.school, upn="B926999018002")
    chair = office.person({world.school: ("panel_chair",)})

    assert seen(chair)[:2] == ([str(case)], [str(world.pupil)])
    world.player.do(case, "DecideOutcome", variant={"code": "O1"})
    assert seen(chair)[:2] == ([str(case)], [str(world.pupil)])
    assert chair.get(f"/cases/{case}")["id"] == str(case)
    assert chair.get(f"/pupils/{world.pupil}")["id"] == str(world.pupil)


@pytest.mark.rule("R090")
def test_the_authority_sees_a_case_from_its_submission_on(world: World, office: Office) -> None:
    case = world.to_referral()
    officer = office.person({world.school: ("authority_officer",)})
    assert seen(officer)[0] == []

    world.submit(case)

    assert seen(officer)[0] == [str(case)]


def test_what_people_wrote_is_not_told_to_who_may_not_read_answers(world: World, office: Office) -> None:
    case = rearranged_and_reviewed(world)

    def told(role: str) -> str:
        answer = office.person({world.school: (role,)}).ask("GET", f"/cases/{case}/timeline")
        assert answer.status_code == 200
        text: str = answer.text
        return text

    assert "A flood in the hall" in told("head_teacher")
    assert "A flood" not in told("panel_chair")
    assert "Arrange the meeting" in told("panel_chair")
    assert "Panel not held: –" in told("panel_chair")


def rearranged_and_reviewed(world: World) -> UUID:
    """A case whose panel was not held at first, which the chair is to decide."""
    case = world.to_panel_notice()
    world.player.wait_for(case, "RecordMeeting")
    world.player.do(case, "RecordMeeting", held=False, not_held_reason="A flood in the hall")
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting", "AgreePlan")
    world.player.wait_for(case, "ArrangeMeeting")
    world.attend(until=world.player.today())
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting")
    return case
