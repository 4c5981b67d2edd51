"""A worker is killed while cases follow a new calendar: the next one does the rest, and none twice."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine import tables
from engine.database import transaction
from tests.attendance.calendars import day
from tests.builders import make_adult, make_pupil, mark_register
from tests.database import ROOT
from tests.journeys.calendar_office import CalendarOffice
from tests.journeys.world import MARKED_TO, World

CASES, KILLS = 8, 2
WORKER = """
from api.settings import load_settings
from api.wiring import wired
from engine.rescheduling import reschedule_outdated
with wired(load_settings()) as wiring:
    print("ready", flush=True)
    reschedule_outdated(wiring.runtime)
"""


@pytest.fixture
def settings(engine: Engine, tmp_path: Path) -> dict[str, str]:
    """A process of its own on the test's database."""
    return {
        **os.environ,
        "FASTTRACK_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "FASTTRACK_DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }


def open_cases(world: World) -> None:
    for serial in range(CASES):
        with transaction(world.player.runtime.engine) as db:
            pupil = make_pupil(db, world.school, upn=f"P{serial:012}")
            mark_register(db, pupil, last=MARKED_TO)
            make_adult(db, world.school, pupil)
        world.player.open(world.school, pupil)


def followed(world: World) -> int:
    return len(world.rows(tables.history, what="calendar_changed"))


def test_killed_workers_leave_every_case_moved_once(world: World, settings: dict[str, str]) -> None:
    open_cases(world)
    office = CalendarOffice(world)
    # One of the twenty working days before the first session runs out of time.
    office.approve_statement(office.proclaim(day("Wed 31 Mar 2027")), settle=False)

    killed = 0
    for _ in range(KILLS):
        before = followed(world)
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=settings, stdout=subprocess.PIPE)  # noqa: S603
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 30
        while followed(world) == before and time.monotonic() < deadline:
            time.sleep(0.005)
        killed += worker.poll() is None
        worker.kill()
        worker.wait()

    assert killed > 0
    world.player.settle()
    assert followed(world) == CASES
    assert [row.due_at for row in world.rows(tables.timer, element="NextLimitationDate")] == [
        world.rows(tables.timer, element="NextLimitationDate")[0].due_at
    ] * CASES
    assert len(world.rows(tables.history, what="timer_rescheduled")) == CASES
    assert world.incidents() == []
