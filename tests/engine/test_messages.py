"""What is told to a case of the small process, and when it is heard."""

from uuid import UUID

import pytest

from engine import clock, tables
from engine.cases import report
from engine.database import transaction
from engine.errors import (
    NotReportable,
)
from engine.inbox import deliver_waiting, put
from engine.runtime import Runtime
from engine.timers import fire_due
from tests.engine.small import days_pass, do, open_task, rows


def test_a_report_is_kept_heard_and_answered(runtime: Runtime, case_id: UUID) -> None:
    report(runtime, case_id, message="Complaint", actor="clerk", answers={"about": "the noise"})

    assert open_task(runtime, case_id, "AnswerComplaint")
    (message,) = rows(runtime, tables.inbox)
    assert (message.answers, message.routing) == ({"about": "the noise"}, {"about": "the noise"})
    assert message.heard_at is not None


def test_what_nobody_listens_for_cannot_be_reported(runtime: Runtime, case_id: UUID) -> None:
    with pytest.raises(NotReportable):
        report(runtime, case_id, message="Changed", actor="clerk", answers={})


def test_a_message_about_something_else_is_not_heard(runtime: Runtime, case_id: UUID) -> None:
    with transaction(runtime.engine) as db:
        put(db, case_id=case_id, message="Complaint", key="another topic", actor="x", now=clock.now(db))

    assert deliver_waiting(runtime) == 0


def test_a_waiting_message_is_heard_when_the_case_listens_again(runtime: Runtime, case_id: UUID) -> None:
    report(runtime, case_id, message="Complaint", actor="clerk", answers={"about": "the noise"})
    (case,) = rows(runtime, tables.case)
    with transaction(runtime.engine) as db:
        put(
            db, case_id=case_id, message="Complaint", key=case.reference, actor="x", now=clock.now(db),
            routing={"about": "the smell"},
        )  # fmt: skip
    assert deliver_waiting(runtime) == 0
    do(runtime, case_id, "AnswerComplaint")
    assert deliver_waiting(runtime) == 1

    assert open_task(runtime, case_id, "AnswerComplaint").visit == 2


def test_merged_messages_are_brought_up_to_date_never_doubled(runtime: Runtime, case_id: UUID) -> None:
    with transaction(runtime.engine) as db:
        for number in (1, 2):
            put(
                db, case_id=case_id, message="Changed", merge="Changed", actor=f"import {number}", now=clock.now(db)
            )  # fmt: skip

    (message,) = rows(runtime, tables.inbox)
    assert message.actor == "import 2"


def test_when_the_case_ends_unheard_messages_go_to_a_person(runtime: Runtime, case_id: UUID) -> None:
    with transaction(runtime.engine) as db:
        put(db, case_id=case_id, message="Changed", actor="x", now=clock.now(db))
    do(runtime, case_id, "AskFirst", said="hello")
    days_pass(runtime, 3.1)
    fire_due(runtime)
    do(runtime, case_id, "AskAgain", said="bye")

    (message,) = rows(runtime, tables.inbox)
    assert message.left_at is not None
