"""A scenario's school and pupil in a database of their own, and the clock that goes on day by day."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.demo.answers import FORMS
from api.demo.player import Player
from api.demo.question import Question
from api.scenarios.reading import Adult, Facts, Scenario, Step, day_of
from attendance import tables as records
from attendance.calendar import SchoolCalendar
from attendance.calendar_file import calendar_of
from attendance.schools import save_school_calendar
from engine import clock
from engine.cases import complete_task, open_case, report
from engine.database import transaction
from engine.ids import new_id
from engine.reading import read_report, read_task
from handlers.imports import import_adults, import_register

ACTOR = "scenario"
MORNING, EVENING = time(9), time(18)
REGISTER = ("UPN", "Surname", "Forename", "DOB", "Year", "Reg", "Date", "Session", "Mark")
ADULTS = (
    "UPN", "Adult id", "Title", "Forename", "Surname", "Relationship", "Basis", "Lives with pupil", "Address 1",
    "Address 2", "Town", "Postcode", "Address confidential", "Email", "Phone",
)  # fmt: skip


class Stage:
    """What a scenario happens on: imports as the school makes them, people as the demo's, one case."""

    def __init__(self, player: Player, process: str, scenario: Scenario, facts: Facts) -> None:
        self.player, self._process = player, process
        self._scenario, self._facts = scenario, facts
        self._calendar: SchoolCalendar = calendar_of(facts.calendar)
        self._absent = {**facts.absent, **scenario.absent}
        self._adults: list[Adult] = facts.adults if scenario.adults is None else scenario.adults
        self._marked_to = scenario.begins - timedelta(days=1)
        self.case_id: UUID | None = None
        with transaction(player.runtime.engine) as db:
            clock.start_at(db, datetime.combine(scenario.begins, MORNING, clock.LONDON))
            self.school_id, _ = save_school_calendar(db, facts.calendar, now=clock.now(db), new_id=new_id)
        first = self._calendar.school_days[0]
        self._import(self._marks(first, self._marked_to))
        import_adults(player.runtime, school_id=self.school_id, content=_csv(ADULTS, self._rows_of_adults()))

    def name_of(self, adult: str) -> str:
        """An adult's name by the id that deliveries have."""
        a = records.adult.c
        with transaction(self.player.runtime.engine) as db:
            row = db.execute(select(a.forename, a.surname).where(a.id == UUID(adult))).one_or_none()
        return f"{row.forename} {row.surname}" if row is not None else adult

    def go_to(self, step: Step) -> None:
        """Lets time pass, from one moment that is due to the next, until a step's own; the register is kept up."""
        if step.on is None:
            return
        until = datetime.combine(step.on, step.clock, clock.LONDON)
        while self.case_id is not None:
            due = self.player.next_due([self.case_id])
            if due is None or due >= until:
                break
            self._write_register(due.astimezone(clock.LONDON).date() - timedelta(days=1))
            self.player.move_to(due + timedelta(seconds=1))
        self._write_register(step.on - timedelta(days=1))
        self.player.move_to(until)

    def act(self, step: Step) -> None:
        """Does what a step does. Raises what the use case raises."""
        runtime = self.player.runtime
        if step.open:
            self.case_id = open_case(
                runtime, process=self._process, owner_id=self.school_id, subject_id=self._pupil_id(), actor=ACTOR
            )
        elif step.correct:
            self._import(self._corrections(step.correct))
        elif self.case_id is None:
            if step.do or step.report:
                raise LookupError("No case was opened.")
        elif step.do:
            task = self.player.task(self.case_id, step.do)
            row, asked = read_task(runtime, task.id)
            usual = self._usual(row.form, asked.prepared, step) if asked is not None else {}
            complete_task(runtime, task.id, actor=ACTOR, answers={**usual, **step.answers})
        elif step.report:
            about = read_report(runtime, self.case_id, step.report)
            usual = self._usual(about.form.id, about.prepared, step) if about.form else {}
            report(runtime, self.case_id, message=step.report, actor=ACTOR, answers={**usual, **step.answers})
        self.player.settle()

    def _usual(self, form: str, prepared: Mapping[str, Any], step: Step) -> dict[str, Any]:
        """What the demo's people answer to a form; to one that they do not know, what is filled in already."""
        question = Question(prepared, self.player.today())
        return FORMS[form](question, **step.like) if form in FORMS else question.filled

    def _pupil_id(self) -> UUID:
        p = records.pupil.c
        with transaction(self.player.runtime.engine) as db:
            found: UUID = db.execute(select(p.id).where(p.upn == self._facts.pupil.upn)).scalar_one()
        return found

    def _write_register(self, to: date) -> None:
        """The marks of every session up to a day, imported on the evening of the last of them."""
        # Whatever falls due by then has been done: only the clock needs to move.
        days = [day for day in self._calendar.school_days if self._marked_to < day <= to]
        if days:
            self._set_clock(datetime.combine(days[-1], EVENING, clock.LONDON))
            self._import(self._marks(days[0], days[-1]))
            self.player.settle()
            self._marked_to = days[-1]

    def _set_clock(self, moment: datetime) -> None:
        with transaction(self.player.runtime.engine) as db:
            if moment > clock.now(db):
                clock.move_to(db, moment)

    def _marks(self, first: date, last: date) -> Iterator[tuple[str, ...]]:
        for day in self._calendar.school_days:
            if first <= day <= last:
                codes = self._absent.get(day, "/\\")
                yield from ((*self._pupil_row, day.isoformat(), half, codes[n]) for n, half in enumerate(("AM", "PM")))

    def _corrections(self, sessions: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
        for session, code in sessions.items():
            day, _, half = session.rpartition(" ")
            yield (*self._pupil_row, day_of(day).isoformat(), half, code)

    def _import(self, rows: Iterable[tuple[str, ...]]) -> None:
        content = _csv(REGISTER, rows)
        imported = import_register(
            self.player.runtime, school_id=self.school_id, filename="register.csv", content=content, actor=ACTOR
        )
        if imported.quarantined:
            raise ValueError(f"{imported.quarantined} rows of the register are set aside.")

    @property
    def _pupil_row(self) -> tuple[str, ...]:
        pupil = self._facts.pupil
        return pupil.upn, pupil.surname, pupil.forename, pupil.born.isoformat(), pupil.year, pupil.group

    def _rows_of_adults(self) -> Iterator[tuple[str, ...]]:
        for number, adult in enumerate(self._adults, start=1):
            lines = [*adult.lines, ""][:2]
            confidential = "yes" if adult.confidential else "no"
            yield (
                self._facts.pupil.upn, f"A{number}", adult.title, adult.forename, adult.surname, adult.relationship,
                adult.basis, adult.lives_with, *lines, adult.town, adult.postcode, confidential, adult.email,
                adult.phone,
            )  # fmt: skip


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
