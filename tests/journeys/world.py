"""What a journey needs to know of its world, and how it looks at a case."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from api.demo.player import Player
from attendance import tables as records
from engine import tables
from engine.database import AnyRow, transaction
from engine.history import timeline
from engine.runtime import Runtime
from tests.builders import school_days_from


@dataclass
class World:
    """A school, a pupil, two parents who live apart, and the people who work on the case."""

    player: Player
    school: UUID
    pupil: UUID
    mother: UUID
    father: UUID
    letters: Path
    marked_to: date

    def open(self) -> UUID:
        """Opens the case."""
        return self.player.open(self.school, self.pupil)

    def restart(self) -> None:
        """The service stops and starts: nothing that was in memory is left."""
        old = self.player.runtime
        runtime = Runtime(old.engine, old.registry, old.make_facts, old.render)
        self.player = Player(runtime, self.player.channels, self.player.actor)

    def attend(self, *, until: date, absent: dict[date, str] | None = None) -> None:
        """The register goes on until a day: present, but for the given days."""
        missed = absent or {}
        days = [d for d in school_days_from(self.marked_to + timedelta(days=1), number=400) if d <= until]
        with transaction(self.player.runtime.engine) as db:
            for day in days:
                codes = missed.get(day, "/\\")
                db.execute(insert(records.mark).values(pupil_id=self.pupil, day=day, am=codes[0], pm=codes[1]))
        self.marked_to = until

    def to_panel_notice(self) -> UUID:
        """A case whose invitations to the panel are posted."""
        case = self.open()
        for element in ("ReviewEarlySupport", "EstablishParents", "ArrangeMeeting", "ConfirmPosting"):
            self.player.do(case, element)
        return case

    def to_plan(self) -> UUID:
        """A case whose panel was held and whose plan is agreed."""
        case = self.to_panel_notice()
        self.player.wait_for(case, "RecordMeeting")
        self.player.do(case, "RecordMeeting")
        self.player.do(case, "AgreePlan")
        return case

    def to_outcome(self, *, absent: int = 0) -> UUID:
        """A case whose review was held; the pupil missed so many days after the panel."""
        case = self.to_plan()
        self.player.wait_for(case, "ArrangeMeeting")
        today = self.player.today()
        days = [d for d in school_days_from(self.marked_to + timedelta(days=1), number=100) if d < today]
        self.attend(until=today - timedelta(days=1), absent=dict.fromkeys(days[10:10 + absent], "OO"))
        for element in ("ArrangeMeeting", "ConfirmPosting"):
            self.player.do(case, element)
        self.player.wait_for(case, "RecordMeeting")
        self.attend(until=self.player.today() - timedelta(days=1))
        self.player.do(case, "RecordMeeting")
        return case

    def case(self, case: UUID) -> AnyRow:
        """A case's row."""
        return self._rows(tables.case, tables.case.c.id == case)[0]

    def tasks(self, case: UUID) -> set[str]:
        """The elements of the open tasks."""
        return {
            row.element for row in self._rows(tables.task, tables.task.c.case_id == case, tables.task.c.state == "open")
        }

    def letters_of(self, case: UUID) -> list[tuple[str, UUID]]:
        """Letters that were sent, with their recipients, in order; what was called off is left out."""
        d = tables.delivery.c
        rows = self._rows(tables.delivery, d.case_id == case, d.state != "cancelled")
        return [(row.letter, UUID(row.recipient)) for row in rows]

    def timers(self, case: UUID, element: str) -> list[AnyRow]:
        """The timers of an element, oldest first."""
        return self._rows(tables.timer, tables.timer.c.case_id == case, tables.timer.c.element == element)

    def history(self, case: UUID) -> list[dict[str, Any]]:
        """Everything that happened."""
        with transaction(self.player.runtime.engine) as db:
            return timeline(db, case)

    def records(self, table: Any, *where: Any) -> list[AnyRow]:
        """Rows of an attendance table."""
        return self._rows(table, *where)

    def incidents(self) -> list[AnyRow]:
        """Everything that went wrong."""
        return self._rows(tables.incident)

    def _rows(self, table: Any, *where: Any) -> list[AnyRow]:
        with transaction(self.player.runtime.engine) as db:
            return list(db.execute(select(table).where(*where).order_by(table.c.id)).all())
