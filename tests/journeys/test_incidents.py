"""Something unexpected goes wrong: nothing is lost, and it can be tried again."""

from typing import Any
from uuid import UUID

import pytest

from engine import tables
from engine.commands import retry
from engine.errors import IncidentRaised
from engine.registry import Registry
from handlers import REGISTRY
from tests.attendance.calendars import day
from tests.journeys.world import World


class PrinterBurns(Exception):
    """The printer burns."""


def fails(*_: object, **__: object) -> None:
    """What stands in place of a handler that is broken."""
    raise PrinterBurns


def without(handler: str) -> Registry:
    """The product's handlers, one of them broken."""
    return Registry({**REGISTRY.handlers, handler: fails}, REGISTRY.facts)


def arranging_fails(world: World, **answers: Any) -> UUID:
    """A case whose letters could not be made when the panel was arranged."""
    case = world.to_arranging()
    world.restart(without("letters.invite_parent"))
    with pytest.raises(IncidentRaised):
        world.player.do(case, "ArrangeMeeting", **answers)
    return case


@pytest.mark.rule("R030")
def test_a_letter_that_cannot_be_made_takes_back_the_whole_step_and_keeps_what_was_typed(world: World) -> None:
    case = arranging_fails(world, place="The library")

    assert world.tasks(case) == ["ArrangeMeeting"]
    assert world.player.task(case, "ArrangeMeeting").draft["place"] == "The library"
    assert world.meetings(case) == []
    assert world.letters_of(case) == []
    (incident,) = world.incidents()
    assert (incident.command, incident.element, incident.actor) == ("complete_task", "ArrangeMeeting", "player")
    assert incident.problem == "PrinterBurns: "
    assert incident.arguments["answers"]["place"] == "The library"


@pytest.mark.rule("R030")
def test_trying_again_does_the_very_same_with_the_persons_answers(world: World) -> None:
    case = arranging_fails(world, place="The library")
    world.restart(REGISTRY)
    (incident,) = world.incidents()

    retry(world.player.runtime, incident.id, actor="supervisor")

    (meeting,) = world.meetings(case)
    assert meeting.place == "The library"
    assert world.letters_of(case) == [("L1", world.mother), ("L1", world.father)]
    assert world.tasks(case) == ["ConfirmPosting"]
    (incident,) = world.incidents()
    assert (incident.resolved_at is None, incident.resolved_by) == (False, "supervisor")
    (done,) = world.rows(tables.task, case_id=case, element="ArrangeMeeting")
    assert done.ended_by == "player"


def test_trying_again_in_vain_adds_to_the_same_incident(world: World) -> None:
    case = arranging_fails(world)
    (incident,) = world.incidents()

    with pytest.raises(IncidentRaised):
        retry(world.player.runtime, incident.id, actor="supervisor")

    (incident,) = world.incidents()
    assert (incident.attempts, incident.resolved_at) == (2, None)
    assert world.tasks(case) == ["ArrangeMeeting"]


def test_doing_the_task_with_other_answers_resolves_the_incident(world: World) -> None:
    case = arranging_fails(world, place="The library")
    world.restart(REGISTRY)

    world.player.do(case, "ArrangeMeeting", place="Room 4")

    assert [meeting.place for meeting in world.meetings(case)] == ["Room 4"]
    assert [incident.resolved_at is None for incident in world.incidents()] == [False]


@pytest.mark.rule("R079", "R005")
def test_a_timer_that_fails_waits_for_a_person_while_the_others_go_on(world: World) -> None:
    case = world.to_plan()
    world.restart(without("deadlines.raise"))

    world.player.move_to_day(day("Fri 12 Mar 2027"))

    failed = [incident.element for incident in world.incidents()]
    assert failed == ["SixWeeks", "TwelveWeeks"]
    assert world.tasks(case) == ["ArrangeMeeting"]
    assert len(world.noted(case, "limitation_warning")) == 1
    world.restart(REGISTRY)
    world.player.settle()
    assert world.noted(case, "deadline_missed") == []  # held back until somebody says so
    for incident in world.incidents():
        retry(world.player.runtime, incident.id, actor="supervisor")
    world.player.settle()
    assert [note["deadline"] for note in world.noted(case, "deadline_missed")] == failed
    assert sorted(world.fired(case)) == sorted({*world.fired(case)})


@pytest.mark.rule("R006")
def test_a_register_change_that_cannot_be_looked_at_stays_to_be_heard(world: World) -> None:
    case = world.to_plan()
    world.restart(without("register.check_again"))

    world.correct("2026-10-13 AM", "2026-10-13 PM", code="I")

    (incident,) = world.incidents()
    assert (incident.command, incident.element) == ("hear", "RegisterChanged")
    assert [row.heard_at for row in world.rows(tables.inbox, case_id=case)] == [None]
    world.restart(REGISTRY)
    retry(world.player.runtime, incident.id, actor="supervisor")
    assert world.tasks(case) == ["Reconsider"]


@pytest.mark.rule("R041")
def test_a_report_that_fails_keeps_what_was_typed(world: World) -> None:
    case = world.to_panel_notice()
    world.restart(without("replies.report"))
    with pytest.raises(IncidentRaised):
        world.player.report(case, "ParentCannotAttend", reason="A hospital appointment.")
    world.restart(REGISTRY)
    (incident,) = world.incidents()

    retry(world.player.runtime, incident.id, actor="supervisor")

    assert world.tasks(case) == ["DecideReasonable"]
    assert world.shown(case, "DecideReasonable")["replies"][0]["reason"] == "A hospital appointment."


@pytest.mark.rule("R006")
def test_a_case_that_could_not_be_opened_is_opened_by_trying_again(world: World) -> None:
    world.restart(without("register.check"))
    with pytest.raises(IncidentRaised):
        world.open()
    assert world.rows(tables.case) == []
    world.restart(REGISTRY)
    (incident,) = world.incidents()

    retry(world.player.runtime, incident.id, actor="supervisor")

    (case,) = world.rows(tables.case)
    assert (case.subject_id, case.opened_by) == (world.pupil, "player")
    assert world.tasks(case.id) == ["ReviewEarlySupport"]
