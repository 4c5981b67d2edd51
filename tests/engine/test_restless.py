"""A timer whose date does not move on is stopped, and the others go on."""

from uuid import UUID

import pytest
from sqlalchemy import Engine

from engine import tables
from engine.bundles import Bundle
from engine.cases import open_case
from engine.ids import new_id
from engine.projection import MOST_ROUNDS
from engine.runtime import Runtime
from engine.timers import fire_due
from engine.versions import publish
from engine.work import work_once
from tests.engine.drawing import Drawing
from tests.engine.small import OWNER, R, days_pass, rows, small_runtime

MOST = 200  # rounds of work, far more than are needed


def listening_for(runtime: Runtime, *waits: str) -> UUID:
    """A case that listens for one moment after the other, round and round, beside another that comes once."""
    drawing = Drawing()
    process = drawing.process("restless")
    process.flow(process.start("Begins"), process.parallel("Fork"))
    process.flow(
        "Fork", process.wait("Once", "in_days(1)"), process.wait("Never", "in_days(5000)"), process.end("Ends")
    )
    process.flow("Fork", process.exclusive("Listen"))
    for number, wait in enumerate(waits):
        process.flow(f"Said{number - 1}" if number else "Listen", process.wait(f"Moment{number}", wait))
        process.flow(
            f"Moment{number}", process.service(f"Said{number}", handler="small.choose", result=f"said_{number}")
        )
    process.flow(f"Said{len(waits) - 1}", "Listen")
    drawing.close(process)
    publish(runtime, Bundle("restless", {"restless.bpmn": drawing.content}), actor="owner")
    return open_case(runtime, process="restless", owner_id=OWNER, subject_id=new_id(), actor="opener")


@pytest.mark.parametrize("waits", [("in_days(-1)",), ("in_days(-1)", "in_days(-2)")])
def test_a_moment_that_has_always_passed_becomes_an_incident_and_the_others_go_on(
    engine: Engine, waits: tuple[str, ...]
) -> None:
    runtime = small_runtime(engine)
    listening_for(runtime, *waits)
    days_pass(runtime, 2)

    done = sum(work_once(runtime, {}) for _ in range(MOST))

    fired = rows(runtime, tables.timer, R.fired_at.is_not(None))
    (incident,) = rows(runtime, tables.incident)
    assert incident.problem.startswith("Restless")
    assert sum(row.element == "Once" for row in fired) == 1
    assert len(fired) <= len(waits) * (MOST_ROUNDS + 1) + 1
    assert done == len(fired) + 1


def test_rounds_that_were_missed_are_caught_up(engine: Engine) -> None:
    runtime = small_runtime(engine)
    listening_for(runtime, "in_days(2)")
    for _ in range(3):
        days_pass(runtime, 2.1)
        fire_due(runtime)

    assert rows(runtime, tables.incident) == []
    assert len(rows(runtime, tables.timer, R.element == "Moment0", R.fired_at.is_not(None))) == 3
