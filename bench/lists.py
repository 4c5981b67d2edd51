"""How long the lists of tasks and timers take with many open cases: from SQL alone, no case is restored.

    python -m bench.lists [--cases 1000 100000]

The same school leads and the same officer of the authority ask, whose lists grow with the number of cases: first pages,
later ones, and what is overdue. Cases are opened by the engine, and copied by the database until there are enough.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from uuid import UUID

from sqlalchemy import Connection, text

from bench.engine import database, percentile
from bench.our_side import OurSide
from bench.sides import REMARK
from engine.clock import now as read_clock
from engine.database import transaction
from engine.ids import new_id
from engine.people import Actor
from engine.queries import tasks as task_lists
from engine.queries import timers as timer_lists
from engine.queries.pages import Page, Wanted
from engine.queries.tasks import Due, Scope
from engine.queries.timers import State

SEED = 200  # cases that the engine opens itself
SCHOOLS = 20
ASKED = 100  # times each list
ROLES = frozenset({"clerk"})
COPY = """
    INSERT INTO "{table}" ({names})
    SELECT {values} FROM "{table}" AS t, generate_series({first}, {last}) AS k
    WHERE t.{case} IN (SELECT id FROM seed)
"""
# Every second case waits for an answer that was due or will be; the day is the copy's own.
SPREAD = (
    """UPDATE "case" SET owner_id = ((CAST(:schools AS uuid[]))[1 + abs(hashtext(id::text)) % :number])""",
    'UPDATE task SET owner_id = c.owner_id FROM "case" AS c WHERE c.id = case_id',
    'UPDATE timer SET owner_id = c.owner_id FROM "case" AS c WHERE c.id = case_id',
    "UPDATE timer SET due_at = now() + (hashtext(id::text) % 1000) * interval '2 hours' WHERE due_at > now()",
    "UPDATE task SET due_at = now() + (hashtext(id::text) % 999) * interval '2 hours' WHERE hashtext(id::text) % 3 = 0",
)


def grow(db: Connection, *, first: int, last: int) -> None:
    """So many copies of each seed, with all that lists show of it."""
    for table, case in (("case", "id"), ("task", "case_id"), ("timer", "case_id")):
        names = db.execute(
            text(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = :table AND is_generated = 'NEVER' ORDER BY ordinal_position"
            ),
            {"table": table},
        ).scalars()
        values = {name: f't."{name}"' for name in names}
        for name in ("id", "case_id", "token", "subject_id", "task_id"):
            if name in values:
                values[name] = f"CAST(md5(t.{name}::text || k) AS uuid)"
        if "reference" in values:
            values["reference"] = "t.reference || '-' || k"
        listed = ", ".join(f'"{name}"' for name in values)
        copy = COPY.format(
            table=table, names=listed, values=", ".join(values.values()), first=first, last=last, case=case
        )
        db.execute(text(copy))


def open_cases(side: OurSide, number: int, *, before: int) -> None:
    """As many open cases as are wanted, in the schools."""
    with transaction(side.runtime.engine) as db:
        if not before:
            db.execute(text('CREATE TABLE seed AS SELECT id FROM "case"'))
        grow(db, first=max(1, before // SEED), last=number // SEED - 1)
        for statement in SPREAD:
            db.execute(text(statement), {"schools": list(SCHOOL_IDS), "number": SCHOOLS})
    with side.runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE"))


SCHOOL_IDS = [new_id() for _ in range(SCHOOLS)]
List = Callable[[Connection, datetime, Wanted], Page]


def lists(pick: Random) -> Iterator[tuple[str, List]]:
    """Every list that is measured, by its name."""
    school = pick.choice(SCHOOL_IDS)
    lead = Actor(new_id(), "lead", {school: ROLES})
    officer = Actor(new_id(), "officer", dict.fromkeys(SCHOOL_IDS, ROLES))
    for who, actor in (("a school's", lead), ("the authority's", officer)):
        owners: list[UUID] = list(actor.roles)

        def all_tasks(db: Connection, now: datetime, wanted: Wanted, actor: Actor = actor) -> Page:
            return task_lists.tasks(db, actor, wanted=wanted, now=now, scope=Scope.ALL)

        def late_tasks(db: Connection, now: datetime, wanted: Wanted, actor: Actor = actor) -> Page:
            return task_lists.tasks(db, actor, wanted=wanted, now=now, due=Due.OVERDUE)

        def all_timers(db: Connection, now: datetime, wanted: Wanted, owners: list[UUID] = owners) -> Page:
            return timer_lists.timers(db, owners, wanted=wanted, now=now)

        def late_timers(db: Connection, now: datetime, wanted: Wanted, owners: list[UUID] = owners) -> Page:
            return timer_lists.timers(db, owners, wanted=wanted, now=now, state=State.OVERDUE)

        def my_tasks(db: Connection, now: datetime, wanted: Wanted, actor: Actor = actor) -> Page:
            return task_lists.tasks(db, actor, wanted=wanted, now=now, scope=Scope.MINE)

        def rare_tasks(db: Connection, now: datetime, wanted: Wanted, owners: list[UUID] = owners) -> Page:
            somebody = Actor(new_id(), "with a role that has no tasks", dict.fromkeys(owners, frozenset({"nobody"})))
            return task_lists.tasks(db, somebody, wanted=wanted, now=now)

        yield f"{who} tasks", all_tasks
        yield f"{who} tasks, mine", my_tasks
        yield f"{who} tasks, of a rare role", rare_tasks
        yield f"{who} overdue tasks", late_tasks
        yield f"{who} timers", all_timers
        yield f"{who} overdue timers", late_timers


def measured(side: OurSide) -> dict[str, list[float]]:
    """Milliseconds of each list, three pages of it, asked again and again."""
    took: dict[str, list[float]] = {}
    pick = Random(5)  # noqa: S311 - the same schools each time
    for _ in range(ASKED // 3 + 1):
        for name, read in lists(pick):
            after: UUID | None = None
            for _ in range(3):
                with transaction(side.runtime.engine) as db:
                    now = read_clock(db)
                    began = time.perf_counter()
                    page = read(db, now, Wanted(after=after))
                    took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
                after = page.next
                if after is None:
                    break
    return took


def main() -> None:
    """Prints the median and the 95th percentile of each list at each size, and how much the last is of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000, 100_000])
    sizes = parser.parse_args().cases
    told: dict[str, list[tuple[float, float]]] = {}
    with database() as url:
        side = OurSide(url)
        for number in range(SEED):
            case_id = side.open()
            if number % 2:
                side.complete(side.find(case_id, "AskFirst"), "AskFirst", {"remark": REMARK})
                time.sleep(0.002)
                side.fire(case_id)
        before = 0
        for size in sizes:
            open_cases(side, size, before=before)
            before = size
            for name, took in measured(side).items():
                told.setdefault(name, []).append((statistics.median(took), percentile(took, 95)))
        side.runtime.engine.dispose()
    sys.stdout.write(f"{'ms: median / 95th percentile':32}" + "".join(f"{size:>12,} open" for size in sizes) + "\n")
    for name, figures in told.items():
        shown = "".join(f"{median:9.1f} /{most:6.1f}" for median, most in figures)
        sys.stdout.write(f"{name:32}{shown}{figures[-1][1] / figures[0][1]:8.2f} ×\n")


if __name__ == "__main__":
    main()
