"""A school with one pupil of two parents, and the ways to act on a case and to look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select

from api.demo.player import Player
from api.documents.outbox import PostFolder
from api.documents.render import render
from api.packs.binding import bound
from attendance import tables as records
from attendance.calendar_file import calendar_of
from engine import clock, tables
from engine.bundles import read_folder
from engine.database import AnyRow, transaction
from engine.history import timeline
from engine.inbox import put
from engine.reading import read_task
from engine.registry import Registry
from engine.runtime import Runtime
from engine.versions import publish
from handlers import REGISTRY
from handlers.calendar_basis import CalendarBasis
from handlers.facts import Facts
from handlers.imports import import_register
from tests.attendance.calendars import NORFOLK_2025, day
from tests.builders import ABSENT, CALENDAR, OPENED, make_adult, make_pupil, make_school, mark_register

BUNDLE = Path(__file__).parents[2] / "bpmn" / "fast_track"
PUPILS_UPN = "P926999018001"
MOTHERS_POSTCODE, FATHERS_POSTCODE = "NR99 2BB", "NR98 3CC"
MARKED_TO = OPENED - timedelta(days=3)  # the Friday before
PAPERS = ("CompleteCaseForm", "CompleteApplication", "CollectEvidence")


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
    calendar: Mapping[str, Any]

    # --- what happens

    def restart(self, registry: Registry | None = None) -> None:
        """The service stops and starts: nothing that was in memory is left. Perhaps with other handlers."""
        runtime = started_again(self.player.runtime, registry)
        self.player = Player(runtime, self.player.channels, self.player.actor)

    def sleep_until(self, moment: datetime) -> None:
        """Time passes while no background work is done."""
        with transaction(self.player.runtime.engine) as db:
            clock.move_to(db, moment)

    def tell(self, case: UUID, message: str, *, key: str) -> None:
        """Somebody tells a case something, whether or not it listens."""
        with transaction(self.player.runtime.engine) as db:
            put(db, case_id=case, message=message, key=key, actor="somebody", now=clock.now(db))
        self.player.settle()

    def correct(self, *sessions: str, code: str) -> None:
        """The school's next export bears another mark at these sessions, such as `2026-10-13 AM`."""
        rows = [f"{PUPILS_UPN},{on},{half},{code}" for on, half in (session.split() for session in sessions)]
        content = "\n".join(["UPN,Date,Session,Mark", *rows]).encode()
        import_register(
            self.player.runtime, school_id=self.school, filename="register.csv", content=content, actor="office"
        )
        self.player.settle()

    def attend(self, *, until: date, absent: Mapping[date, str] | None = None) -> None:
        """The register goes on until a day: present, but for the given days."""
        if until > self.marked_to:
            with transaction(self.player.runtime.engine) as db:
                mark_register(
                    db,
                    self.pupil,
                    absent=absent or {},
                    first=self.marked_to + timedelta(days=1),
                    last=until,
                    calendar=self.calendar,
                )
            self.marked_to = until

    def school_days(self, first: date, *, number: int) -> list[date]:
        """So many school days from a day on."""
        return [day for day in calendar_of(self.calendar).school_days if day >= first][:number]

    # --- how far a case has come

    def open(self) -> UUID:
        """A case that has just been opened."""
        return self.player.open(self.school, self.pupil)

    def to_arranging(self) -> UUID:
        """A case whose panel is to be arranged."""
        case = self.open()
        self.do(case, "ReviewEarlySupport", "EstablishParents")
        return case

    def to_panel_notice(self) -> UUID:
        """A case whose invitations to the panel are posted."""
        case = self.to_arranging()
        self.do(case, "ArrangeMeeting", "ConfirmPosting")
        return case

    def to_plan(self) -> UUID:
        """A case whose panel was held and whose plan is agreed."""
        case = self.to_panel_notice()
        self.player.wait_for(case, "RecordMeeting")
        self.do(case, "RecordMeeting", "AgreePlan")
        return case

    def to_review_notice(self, *, absent: int = 0) -> UUID:
        """A case whose invitations to the review are posted; the pupil missed so many days after the panel."""
        case = self.to_plan()
        missed = self.school_days(self.player.today() + timedelta(days=4), number=absent)
        self.player.wait_for(case, "ArrangeMeeting")
        self.attend(until=self.player.today() - timedelta(days=1), absent=dict.fromkeys(missed, "OO"))
        self.do(case, "ArrangeMeeting", "ConfirmPosting")
        return case

    def to_outcome(self, *, absent: int = 0) -> UUID:
        """A case whose review was held."""
        case = self.to_review_notice(absent=absent)
        self.player.wait_for(case, "RecordMeeting")
        self.attend(until=self.player.today() - timedelta(days=1))
        self.do(case, "RecordMeeting")
        return case

    def to_referral(self) -> UUID:
        """A case that was referred at the review, because absence went on."""
        case = self.to_outcome(absent=4)
        self.player.do(case, "DecideOutcome", variant={"code": "O3"})
        return case

    def to_internal_review(self) -> UUID:
        """A case whose internal review is to be decided today."""
        case = self.to_outcome(absent=2)
        self.player.do(case, "DecideOutcome", variant={"code": "O4"})
        self.player.wait_for(case, "DecideInternalReview")
        return case

    def submit(self, case: UUID) -> None:
        """The papers are prepared, signed and submitted."""
        self.do(case, *PAPERS, "HeadTeacherSigns", "SubmitToAuthority")

    def do(self, case: UUID, *elements: str) -> None:
        """Does these tasks, one after the other, as the demo's people would."""
        for element in elements:
            self.player.do(case, element)

    # --- what can be seen

    def case(self, case: UUID) -> AnyRow:
        """A case's row."""
        return self.rows(tables.case, id=case)[0]

    def tasks(self, case: UUID) -> list[str]:
        """The elements of the open tasks, in alphabetical order; work that was added stands on no diagram."""
        return sorted(row.element for row in self.rows(tables.task, case_id=case, state="open") if row.element)

    def shown(self, case: UUID, element: str) -> Mapping[str, Any]:
        """What the form of an open task shows beside its fields."""
        _, asked = read_task(self.player.runtime, self.player.task(case, element).id)
        return asked.prepared["shown"] if asked else {}

    def seeded(self, case: UUID, element: str) -> Mapping[str, Any]:
        """What the form of an open task begins with."""
        _, asked = read_task(self.player.runtime, self.player.task(case, element).id)
        return asked.prepared["answers"] if asked else {}

    def letters_of(self, case: UUID) -> list[tuple[str, UUID]]:
        """Letters that were sent, with their recipients, in order; what was called off is left out."""
        rows = self.rows(tables.delivery, case_id=case)
        return [(row.letter, UUID(row.recipient)) for row in rows if row.state != "cancelled"]

    def letters_to(self, case: UUID, adult: UUID) -> list[str]:
        """The letters that one adult was sent, in order."""
        return [letter for letter, recipient in self.letters_of(case) if recipient == adult]

    def timer(self, case: UUID, element: str) -> AnyRow:
        """The newest timer of an element."""
        return self.rows(tables.timer, case_id=case, element=element)[-1]

    def due(self, case: UUID, element: str) -> str:
        """When the newest timer of an element is due: `Wed 2 Dec 2026 00:00`."""
        return in_london(self.timer(case, element).due_at)

    def fired(self, case: UUID) -> list[str]:
        """The elements whose timers fired, in order."""
        return [row["facts"]["element"] for row in self.history(case) if row["what"] == "timer_fired"]

    def history(self, case: UUID) -> list[dict[str, Any]]:
        """Everything that happened."""
        with transaction(self.player.runtime.engine) as db:
            return timeline(db, case)

    def noted(self, case: UUID, what: str) -> list[dict[str, Any]]:
        """What the history says of one kind of event, in order."""
        return [row["facts"] for row in self.history(case) if row["what"] == what]

    def meetings(self, case: UUID) -> list[AnyRow]:
        """The meetings of a case, in the order in which they were arranged."""
        return self.rows(records.meeting, case_id=case)

    def invitations(self, meeting: UUID, **where: Any) -> list[AnyRow]:
        """The invitations to a meeting, in order."""
        return self.rows(records.invitation, meeting_id=meeting, **where)

    def incidents(self) -> list[AnyRow]:
        """Everything that went wrong."""
        return self.rows(tables.incident)

    def rows(self, table: Any, **where: Any) -> list[AnyRow]:
        """The rows of a table with these values, oldest first."""
        wanted = [table.c[name] == value for name, value in where.items()]
        with transaction(self.player.runtime.engine) as db:
            return list(db.execute(select(table).where(*wanted).order_by(table.c.id)).all())


def new_world(
    engine: Engine,
    folder: Path,
    *,
    calendar: Mapping[str, Any] = CALENDAR,
    opened: date = OPENED,
    marked_to: date = MARKED_TO,
    absent: Mapping[date, str] = ABSENT,
    mother: Mapping[str, Any] | None = None,
    father: Mapping[str, Any] | None = None,
) -> World:
    """The process published; nine o'clock on the day on which a case can be opened; the register until a day before.

    absent: the pupil's marks on the days that were missed. mother, father: what is different about them.
    """
    runtime = Runtime(engine, REGISTRY, Facts, render, basis=CalendarBasis(), bind=bound)
    publish(runtime, read_folder(BUNDLE), actor="system")
    with transaction(engine) as db:
        clock.start_at(db, datetime.combine(opened, time(9), tzinfo=clock.LONDON))
        school = make_school(db, calendar=calendar)
        pupil = make_pupil(db, school, upn=PUPILS_UPN)
        first = date.fromisoformat(calendar["terms"][0][0])
        mark_register(db, pupil, absent=absent, first=first, last=marked_to, calendar=calendar)
        mothers = make_adult(db, school, pupil, **{"postcode": MOTHERS_POSTCODE, **(mother or {})})
        fathers = {
            "forename": "Sam",
            "title": "Mr",
            "relationship": "Father",
            "lines": ["3 Quay Street", "Harbourton"],
            "postcode": FATHERS_POSTCODE,
        }
        fathers_id = make_adult(db, school, pupil, **{**fathers, **(father or {})})
    player = Player(runtime, {"post": PostFolder(folder)}, actor="player")
    return World(player, school, pupil, mothers, fathers_id, folder, marked_to, calendar)


def stressed_world(engine: Engine, folder: Path) -> World:
    """The whole chain of domain.md 3.6: eligible on Fri 14 Nov 2025 with 9 of 58 sessions, opened on Wed 19 Nov."""
    return new_world(
        engine,
        folder,
        calendar=NORFOLK_2025,
        opened=day("Wed 19 Nov 2025"),
        marked_to=day("Fri 14 Nov 2025"),
        absent={
            day("Tue 30 Sep 2025"): "OO",
            day("Wed 1 Oct 2025"): "OO",
            day("Thu 2 Oct 2025"): "OO",
            day("Mon 10 Nov 2025"): "OO",
            day("Tue 11 Nov 2025"): "O\\",
        },
    )


def started_again(old: Runtime, registry: Registry | None = None) -> Runtime:
    """What another process would run with: nothing kept in memory, perhaps other handlers."""
    kept = {"read_letter": old.read_letter, "prove": old.prove, "basis": old.basis, "bind": old.bind}
    return Runtime(old.engine, registry or old.registry, old.make_facts, old.render, **kept)  # type: ignore[arg-type]


def in_london(moment: datetime) -> str:
    """A moment as a person checks it with a calendar in hand: `Wed 2 Dec 2026 00:00`."""
    local = moment.astimezone(clock.LONDON)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"
