"""The whole demo: a school's files go in, and its cases go to each of the four outcomes on a movable clock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, select

from api.chronology import chronology, derivations
from api.database import mark
from api.demo.director import Director, Running
from api.demo.journeys import JOURNEYS, Journey
from api.demo.player import PROCESS, Player
from api.wiring import BUNDLE, Wiring
from attendance import tables as records
from attendance.calendar import SchoolCalendar
from attendance.calendar_file import calendar_from_bytes, calendar_of
from attendance.eligibility import Result, Threshold
from attendance.parents import parents_of
from attendance.registers import eligibility_of, last_mark_of
from attendance.schools import save_school_calendar
from attendance.words import in_words
from engine import clock, tables
from engine.bundles import read_folder
from engine.database import transaction
from engine.errors import EngineError
from engine.ids import new_id
from engine.versions import newest_version, process_of, publish_if_none
from handlers.imports import import_adults, import_register

AFTER_SCHOOL = time(16)


class NoSuchSchool(EngineError):
    """The files of this school cannot be shown."""


@dataclass(frozen=True)
class Files:
    """A school's three exports."""

    calendar: Path
    register: Path
    adults: Path


@dataclass(frozen=True)
class Told:
    """How one journey went: its case, or why it could not be told."""

    journey: Journey
    reference: str
    pupil: str
    result: str
    problem: str
    days: tuple[tuple[date, str], ...]
    derivations: tuple[tuple[date, str, str], ...]

    @property
    def came_out(self) -> bool:
        """Whether the case ended as the journey says."""
        return not self.problem and self.result == self.journey.result


def perform(wiring: Wiring, files: Files, *, say: Callable[[str], None]) -> list[Told]:
    """Plays every journey that the school's files allow. The database must be a new one, marked demo.

    Raises Unreadable or NoSuchSchool when the files are no school's.
    """
    calendar_content = calendar_from_bytes(files.calendar.read_bytes())
    calendar = calendar_of(calendar_content)
    engine = wiring.runtime.engine
    mark(engine, demo=True)
    publish_if_none(wiring.runtime, read_folder(BUNDLE))
    with transaction(engine) as db:
        # Marks of the future are left out, so the clock starts where the calendar ends until the register is read.
        clock.start_at(db, datetime.combine(calendar.end, AFTER_SCHOOL, tzinfo=clock.LONDON))
        school_id, _ = save_school_calendar(db, calendar_content, now=clock.now(db), new_id=new_id)
    read = import_register(
        wiring.runtime,
        school_id=school_id,
        filename=files.register.name,
        content=files.register.read_bytes(),
        actor="demo",
    )
    with transaction(engine) as db:
        last = last_mark_of(db, school_id, on=calendar.end)
        if last is None:
            raise NoSuchSchool("The register holds no mark, so there is nothing to show.")
        clock.start_at(db, datetime.combine(last, AFTER_SCHOOL, tzinfo=clock.LONDON))
    people = import_adults(wiring.runtime, school_id=school_id, content=files.adults.read_bytes())
    with transaction(engine) as db:
        chosen = list(_eligible(wiring, db, school_id, calendar, last))
    say(
        f"Register up to {in_words(last)}: {read.marks_new} marks, {read.quarantined} rows set aside; "
        f"{people.adults_new} adults; {len(chosen)} pupils meet the criteria and have a parent on record."
    )
    player = Player(wiring.runtime, dict(wiring.channels), actor="demo")
    running = _open(player, school_id, chosen)

    def import_marks(content: bytes) -> None:
        import_register(wiring.runtime, school_id=school_id, filename="next weeks.csv", content=content, actor="demo")

    Director(player, calendar, import_marks, running, marked_to=last).run()
    told = [_told(player, each) for each in running]
    return told + [_untold(journey, len(chosen)) for journey in JOURNEYS[len(running) :]]


def _eligible(
    wiring: Wiring, db: Connection, school_id: UUID, calendar: SchoolCalendar, last: date
) -> Iterator[tuple[UUID, str]]:
    policy = process_of(wiring.runtime, db, newest_version(db, PROCESS)).policy
    threshold = Threshold(policy.threshold_percent, policy.threshold_sessions, policy.window_weeks)
    for standing in eligibility_of(db, school_id, as_at=last, threshold=threshold, calendar=calendar).pupils:
        if standing.figures.result is Result.ELIGIBLE and parents_of(db, standing.pupil_id, on=last):
            yield standing.pupil_id, standing.figures.upn


def _open(player: Player, school_id: UUID, chosen: Sequence[tuple[UUID, str]]) -> list[Running]:
    return [
        Running(player, journey, pupil_id, upn, player.open(school_id, pupil_id))
        for journey, (pupil_id, upn) in zip(JOURNEYS, chosen, strict=False)
    ]


def _told(player: Player, each: Running) -> Told:
    c, p = tables.case.c, records.pupil.c
    with transaction(player.runtime.engine) as db:
        case = db.execute(select(c.reference, c.result, c.closed_at).where(c.id == each.case_id)).one()
        pupil = db.execute(select(p.forename, p.surname).where(p.id == each.pupil_id)).one()
        problem = each.problem
        if not problem and case.closed_at is None:
            problem = "the case is still open"
        return Told(
            journey=each.journey,
            reference=case.reference,
            pupil=f"{pupil.forename} {pupil.surname}".strip() or each.upn,
            result=case.result or "",
            problem=problem,
            days=tuple(chronology(db, each.case_id)),
            derivations=tuple(derivations(db, each.case_id)),
        )


def _untold(journey: Journey, eligible: int) -> Told:
    why = f"only {eligible} pupils of this school meet the criteria and have a parent on record"
    return Told(journey, "", "", "", why, (), ())
