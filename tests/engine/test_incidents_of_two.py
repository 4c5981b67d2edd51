"""Two people, or two reports, that fail alike: nobody's words replace or settle anybody else's."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, text

from engine import tables
from engine.cases import complete_task, report
from engine.commands import retry
from engine.errors import IncidentRaised
from engine.runtime import Runtime
from tests.engine.small import BROKEN, open_task, rows


def test_a_report_that_succeeds_does_not_settle_another_that_failed(runtime: Runtime, case_id: UUID) -> None:
    with pytest.raises(IncidentRaised) as raised:
        report(runtime, case_id, message="Complaint", actor="clerk", answers={"about": "break"})
    report(runtime, case_id, message="Complaint", actor="clerk", answers={"about": "the noise"})

    (incident,) = rows(runtime, tables.incident)
    assert (str(incident.id), incident.resolved_at) == (raised.value.incident_id, None)
    assert incident.arguments["answers"] == {"about": "break"}


def test_the_same_report_again_settles_the_one_that_failed(runtime: Runtime, case_id: UUID) -> None:
    BROKEN.add("small.complaint")
    for _ in range(2):
        with pytest.raises(IncidentRaised):
            report(runtime, case_id, message="Complaint", actor="clerk", answers={"about": "the noise"})
    BROKEN.clear()
    report(runtime, case_id, message="Complaint", actor="clerk", answers={"about": "the noise"})

    (incident,) = rows(runtime, tables.incident)
    assert (incident.attempts, incident.resolved_at is not None) == (2, True)


def test_answers_of_two_people_to_one_task_are_two_incidents(runtime: Runtime, case_id: UUID) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    BROKEN.add("small.tell")
    for actor, said in (("ann", "a"), ("bob", "b")):
        with pytest.raises(IncidentRaised):
            complete_task(runtime, task.id, actor=actor, answers={"said": said})
    kept = {row.actor: row.arguments["answers"] for row in rows(runtime, tables.incident)}
    assert kept == {"ann": {"said": "a"}, "bob": {"said": "b"}}

    BROKEN.clear()
    first = next(row for row in rows(runtime, tables.incident) if row.actor == "ann")
    retry(runtime, first.id, actor="boss")

    (answer,) = rows(runtime, tables.answer)
    assert (answer.actor, answer.answers["said"]) == ("ann", "a")
    assert all(row.resolved_at is not None for row in rows(runtime, tables.incident))


def test_two_who_fail_at_the_same_moment_at_the_same_thing_are_one_incident(runtime: Runtime, case_id: UUID) -> None:
    task = open_task(runtime, case_id, "AskFirst")
    BROKEN.add("small.tell")
    with pytest.raises(IncidentRaised):
        complete_task(runtime, task.id, actor="ann", answers={"said": "a"})
    (first,) = rows(runtime, tables.incident)

    with runtime.engine.begin() as db:
        db.execute(delete(tables.incident))
    with runtime.engine.connect() as db:
        # The other request is between writing its incident and the commit.
        db.execute(insert(tables.incident).values(first._asdict()))
        with ThreadPoolExecutor(1) as pool:
            failing = pool.submit(complete_task, runtime, task.id, actor="ann", answers={"said": "a"})
            wait_until_somebody_waits(runtime)
            db.commit()
            assert isinstance(failing.exception(), IncidentRaised)

    (incident,) = rows(runtime, tables.incident)
    assert (incident.id, incident.attempts) == (first.id, 2)


def wait_until_somebody_waits(runtime: Runtime) -> None:
    """Until a transaction waits for another one's row."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(1_000):
        with runtime.engine.connect() as db:
            if db.execute(waiting).scalar_one():
                return
        time.sleep(0.01)
    raise AssertionError("Nobody waits.")
