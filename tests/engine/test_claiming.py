"""Work is claimed one row at a time; what kills its worker, or outlives its lease, does no harm."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from engine import clock, tables
from engine.claiming import MOST_DEATHS, Claimed, claim, take, work_off
from engine.commands import retry
from engine.database import transaction
from engine.ids import new_id
from engine.inbox import QUEUE as MESSAGES
from engine.inbox import deliver_waiting, hear, put
from engine.runtime import Runtime
from engine.timers import QUEUE as TIMERS
from engine.timers import fire_due, fire_timer
from tests.engine.small import OWNER, R, days_pass, do, new_case, open_task, rows

I = tables.inbox.c  # noqa: E741
THREE_MINUTES = timedelta(minutes=3) / timedelta(days=1)


@pytest.fixture
def waiting(runtime: Runtime, case_id: UUID) -> UUID:
    """A case whose wait of three days is over."""
    do(runtime, case_id, "AskFirst", said="hello")
    days_pass(runtime, 3.1)
    return case_id


def claimed(runtime: Runtime, queue: Any = TIMERS) -> Claimed | None:
    """What a worker claims that dies at once."""
    return claim(runtime, queue, case_id=None) if queue is TIMERS else claim(runtime, queue)


def tell(runtime: Runtime, case_id: UUID, *about: str) -> None:
    (case,) = rows(runtime, tables.case, tables.case.c.id == case_id)
    with transaction(runtime.engine) as db:
        for word in about:
            put(
                db, case_id=case_id, message="Complaint", key=case.reference, routing={"about": word}, actor="x",
                now=clock.now(db),
            )  # fmt: skip


def test_a_row_is_one_workers_while_its_lease_lasts(runtime: Runtime, waiting: UUID) -> None:
    first, second = claimed(runtime), claimed(runtime)

    assert first is not None
    assert second is None
    assert fire_due(runtime) == 0
    days_pass(runtime, THREE_MINUTES)
    assert fire_due(runtime) == 1


def test_an_attempt_is_counted_and_leased_before_the_work_is_begun(runtime: Runtime, waiting: UUID) -> None:
    seen: list[tuple[int, bool]] = []

    def look(_: Claimed) -> None:
        (row,) = rows(runtime, tables.timer, R.element == "ThreeDays")
        seen.append((row.attempts, row.lease_until is not None))

    work_off(runtime, TIMERS, look, limit=1, case_id=None)

    assert seen == [(1, True)]


def test_whoever_outlived_their_lease_does_nothing(runtime: Runtime, waiting: UUID) -> None:
    first = claimed(runtime)
    days_pass(runtime, THREE_MINUTES)
    second = claimed(runtime)
    assert first is not None
    assert second is not None

    fire_timer(runtime, first.command)
    assert rows(runtime, tables.timer, R.element == "ThreeDays")[0].fired_at is None
    fire_timer(runtime, second.command)
    fire_timer(runtime, first.command)

    assert open_task(runtime, waiting, "AskAgain").visit == 1


def test_a_row_that_is_new_again_is_not_taken_for_the_old_one(runtime: Runtime, waiting: UUID) -> None:
    first = claimed(runtime)
    assert first is not None
    days_pass(runtime, THREE_MINUTES)
    with transaction(runtime.engine) as db:
        db.execute(update(tables.timer).values(attempts=0, lease_until=None))
    second = claimed(runtime)

    assert second is not None
    assert second.attempt == first.attempt
    with transaction(runtime.engine) as db:
        assert take(db, TIMERS, first.command) is None
        assert take(db, TIMERS, second.command) is not None


def test_a_message_that_kills_its_workers_becomes_an_incident_and_the_others_are_heard(
    runtime: Runtime, case_id: UUID
) -> None:
    other = new_case(runtime, owner_id=OWNER, subject_id=new_id())
    tell(runtime, case_id, "the poison")
    for _ in range(MOST_DEATHS):
        assert claimed(runtime, MESSAGES) is not None
        days_pass(runtime, THREE_MINUTES)
    tell(runtime, other, "the noise")

    assert deliver_waiting(runtime) == 2

    (incident,) = rows(runtime, tables.incident)
    assert (incident.case_id, incident.owner_id, incident.command) == (case_id, OWNER, "hear")
    assert "Three workers died" in incident.problem
    assert open_task(runtime, other, "AnswerComplaint")
    assert deliver_waiting(runtime) == 0
    retry(runtime, incident.id, actor="boss")
    assert open_task(runtime, case_id, "AnswerComplaint")
    assert rows(runtime, tables.incident)[0].resolved_by == "boss"


def test_messages_of_one_kind_are_heard_in_the_order_in_which_they_came(runtime: Runtime, case_id: UUID) -> None:
    tell(runtime, case_id, "the noise", "the smell")
    first, second = claimed(runtime, MESSAGES), deliver_waiting(runtime)

    assert first is not None
    assert second == 0, "while the first is in hand, the second waits"
    days_pass(runtime, THREE_MINUTES)
    assert deliver_waiting(runtime) == 1
    (message,) = rows(runtime, tables.inbox, I.heard_at.is_not(None))
    assert message.routing == {"about": "the noise"}


def test_a_message_whose_listener_has_gone_meanwhile_waits_on_as_if_new(runtime: Runtime, case_id: UUID) -> None:
    tell(runtime, case_id, "the noise")
    message = claimed(runtime, MESSAGES)
    assert message is not None
    with transaction(runtime.engine) as db:
        db.execute(update(tables.listener).values(key="another topic"))
    hear(runtime, message.command)

    (row,) = rows(runtime, tables.inbox)
    assert (row.attempts, row.lease_until, row.heard_at) == (0, None, None)


def test_a_deadlock_is_tried_again_a_little_later(runtime: Runtime, waiting: UUID) -> None:
    tried: list[int] = []

    def fail(each: Claimed) -> None:
        tried.append(each.attempt)
        raise OperationalError("UPDATE", {}, DeadlockDetected())

    for _ in range(MOST_DEATHS):
        assert work_off(runtime, TIMERS, fail, limit=9, case_id=None) == 1
        assert fire_due(runtime) == 0
        days_pass(runtime, 0.1)

    assert tried == [1, 2, 3]
    (incident,) = rows(runtime, tables.incident)
    assert "DeadlockDetected" in incident.problem


def test_a_person_waits_for_whoever_has_the_timer_in_hand(runtime: Runtime, waiting: UUID) -> None:
    tell(runtime, waiting, "the noise")
    in_hand = claimed(runtime)
    assert in_hand is not None
    person = threading.Thread(target=lambda: deliver_waiting(runtime))
    person.start()
    person.join(0.3)
    assert person.is_alive(), "the message waits until what was due has been fired"

    fire_timer(runtime, in_hand.command)
    person.join(5)

    h = tables.history.c
    with transaction(runtime.engine) as db:
        what = list(
            db.execute(
                select(h.what).where(h.case_id == waiting, h.what.in_(("timer_fired", "heard"))).order_by(h.sequence)
            ).scalars()
        )
    assert what == ["timer_fired", "heard"]


def test_whoever_stops_does_only_what_is_in_hand(runtime: Runtime, waiting: UUID) -> None:
    new_case(runtime, owner_id=OWNER, subject_id=new_id())
    days_pass(runtime, 30)
    asked = iter([True, False])

    assert fire_due(runtime, go_on=lambda: next(asked)) == 1
