"""What people can do to a case of the small process."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine import tables
from engine.cases import claim_task, complete_task, save_draft
from engine.commands import retry
from engine.database import transaction
from engine.errors import (
    AlreadyOpen,
    Changed,
    FormRefused,
    IncidentRaised,
    TaskNotWaiting,
)
from engine.history import timeline
from engine.ids import new_id
from engine.registry import Refusal
from engine.runtime import Runtime
from engine.timers import fire_due
from tests.engine.small import BROKEN, OWNER, R, T, days_pass, do, new_case, open_task, restarted, rows


def test_a_case_runs_from_start_to_end_and_forgets_nothing(runtime: Runtime, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    runtime = restarted(runtime)
    days_pass(runtime, 3.1)
    assert fire_due(runtime) == 1
    runtime = restarted(runtime)
    do(runtime, case_id, "AskAgain", said="bye", on_day="2026-11-20")

    (case,) = rows(runtime, tables.case, tables.case.c.id == case_id)
    assert (case.result, case.stage) == ("ended", "")
    assert case.closed_at is not None
    assert not rows(runtime, tables.listener)
    assert not rows(runtime, tables.timer, R.ended_at.is_(None))
    with transaction(runtime.engine) as db:
        what = [row["what"] for row in timeline(db, case_id)]
    assert what == [
        "opened", "service", "task_opened", "task_done", "service", "timer_fired", "task_opened", "task_done", "closed",
    ]  # fmt: skip


def test_a_reference_names_process_year_and_number(runtime: Runtime, case_id: UUID) -> None:
    (case,) = rows(runtime, tables.case)

    assert case.reference == f"S-{case.opened_at.year}-00001"


def test_a_second_open_case_about_the_same_subject_is_refused(runtime: Runtime) -> None:
    subject_id = new_id()
    new_case(runtime, owner_id=OWNER, subject_id=subject_id)

    with pytest.raises(AlreadyOpen):
        new_case(runtime, owner_id=OWNER, subject_id=subject_id)


def test_answers_that_the_form_refuses_leave_the_task_open_and_are_kept(runtime: Runtime, case_id: UUID) -> None:
    with pytest.raises(FormRefused) as refused:
        do(runtime, case_id, "AskFirst", on_day="2026-02-31")

    assert set(refused.value.problems) == {"said", "on_day"}
    assert open_task(runtime, case_id, "AskFirst").draft == {"on_day": "2026-02-31"}
    assert not rows(runtime, tables.incident)


def test_a_refusal_by_accept_is_shown_and_changes_nothing(runtime: Runtime, case_id: UUID) -> None:
    with pytest.raises(Refusal, match="nonsense"):
        do(runtime, case_id, "AskFirst", said="nonsense")

    assert open_task(runtime, case_id, "AskFirst").draft == {"said": "nonsense"}
    assert not rows(runtime, tables.answer)
    assert not rows(runtime, tables.incident)


def test_an_unexpected_error_becomes_an_incident_that_keeps_the_answers(runtime: Runtime, case_id: UUID) -> None:
    BROKEN.add("small.tell")
    with pytest.raises(IncidentRaised):
        do(runtime, case_id, "AskFirst", said="kept")
    with pytest.raises(IncidentRaised):
        do(runtime, case_id, "AskFirst", said="kept")

    (incident,) = rows(runtime, tables.incident)
    assert incident.attempts == 2
    assert incident.arguments["answers"] == {"said": "kept"}
    assert "the printer burns" in incident.problem
    assert open_task(runtime, case_id, "AskFirst").draft == {"said": "kept"}
    assert not rows(runtime, tables.delivery)


def test_retry_runs_the_very_command_and_resolves_the_incident(runtime: Runtime, case_id: UUID) -> None:
    BROKEN.add("small.tell")
    with pytest.raises(IncidentRaised) as raised:
        do(runtime, case_id, "AskFirst", said="kept")
    with pytest.raises(IncidentRaised):
        retry(runtime, UUID(raised.value.incident_id), actor="boss")
    BROKEN.clear()
    retry(runtime, UUID(raised.value.incident_id), actor="boss")

    (incident,) = rows(runtime, tables.incident)
    assert (incident.attempts, incident.resolved_by) == (2, "boss")
    (answer,) = rows(runtime, tables.answer)
    assert (answer.answers, answer.actor) == ({"said": "kept", "on_day": None}, "clerk")
    assert len(rows(runtime, tables.delivery)) == 1


def test_completing_with_other_answers_resolves_the_incident(runtime: Runtime, case_id: UUID) -> None:
    with pytest.raises(IncidentRaised):
        do(runtime, case_id, "AskFirst", said="break")
    do(runtime, case_id, "AskFirst", said="other")

    (incident,) = rows(runtime, tables.incident)
    assert incident.resolved_at is not None


def test_of_two_people_finishing_one_task_the_second_is_told_and_keeps_the_answers(
    runtime: Runtime, case_id: UUID
) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    complete_task(runtime, task.id, actor="first", answers={"said": "mine"})
    with pytest.raises(TaskNotWaiting):
        complete_task(runtime, task.id, actor="second", answers={"said": "yours"})

    (row,) = rows(runtime, tables.task, T.id == task.id)
    assert (row.state, row.ended_by, row.draft) == ("done", "first", {"said": "yours"})


def test_the_same_request_sent_twice_is_done_once(runtime: Runtime, case_id: UUID) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    for _ in range(2):
        complete_task(runtime, task.id, actor="clerk", answers={"said": " mine "})

    assert len(rows(runtime, tables.answer)) == 1


def test_an_older_revision_is_refused(runtime: Runtime, case_id: UUID) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    claim_task(runtime, task.id, actor="clerk", assignee="clerk")

    with pytest.raises(Changed):
        complete_task(runtime, task.id, actor="clerk", answers={"said": "x"}, revision=task.revision)


def test_a_task_taken_by_one_is_not_taken_by_another_unasked(runtime: Runtime, case_id: UUID) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    claim_task(runtime, task.id, actor="a", assignee="a")

    with pytest.raises(Changed):
        claim_task(runtime, task.id, actor="b", assignee="b")


def test_a_draft_is_kept(runtime: Runtime, case_id: UUID) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    save_draft(runtime, task.id, answers={"said": "half"})

    assert open_task(runtime, case_id, "AskFirst").draft == {"said": "half"}


def test_the_history_has_no_gaps(runtime: Runtime, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")

    with transaction(runtime.engine) as db:
        h = tables.history.c
        last, number = db.execute(select(func.max(h.sequence), func.count()).where(h.case_id == case_id)).one()
    assert last == number
