"""An import that is killed in the middle, by a real signal to a real process, and repeated."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from api.documents.render import render
from attendance import tables
from attendance.schools import save_school_calendar
from bench.register import upns
from engine import clock
from engine.database import transaction
from engine.ids import new_id
from engine.long_work import MOST_DEATHS
from engine.runtime import Runtime
from engine.tables import work
from handlers import REGISTRY
from handlers.facts import Facts
from handlers.imports import take_in_waiting
from tests.attendance.calendars import BROAD_REACH, broad_reach, day
from tests.database import ROOT, Server

PUPILS = 2000
TERM = [when for when in broad_reach().school_days if when <= day("Fri 20 Nov 2026")]
MARKS = PUPILS * len(TERM) * 2
SECONDS = 120


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes some seconds."""
    path = tmp_path_factory.mktemp("registers") / "register.csv"
    sessions = [f"{when},{half}\n" for when in TERM for half in ("AM,/", "PM,O")]
    with path.open("w") as file:
        file.write("UPN,Date,Session,Mark\n")
        for upn in upns(PUPILS):
            file.writelines(f"{upn},{session}" for session in sessions)
    return path


@pytest.fixture
def database(database_server: Server) -> Iterator[Engine]:
    """A database of its own, with the school, whose clock stands on the register's last day."""
    with database_server.database() as engine:
        with transaction(engine) as db:
            clock.start_at(db, clock.now(db).replace(year=2026, month=11, day=20, hour=16))
            save_school_calendar(db, BROAD_REACH, now=clock.now(db), new_id=new_id)
        yield engine


def started(engine: Engine, register: Path) -> "subprocess.Popen[str]":
    """The command, in a process of its own."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    # It tells how far it is more often than it usually does, so that the moment to kill it is not missed.
    program = "from handlers import imports; imports.TELL_SECONDS = 0.02; from api.cli import main; main()"
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", program, "register", "import", str(register), "--school", "999990", "--json"],
        cwd=ROOT,
        env={**os.environ, "FASTTRACK_DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kept(engine: Engine) -> tuple[int, int, int]:
    """How many pupils, imports and days of marks there are."""
    with transaction(engine) as db:
        counted = [
            db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.pupil, tables.register_import, tables.mark)
        ]
    return counted[0], counted[1], counted[2]


def newest_work(engine: Engine) -> Any:
    with transaction(engine) as db:
        return db.execute(select(work).order_by(work.c.id.desc()).limit(1)).one_or_none()


def kill_at(engine: Engine, process: "subprocess.Popen[str]", progress: float) -> None:
    """Kills the process once its work has come so far; it has no chance to clean up."""
    until = time.monotonic() + SECONDS
    while (row := newest_work(engine)) is None or row.progress < progress or row.state != "running":
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_an_import_killed_while_it_reads_or_saves_leaves_nothing_and_is_repeated(
    database: Engine, register: Path
) -> None:
    for progress in (0.01, 0.5):
        kill_at(database, started(database, register), progress)
        assert kept(database) == (0, 0, 0)

    done = started(database, register)
    out, err = done.communicate(timeout=SECONDS)

    assert done.returncode == 0, err
    found = json.loads(out)
    assert (found["marks_new"], found["repeats"]) == (MARKS, None)
    assert kept(database) == (PUPILS, 1, PUPILS * len(TERM))


def test_an_import_whose_process_was_killed_is_taken_up_by_another(database: Engine, register: Path) -> None:
    kill_at(database, started(database, register), 0.3)
    runtime = Runtime(database, REGISTRY, Facts, render)
    assert not take_in_waiting(runtime)  # its lease still runs

    with transaction(database) as db:
        ended = clock.NOW
        db.execute(update(work).where(work.c.ended_at.is_(None)).values(lease_until=ended))
    assert take_in_waiting(runtime)

    row = newest_work(database)
    assert (row.state, row.attempts, row.result["marks_new"]) == ("done", 2, MARKS)
    assert kept(database) == (PUPILS, 1, PUPILS * len(TERM))
    assert not take_in_waiting(runtime)


def test_an_import_that_killed_many_processes_is_given_up_and_nothing_of_it_is_kept(
    database: Engine, register: Path
) -> None:
    kill_at(database, started(database, register), 0.3)
    runtime = Runtime(database, REGISTRY, Facts, render)
    with transaction(database) as db:
        ended = clock.NOW
        db.execute(update(work).where(work.c.ended_at.is_(None)).values(lease_until=ended, attempts=MOST_DEATHS))

    assert take_in_waiting(runtime)

    row = newest_work(database)
    assert (row.state, row.problem[:23]) == ("failed", "8 processes ended while")
    assert kept(database) == (0, 0, 0)
    assert not take_in_waiting(runtime)


def test_an_import_cancelled_in_the_middle_leaves_nothing(database: Engine, register: Path) -> None:
    process = started(database, register)
    until = time.monotonic() + SECONDS
    while (row := newest_work(database)) is None or row.progress < 0.1:
        assert time.monotonic() < until
        time.sleep(0.01)

    with transaction(database) as db:
        db.execute(update(work).where(work.c.id == row.id).values(cancel_asked_at=clock.now(db), cancelled_by="ada"))
    out, _ = process.communicate(timeout=SECONDS)

    assert (process.returncode, json.loads(out)["error"]) == (1, "This was cancelled, and nothing of it was kept.")
    assert newest_work(database).state == "cancelled"
    assert kept(database) == (0, 0, 0)
    with transaction(database) as db:
        assert db.execute(select(tables.register_file)).all() == []
