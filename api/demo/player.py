"""Plays the people of a school on a demo's clock, through the same use cases that the API calls."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from api.demo.answers import FORMS
from api.demo.question import Question
from engine import clock, tables
from engine.cases import complete_task, open_case, report
from engine.database import AnyRow, transaction
from engine.deliveries import Channel
from engine.reading import read_report, read_task
from engine.runtime import Runtime
from engine.work import work_once

PROCESS = "fast_track"
MOST_ROUNDS = 500
OFFICE_OPENS = time(9)


class NothingHappens(Exception):
    """The case waits for something that no time brings."""


@dataclass(frozen=True)
class Player:
    """Everybody of a school at once. `actor` is who signs what they do."""

    runtime: Runtime
    channels: dict[str, Channel]
    actor: str

    def open(self, school_id: UUID, pupil_id: UUID) -> UUID:
        """Opens a case about a pupil."""
        return open_case(self.runtime, process=PROCESS, owner_id=school_id, subject_id=pupil_id, actor=self.actor)

    def do(self, case_id: UUID, element: str, *, variant: dict[str, Any] | None = None, **answers: Any) -> None:
        """Does an open task as the demo would, with these answers in place of its own.

        `variant` chooses among what the demo would answer, such as {"code": "O3"} for an outcome.
        """
        task = self.task(case_id, element)
        row, asked = read_task(self.runtime, task.id)
        given = {} if asked is None else self._answers(row.form, asked.prepared, variant or {})
        complete_task(self.runtime, task.id, actor=self.actor, answers={**given, **answers})

    def report(self, case_id: UUID, message: str, *, variant: dict[str, Any] | None = None, **answers: Any) -> None:
        """Tells a case something, with these answers in place of the demo's own."""
        asked = read_report(self.runtime, case_id, message)
        given = self._answers(asked.form.id, asked.prepared, variant or {}) if asked.form else {}
        report(self.runtime, case_id, message=message, actor=self.actor, answers={**given, **answers})

    def task(self, case_id: UUID, element: str) -> AnyRow:
        """The open task of an element. Raises LookupError naming what is open instead."""
        t = tables.task.c
        with transaction(self.runtime.engine) as db:
            rows = db.execute(select(tables.task).where(t.case_id == case_id, t.state == "open").order_by(t.id)).all()
        found = next((row for row in rows if row.element == element), None)
        if found is None:
            raise LookupError(f"{element} does not wait. Open: {', '.join(row.element for row in rows) or 'nothing'}.")
        return found

    def waits(self, case_id: UUID, element: str) -> bool:
        """Whether a task of this element is open."""
        t = tables.task.c
        with transaction(self.runtime.engine) as db:
            wanted = select(func.count()).where(t.case_id == case_id, t.element == element, t.state == "open")
            return bool(db.execute(wanted).scalar_one())

    def settle(self) -> None:
        """Does all background work that is due now."""
        for _ in range(MOST_ROUNDS):
            if work_once(self.runtime, self.channels) == 0:
                return

    def now(self) -> datetime:
        """Where the clock stands."""
        with transaction(self.runtime.engine) as db:
            return clock.now(db)

    def today(self) -> date:
        """The day in England."""
        return clock.london_day(self.now())

    def move_to(self, moment: datetime) -> None:
        """Moves the clock on, if that is ahead, and does what fell due."""
        with transaction(self.runtime.engine) as db:
            if moment > clock.now(db):
                clock.move_to(db, moment)
        self.settle()

    def move_to_day(self, day: date) -> None:
        """Moves the clock to the morning of a day."""
        self.move_to(datetime.combine(day, OFFICE_OPENS, tzinfo=clock.LONDON))

    def next_due(self, case_ids: list[UUID]) -> datetime | None:
        """When the next timer of these cases falls due."""
        r = tables.timer.c
        with transaction(self.runtime.engine) as db:
            found: datetime | None = db.execute(
                select(func.min(r.due_at)).where(
                    r.case_id.in_(case_ids), r.fired_at.is_(None), r.ended_at.is_(None), r.task_id.is_(None)
                )
            ).scalar_one()
        return found

    def wait_for(self, case_id: UUID, element: str) -> None:
        """Lets time pass, timer by timer, until a task of this element is open. Raises NothingHappens."""
        self.settle()
        for _ in range(MOST_ROUNDS):
            if self.waits(case_id, element):
                return
            due = self.next_due([case_id])
            if due is None:
                break
            self.move_to(due + timedelta(seconds=1))
        raise NothingHappens(f"{element} never came.")

    def _answers(self, form: str, prepared: dict[str, Any], variant: dict[str, Any]) -> dict[str, Any]:
        return FORMS[form](Question(prepared, self.today()), **variant)
