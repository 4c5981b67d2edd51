"""Cases with something of everything to do, and what can be wrong with them in the end."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, Row, func, select, text

from attendance import tables as records
from attendance.schools import save_school_calendar
from bench.register import upns
from engine import clock, tables
from engine.cases import complete_task, open_case
from engine.database import transaction
from engine.ids import new_id
from engine.inbox import put
from engine.steps import Step
from handlers.imports import queue_register
from tests.attendance.calendars import BROAD_REACH, broad_reach, day
from tests.engine.small import OWNER, days_pass, small_runtime

PUPILS = 3
DAYS = [when for when in broad_reach().school_days if when <= day("Fri 20 Nov 2026")]
LEASE_MINUTES = 10  # every lease has ended by then
TIMERS = {"ThreeDays", "FiveDays"}
# Two timers, a message and a letter are each one row of work; of a case that stands still nothing is left to do.
REST = text(
    """
    SELECT (SELECT count(*) FROM timer WHERE fired_at IS NULL AND ended_at IS NULL AND task_id IS NULL)
         + (SELECT count(*) FROM inbox WHERE heard_at IS NULL AND left_at IS NULL)
         + (SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending'))
         + (SELECT count(*) FROM work WHERE ended_at IS NULL)
    """
)


class Office:
    """A school and cases of the small process. Each case waits for two timers and a message, and sends a letter."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with transaction(engine) as db:
            clock.start_at(db, clock.now(db).replace(year=2026, month=11, day=20, hour=16))
            self.school_id, _ = save_school_calendar(db, BROAD_REACH, now=clock.now(db), new_id=new_id)
            db.execute(text("CREATE TABLE ledger (case_id uuid NOT NULL, what text NOT NULL)"))
        self.runtime = small_runtime(engine)
        self.cases: list[UUID] = []
        self.days: list[date] = []

    def bring_cases(self, number: int) -> None:
        """As many more, each with a letter to send, a message to hear and two timers, all due at once."""
        for _ in range(number):
            case_id = open_case(self.runtime, process="small", owner_id=OWNER, subject_id=new_id(), actor="opener")
            t, c = tables.task.c, tables.case.c
            with transaction(self.engine) as db:
                task_id = db.execute(select(t.id).where(t.case_id == case_id, t.element == "AskFirst")).scalar_one()
            complete_task(self.runtime, task_id, actor="ada", answers={"said": "something"})
            with transaction(self.engine) as db:
                topic = db.execute(select(c.reference).where(c.id == case_id)).scalar_one()
                put(db, case_id=case_id, message="Complaint", key=topic, actor="ben", now=clock.now(db))
            self.cases.append(case_id)
        days_pass(self.runtime, 6)

    def bring_register(self) -> None:
        """One more day of the register, to be imported."""
        self.days.append(DAYS[-1 - len(self.days)])
        rows = [f"{upn},{self.days[-1]},{half}" for upn in upns(PUPILS) for half in ("AM,/", "PM,O")]
        content = "\n".join(["UPN,Date,Session,Mark", *rows]).encode()
        name = f"{self.days[-1]}.csv"
        queue_register(self.runtime, school_id=self.school_id, filename=name, content=content, actor="ada")

    def let_leases_end(self) -> None:
        """What workers had in hand that are dead is anybody's."""
        days_pass(self.runtime, LEASE_MINUTES / 24 / 60)

    def left_to_do(self) -> int:
        """How many rows of work there still are."""
        with transaction(self.engine) as db:
            return int(db.execute(REST).scalar_one())

    def incidents(self) -> list[Row[tuple[str, UUID, str]]]:
        """What is open: the command, its case, and the problem."""
        i = tables.incident.c
        with transaction(self.engine) as db:
            return list(db.execute(select(i.command, i.case_id, i.problem).where(i.resolved_at.is_(None))))

    def problems(self, sent: Path) -> Iterator[str]:
        """Everything that was lost, or done twice. `sent` holds what the channel was given."""
        yield from (f"An incident: {row.command}: {row.problem}" for row in self.incidents())
        with transaction(self.engine) as db:
            h, d, m = tables.history.c, tables.delivery.c, records.mark.c
            happened = list(db.execute(select(h.case_id, h.sequence, h.what, h.facts).order_by(h.case_id, h.sequence)))
            raised = Counter(db.execute(text("SELECT case_id FROM ledger")).scalars())
            states = {str(row.id): row.state for row in db.execute(select(d.id, d.state))}
            marks = Counter(db.execute(select(m.day)).scalars())
        for case_id in self.cases:
            mine = [row for row in happened if row.case_id == case_id]
            if [row.sequence for row in mine] != list(range(1, len(mine) + 1)):
                yield f"{case_id}: its history is not numbered from one on."
            fired = Counter(row.facts["element"] for row in mine if row.what == "timer_fired")
            if fired != Counter(TIMERS):
                yield f"{case_id}: timers fired: {dict(fired)}."
            if (heard := sum(row.what == "heard" for row in mine)) != 1:
                yield f"{case_id}: its message was heard {heard} times."
            if raised[case_id] != 1:
                yield f"{case_id}: its deadline was raised {raised[case_id]} times."
            with transaction(self.engine) as db:
                open_tasks = sorted(
                    place.element
                    for place in Step.locked(self.runtime, db, case_id, actor="reader").workflow.user_tasks()
                )
            if open_tasks != ["AnswerComplaint", "AskAgain"]:
                yield f"{case_id}: stands at {open_tasks}."
        given = Counter(sent.read_text().split() if sent.exists() else ())
        if len(states) != len(self.cases):
            yield f"There are {len(states)} letters for {len(self.cases)} cases."
        for delivery_id, state in states.items():
            # Whoever died between sending and saying so has left a doubt, which a person settles.
            least = {"sent": 1, "in_doubt": 0}.get(state, 2)
            if not least <= given[delivery_id] <= 1:
                yield f"{delivery_id}: {state}, and sent {given[delivery_id]} times."
        if marks != Counter(dict.fromkeys(self.days, PUPILS)):
            yield f"Marks: {dict(marks)}."

    def doubts(self) -> int:
        """How many letters a person must ask about."""
        d = tables.delivery.c
        with transaction(self.engine) as db:
            return int(db.execute(select(func.count()).where(d.state == "in_doubt")).scalar_one())
