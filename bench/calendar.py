"""How long a change of a school's calendar takes: its preview, the cases that follow, and the question who is behind.

    python -m bench.calendar [--cases 100] [--schools 400]

Opens so many cases in one school and brings each to the notice of its panel; a proclaimed bank holiday then moves
moments of every one. The question that every tick asks is put with as many schools, each with 1,000 open timers.
"""

import argparse
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import UUID

from sqlalchemy import Engine, text

from attendance.proclamations import draft_proclamation
from engine import clock
from engine.database import transaction
from engine.ids import new_id
from engine.rescheduling import reschedule_outdated
from handlers.calendar_basis import CalendarBasis
from handlers.calendar_preview import preview_proclamation
from handlers.calendars import approve_statement
from tests.builders import make_adult, make_pupil, mark_register
from tests.database import running_server
from tests.journeys.world import MARKED_TO, World, new_world

HOLIDAY = date(2026, 11, 27)
TIMERS = 1_000
ROUNDS = 20


def cases_at_notice(world: World, number: int) -> list[UUID]:
    """So many cases whose invitations are posted."""
    cases = []
    for serial in range(number):
        with transaction(world.player.runtime.engine) as db:
            pupil = make_pupil(db, world.school, upn=f"P{serial:012}", surname=f"Pupil {serial}")
            mark_register(db, pupil, last=MARKED_TO)
            make_adult(db, world.school, pupil)
        case = world.player.open(world.school, pupil)
        world.do(case, "ReviewEarlySupport", "EstablishParents", "ArrangeMeeting", "ConfirmPosting")
        cases.append(case)
    return cases


def add_schools(engine: Engine, case: UUID, number: int) -> None:
    """So many schools, each with its calendar and timers that are up to date with it."""
    with engine.begin() as db:
        db.execute(
            text("""
            INSERT INTO school (id, urn, laestab, name, phone, address)
            SELECT gen_random_uuid(), 'S' || n, '9260000', 'School ' || n, '', '[]' FROM generate_series(1, :n) n
            """),
            {"n": number},
        )
        db.execute(
            text("""
            INSERT INTO calendar (id, school_id, version, content, created_at)
            SELECT gen_random_uuid(), id, v, '{}', now() FROM school, generate_series(1, 3) v WHERE urn LIKE 'S%'
            """)
        )
        db.execute(
            text("""
            INSERT INTO timer (id, case_id, owner_id, token, element, path, visit, name, kind, due_at, expression,
                derivation, calendar_version, created_at)
            SELECT gen_random_uuid(), :case, id, gen_random_uuid(), 'E', 'E', 1, 'E', 'wait', now() + interval '1 year',
                '', '[]', '3', now() FROM school, generate_series(1, :timers) WHERE urn LIKE 'S%'
            """),
            {"case": case, "timers": TIMERS},
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("ANALYZE"))


def main() -> None:
    """Measures and prints, one figure a line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int, default=100)
    asked.add_argument("--schools", type=int, default=400)
    wanted = asked.parse_args()
    with running_server() as server, server.database() as engine, tempfile.TemporaryDirectory() as folder:
        world = new_world(engine, Path(folder))
        runtime = world.player.runtime
        cases = cases_at_notice(world, wanted.cases)
        with transaction(engine) as db:
            statement = draft_proclamation(
                db, title="A coronation", added=[HOLIDAY], author="bench", now=clock.now(db), new_id=new_id
            )

        begun = perf_counter()
        (found,) = preview_proclamation(runtime, statement)
        took = perf_counter() - begun
        moved = sum(len(case.moved) for case in found.cases)
        print(f"preview of {found.open_cases} open cases: {took:.2f} s, {moved} moments move")

        approve_statement(runtime, statement, by="bench", reason="a measurement")
        begun = perf_counter()
        followed = 0
        while done := reschedule_outdated(runtime):
            followed += done
        took = perf_counter() - begun
        print(f"{followed} cases brought up to date: {took:.2f} s, {1000 * took / followed:.1f} ms a case")

        add_schools(engine, cases[0], wanted.schools)
        times = []
        for _ in range(ROUNDS):
            with transaction(engine) as db:
                now = clock.now(db)
                begun = perf_counter()
                behind = CalendarBasis().outdated(db, now=now, held_back=())
                times.append(perf_counter() - begun)
        timers = wanted.schools * TIMERS
        print(
            f"who is behind, of {wanted.schools} schools and {timers} timers: {1000 * median(times):.1f} ms, {behind}"
        )


if __name__ == "__main__":
    main()
