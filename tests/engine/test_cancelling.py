"""A case opened in error is ended at once, and nothing of it goes on."""

from uuid import UUID

import pytest

from engine import tables
from engine.cancelling import AlreadyOver, cancel_case
from engine.cases import complete_task
from engine.deliveries import send_due
from engine.errors import TaskNotWaiting
from engine.runtime import Runtime
from engine.timers import fire_due
from tests.engine.small import R, T, days_pass, do, new_case, open_task, rows
from tests.engine.test_deliveries import Shelf


def test_nothing_of_a_cancelled_case_goes_on(runtime: Runtime, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    cancel_case(runtime, case_id, actor="boss", reason="opened about the wrong person")
    days_pass(runtime, 30)
    shelf = Shelf()

    assert (fire_due(runtime), send_due(runtime, {"post": shelf}), shelf.sent) == (0, 0, [])
    (case,) = rows(runtime, tables.case, tables.case.c.id == case_id)
    assert (case.result, case.closed_at is not None) == ("cancelled", True)
    assert not rows(runtime, tables.listener)
    assert not rows(runtime, tables.task, T.state == "open")
    assert not rows(runtime, tables.timer, R.ended_at.is_(None))
    with pytest.raises(AlreadyOver):
        cancel_case(runtime, case_id, actor="boss", reason="again")


def test_a_task_of_a_cancelled_case_is_refused_and_its_answers_are_kept(runtime: Runtime, case_id: UUID) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    cancel_case(runtime, case_id, actor="boss", reason="opened twice")

    with pytest.raises(TaskNotWaiting):
        complete_task(runtime, task.id, actor="clerk", answers={"said": "too late"})
    assert rows(runtime, tables.task, T.id == task.id)[0].draft == {"said": "too late"}


def test_the_subject_may_have_a_new_case_afterwards(runtime: Runtime, case_id: UUID) -> None:
    (case,) = rows(runtime, tables.case)
    cancel_case(runtime, case_id, actor="boss", reason="wrong school")

    assert new_case(runtime, owner_id=case.owner_id, subject_id=case.subject_id) != case_id
