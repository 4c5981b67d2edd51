"""Tasks that were answered wrongly are corrected: a new version, and what was sent stays (domain.md 2.5, 2.8)."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import tables
from engine.cases import complete_task
from engine.correcting import NotDone, correct_task
from engine.database import transaction
from engine.errors import Changed, FormRefused
from engine.registry import Refusal
from tests.journeys.world import World

WHY = {"reason": "A slip of the pen.", "changes": "The minutes."}


def done(world: World, case: UUID, element: str) -> Any:
    """The latest task of an element that was done."""
    return [row for row in world.rows(tables.task, case_id=case, element=element) if row.state == "done"][-1]


def versions(world: World, task: UUID) -> list[Any]:
    """Every version of a task's answers."""
    a = tables.answer.c
    with transaction(world.player.runtime.engine) as db:
        return list(db.execute(select(tables.answer).where(a.task_id == task).order_by(a.version)))


def correct(world: World, task: UUID, *, version: int | None = None, tell: str = "", **changes: Any) -> int:
    """Corrects some answers of a task."""
    answers = {**versions(world, task)[-1].answers, **changes}
    return correct_task(world.player.runtime, task, actor="lead", answers=answers, version=version, tell=tell, **WHY)


@pytest.mark.rule("R062", "R085")
def test_minutes_are_corrected_with_a_reason_and_letters_that_went_out_stay(world: World) -> None:
    case = world.to_plan()
    world.player.settle()
    task = done(world, case, "RecordMeeting")
    letters = [(row.id, row.document_id, row.fields) for row in world.rows(tables.delivery, case_id=case)]

    version = correct(world, task.id, working_well="Art, and the breakfast club.", tell="Both parents")

    first, second = versions(world, task.id)
    assert (version, second.version, second.actor) == (2, 2, "lead")
    assert second.answers["working_well"] == "Art, and the breakfast club."
    assert first.answers["working_well"] != second.answers["working_well"]
    assert world.meetings(case)[0].minutes["working_well"] == "Art, and the breakfast club."
    assert [(row.id, row.document_id, row.fields) for row in world.rows(tables.delivery, case_id=case)] == letters
    (noted,) = [row["facts"] for row in world.history(case) if row["what"] == "task_corrected"]
    assert (noted["fields"], noted["reason"], noted["tell"]) == (["working_well"], WHY["reason"], "Both parents")
    (tell,) = [row for row in world.rows(tables.task, case_id=case, element="") if row.name.startswith("Tell")]
    assert (tell.state, tell.name) == ("open", "Tell of a correction: Record the meeting")
    assert world.incidents() == []


@pytest.mark.rule("R058", "R070")
def test_a_corrected_day_moves_the_timers_that_are_still_to_come(world: World) -> None:
    case = world.to_plan()
    task = done(world, case, "AgreePlan")
    before = world.due(case, "TimeToInvite")

    correct(world, task.id, review_on="2027-01-08")

    assert world.due(case, "TimeToInvite") != before
    assert world.timer(case, "TimeToInvite").due_at < world.timer(case, "SixWeeks").due_at
    # The calendar is what it was.
    assert "calendar_changed" not in [row["what"] for row in world.history(case)]


@pytest.mark.rule("R030", "R033")
def test_a_posting_day_that_was_typed_wrongly_is_corrected_and_its_receipt_with_it(world: World) -> None:
    case = world.to_panel_notice()
    task = done(world, case, "ConfirmPosting")
    rows = [{**row, "postage": "second"} for row in versions(world, task.id)[-1].answers["letters"]]
    was = world.due(case, "NoticeHasRun")

    correct(world, task.id, letters=rows)

    assert {row["facts"]["postage"] for row in world.history(case) if row["what"] == "letter_posted"} == {
        "first",
        "second",
    }
    assert world.due(case, "NoticeHasRun") != was


@pytest.mark.rule("R062", "R072")
def test_what_the_case_went_on_by_is_not_corrected(world: World) -> None:
    case = world.to_plan()

    with pytest.raises(Refusal) as refused:
        correct(world, done(world, case, "RecordMeeting").id, held=False, not_held_reason="It snowed.")

    assert (refused.value.code, refused.value.field) == ("case_went_on", "held")
    assert len(versions(world, done(world, case, "RecordMeeting").id)) == 1


def test_a_correction_says_something_else_of_the_version_that_was_read_and_passes_the_form(world: World) -> None:
    case = world.to_plan()
    task = done(world, case, "RecordMeeting").id
    open_task = world.rows(tables.task, case_id=case, state="open")

    with pytest.raises(Refusal, match="stand there already"):
        correct(world, task)
    with pytest.raises(FormRefused):
        correct(world, task, working_well="")
    with pytest.raises(Refusal) as inaccurate:
        correct(world, task, is_accurate=False)
    correct(world, task, issues="The bus.", version=1)
    with pytest.raises(Changed):
        correct(world, task, issues="The train.", version=1)

    assert inaccurate.value.rule == "R062"
    assert [version.version for version in versions(world, task)] == [1, 2]
    assert open_task == []


def test_a_task_that_waits_is_answered_not_corrected_and_a_closed_case_is_corrected_too(world: World) -> None:
    case = world.to_panel_notice()
    world.player.report(case, "ParentCannotAttend")
    world.player.settle()
    waiting = world.player.task(case, "DecideReasonable").id
    with pytest.raises(NotDone):
        correct_task(world.player.runtime, waiting, actor="lead", answers={}, **WHY)
    world.player.report(case, "Withdrawn")

    task = done(world, case, "ReviewEarlySupport").id
    revision = world.case(case).revision
    correct(world, task, targets="Three.")

    assert world.case(case).revision == revision + 1
    assert versions(world, task)[-1].answers["targets"] == "Three."
    with pytest.raises(Exception, match="not waiting"):
        complete_task(world.player.runtime, task, actor="lead", answers={})
