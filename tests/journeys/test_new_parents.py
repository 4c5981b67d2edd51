"""Parents who become known after the first letters went out (domain.md E7)."""

from typing import Any

import pytest

from engine import tables
from engine.database import transaction
from engine.queries.cases import left_open
from tests.journeys.world import World

AUNT: dict[str, Any] = {"forename": "Ivy", "surname": "Marram", "relationship": "Aunt", "told_by": "The mother"}


@pytest.mark.rule("R048", "R060", "R061")
def test_a_parent_who_is_discovered_late_is_written_to_at_once_and_involved(world: World) -> None:
    case = world.to_plan()
    letters = len(world.letters_of(case))

    world.player.report(case, "ParentDiscovered")

    ((letter, grandmother),) = world.letters_of(case)[letters:]
    assert letter == "L10"
    assert world.shown(case, "MeetNewParent") == {"parent": "Mrs Rose Whitlow (Grandmother)"}
    world.do(case, "MeetNewParent")
    world.player.wait_for(case, "ArrangeMeeting")
    world.do(case, "ArrangeMeeting")
    invited = world.letters_of(case)[letters + 1 :]
    assert sorted(invited) == sorted([("L5", world.mother), ("L5", world.father), ("L5", grandmother)])


@pytest.mark.rule("R048")
def test_several_parents_can_be_discovered_each_with_a_task_of_their_own(world: World) -> None:
    case = world.to_panel_notice()

    world.player.report(case, "ParentDiscovered")
    world.player.report(case, "ParentDiscovered", **AUNT)

    assert [letter for letter, _ in world.letters_of(case)] == ["L1", "L1", "L10", "L10"]
    assert world.tasks(case) == ["MeetNewParent", "MeetNewParent"]
    assert world.shown(case, "MeetNewParent") == {"parent": "Mrs Rose Whitlow (Grandmother)"}
    world.do(case, "MeetNewParent")
    assert world.shown(case, "MeetNewParent") == {"parent": "Mrs Ivy Marram (Aunt)"}
    world.do(case, "MeetNewParent")
    met = [note["parent"] for note in world.noted(case, "new_parent_met")]
    assert met == [note["parent"] for note in world.noted(case, "parent_discovered")]


@pytest.mark.rule("R030", "R048")
def test_the_panel_goes_ahead_and_the_new_parent_gets_its_minutes(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "ParentDiscovered")
    _, grandmother = world.letters_of(case)[-1]

    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting", "AgreePlan")

    assert world.letters_to(case, grandmother) == ["L10", "L3"]


@pytest.mark.rule("R048")
def test_a_case_that_ends_leaves_the_new_parents_task_to_a_person(world: World) -> None:
    case = world.to_outcome()
    world.player.report(case, "ParentDiscovered")

    world.player.do(case, "DecideOutcome", variant={"code": "O1"})

    assert world.case(case).result == "closed_target"
    assert world.tasks(case) == []
    _, grandmother = next(sent for sent in world.letters_of(case) if sent[0] == "L10")
    assert world.letters_to(case, grandmother) == ["L10", "L8a"]
    with transaction(world.player.runtime.engine) as db:
        assert [row.name for row in left_open(db, case)] == ["Involve the new parent"]


@pytest.mark.rule("R042", "R048")
def test_a_new_parent_is_not_told_of_a_meeting_that_will_not_take_place(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "ParentCannotAttend")
    world.do(case, "DecideReasonable")

    world.player.report(case, "ParentDiscovered")

    letter = world.rows(tables.delivery, case_id=case, letter="L10")[0].fields
    assert (letter["meeting_day"], letter["next_step_text"]) == (
        "",
        "We will write to you when the next date is fixed.",
    )
