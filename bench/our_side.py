"""The benchmark's process through the whole engine: tasks, timers, answers, history and state in one transaction."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, text

from api import migrations
from api.database import make_engine, mark
from bench.sides import BUNDLE, PEOPLE, Sizes, answer_side
from engine import tables
from engine.bundles import Bundle, read_folder
from engine.calls import Call, CaseFacts
from engine.cases import complete_task, open_case
from engine.database import transaction
from engine.ids import new_id
from engine.policy import Policy
from engine.registry import Accepted, Registry, fact, handler
from engine.runtime import Runtime
from engine.timers import fire_due
from engine.versions import publish

OWNER = new_id()


@dataclass(frozen=True)
class BenchFacts:
    """What the benchmark's process may read."""

    db: Connection
    case: CaseFacts
    now: datetime
    policy: Policy


@fact
def soon(facts: BenchFacts) -> str:
    """A moment that has come when the timer is looked at again."""
    return (facts.now + timedelta(milliseconds=1)).isoformat()


@fact
def later(facts: BenchFacts) -> str:
    """A moment far away."""
    return (facts.now + timedelta(days=30)).isoformat()


@handler("bench.people")
def people(call: Call) -> list[str]:
    """Who is asked."""
    return list(PEOPLE)


@handler("bench.decide")
def decide(call: Call, answers: dict[str, Any]) -> Accepted:
    """Which way to go."""
    return Accepted(routing={"way": answers["chosen"]}, happened_on=call.today)


@handler("bench.raise")
def raise_it(call: Call, *, deadline: str) -> None:
    """Brings a missed deadline before somebody."""
    call.raise_deadline(deadline)


@handler("bench.write")
def write(call: Call) -> None:
    """Nothing more than the history says."""


def no_letters(template: bytes, fields: Mapping[str, Any]) -> tuple[str, bytes]:
    """Nothing is sent here."""
    raise LookupError


class OurSide:
    """Cases in the engine's own tables."""

    def __init__(self, url: str) -> None:
        database = make_engine(url)
        migrations.upgrade(database)
        mark(database, demo=False)
        self.runtime = Runtime(database, Registry.of(sys.modules[__name__]), BenchFacts, no_letters)
        publish(self.runtime, Bundle("bench", read_folder(BUNDLE).files), actor="bench")

    def open(self) -> UUID:
        """A new case, run to its first task."""
        return open_case(self.runtime, process="bench", owner_id=OWNER, subject_id=new_id(), actor="bench")

    def find(self, case_id: UUID, element: str) -> UUID:
        """The first open task of an element."""
        t = tables.task.c
        with transaction(self.runtime.engine) as db:
            first = select(t.id).where(t.case_id == case_id, t.element == element, t.state == "open").limit(1)
            return db.execute(first).scalar_one()  # type: ignore[no-any-return]

    def complete(self, task_id: UUID, element: str, answers: dict[str, str]) -> None:
        """Does one task."""
        complete_task(self.runtime, task_id, actor="bench", answers=dict(answers))

    def fire(self, case_id: UUID) -> None:
        """Lets whichever timer fire that has been due for longest: claimed as the sweep claims it."""
        if fire_due(self.runtime, limit=1) != 1:
            raise RuntimeError("No timer was due.")

    def is_over(self, case_id: UUID) -> bool:
        """Whether a case has ended."""
        c = tables.case.c
        with transaction(self.runtime.engine) as db:
            return db.execute(select(c.closed_at.is_not(None)).where(c.id == case_id)).scalar_one()  # type: ignore[no-any-return]

    def sizes(self) -> Sizes:
        """What the cases take, with their tasks, timers, answers and history."""
        s = tables.case_state.c
        names = ("case", "case_state", "task", "timer", "answer", "history", "listener")
        whole = " + ".join(f"pg_total_relation_size('\"{name}\"')" for name in names)
        with transaction(self.runtime.engine) as db:
            row = db.execute(
                select(
                    func.count(), func.coalesce(func.avg(func.octet_length(s.state) + func.octet_length(s.visits)), 0)
                )
            ).one()
            return Sizes(cases=row[0], state=float(row[1]), disk=db.execute(text(f"SELECT {whole}")).scalar_one())


if __name__ == "__main__":
    answer_side(OurSide(sys.argv[1]))
