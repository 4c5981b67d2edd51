"""What came of a step, beside what was expected of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.scenarios.reading import Then
from api.scenarios.stage import Stage
from attendance.words import in_words
from engine import clock, tables
from engine.database import AnyRow, transaction


class Ledger:
    """What has been seen of a scenario's case so far, so that each step tells only what is new."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._letters: set[UUID] = set()
        self._called_off: set[UUID] = set()
        self._history = 0

    def differences(self, then: Then) -> Iterator[str]:
        """One sentence for everything that is not as expected."""
        case_id = self._stage.case_id
        if case_id is None:
            if then != Then():
                yield "No case was opened."
            return
        yield from self._told(case_id, then)
        letters, called_off = self._new_letters(case_id)
        if then.letters is not None and letters != then.letters:
            yield _instead("letters", then.letters, letters)
        if then.called_off is not None and sorted(called_off) != sorted(then.called_off):
            yield _instead("letters called off", then.called_off, called_off)
        if then.tasks is not None:
            rows = self._rows(tables.task, case_id=case_id, state="open")
            # Work that was added stands on no diagram.
            open_tasks = sorted(row.element for row in rows if row.element)
            if open_tasks != sorted(then.tasks):
                yield _instead("open tasks", sorted(then.tasks), open_tasks)
        for element, moment in then.due.items():
            due = self._due(case_id, element)
            if due is None or moment not in (in_words(due.date()), f"{in_words(due.date())} {due:%H:%M}"):
                found = f"was on {in_words(due.date())} {due:%H:%M}" if due is not None else "was never due"
                yield f"Expected {element} on {moment}, {found}."
        if then.result is not None:
            (case,) = self._rows(tables.case, id=case_id)
            if (case.result, case.closed_at is None) != (then.result, False):
                yield f"Expected the case to end as {then.result}, was {case.result or 'still open'}."

    def problem(self) -> str:
        """What went wrong unexpectedly; empty when nothing did."""
        incidents = self._rows(tables.incident)
        return f"An incident: {incidents[0].problem}" if incidents else ""

    def _told(self, case_id: UUID, then: Then) -> Iterator[str]:
        h = tables.history.c
        with transaction(self._stage.player.runtime.engine) as db:
            rows = db.execute(
                select(h.what, h.facts).where(h.case_id == case_id).order_by(h.sequence).offset(self._history)
            ).all()
        self._history += len(rows)
        fired = [str(row.facts["element"]) for row in rows if row.what == "timer_fired"]
        if then.fired is not None and fired != then.fired:
            yield _instead("timers that fired", then.fired, fired)
        noted = [row.what for row in rows]
        for what in then.noted:
            if what not in noted:
                yield f"Expected {what} in the history, was not said."

    def _new_letters(self, case_id: UUID) -> tuple[list[str], list[str]]:
        rows = self._rows(tables.delivery, case_id=case_id)
        new = [row for row in rows if row.id not in self._letters]
        stopped = [row for row in rows if row.state == "cancelled" and row.id not in self._called_off]
        self._letters |= {row.id for row in new}
        self._called_off |= {row.id for row in stopped}
        return [self._words(row) for row in new], [self._words(row) for row in stopped]

    def _words(self, letter: AnyRow) -> str:
        return f"{letter.letter} to {self._stage.name_of(letter.recipient)}"

    def _due(self, case_id: UUID, element: str) -> datetime | None:
        rows = self._rows(tables.timer, case_id=case_id, element=element)
        return rows[-1].due_at.astimezone(clock.LONDON) if rows else None

    def _rows(self, table: Any, **where: Any) -> list[AnyRow]:
        wanted = [table.c[name] == value for name, value in where.items()]
        with transaction(self._stage.player.runtime.engine) as db:
            return list(db.execute(select(table).where(*wanted).order_by(table.c.id)).all())


def _instead(what: str, expected: list[str], found: list[str]) -> str:
    return f"Expected {what}: {', '.join(expected) or 'none'}, was: {', '.join(found) or 'none'}."
