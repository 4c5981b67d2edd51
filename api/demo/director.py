"""Drives the demo's cases side by side on one clock, and writes the register of the weeks that pass."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from api.demo.journeys import Journey, Mood, Steps
from api.demo.player import OFFICE_OPENS, NothingHappens, Player
from attendance.calendar import SchoolCalendar
from engine.clock import LONDON
from engine.errors import EngineError
from engine.registry import Refusal

HEADER = ("UPN", "Date", "Session", "Mark")
PRESENT = {"AM": "/", "PM": "\\"}
MISSED_IN_SOME = 6  # sessions
EVENING = time(18)
MOST_ROUNDS = 2_000


@dataclass
class Running:
    """One case on its way. `ended` says how, or why it could not go on."""

    player: Player
    journey: Journey
    pupil_id: UUID
    upn: str
    case_id: UUID
    mood: Mood = Mood.PRESENT
    missed: list[tuple[date, str]] = field(default_factory=list)
    amended: list[tuple[date, str]] = field(default_factory=list)
    awaits: str = ""
    not_before: datetime | None = None
    problem: str = ""
    is_over: bool = False
    steps: Steps = field(init=False)

    def __post_init__(self) -> None:
        self.steps = self.journey.steps(self)

    def feel(self, mood: Mood) -> None:
        """Says how the register goes on."""
        self.mood, self.missed = mood, []

    def excuse(self) -> None:
        """The reason for what was missed is found to be illness: the marks are amended."""
        self.amended, self.mood = self.missed, Mood.PRESENT

    def later(self, days: int) -> None:
        """Lets some days pass before the next task is done."""
        self.not_before = self.player.now() + timedelta(days=days)

    def mark(self, day: date, session: str) -> str:
        """The pupil's mark at a session that has just passed."""
        if self.mood is Mood.SOME and len(self.missed) < MISSED_IN_SOME:
            self.missed.append((day, session))
            return "O"
        if self.mood is Mood.ABSENT and day.weekday() < 2:
            return "O"
        return PRESENT[session]

    def go_on(self) -> bool:
        """Does what it waited for, if that has come; whether it did."""
        try:
            if not self.awaits:
                self.awaits = next(self.steps)
                return True
            if self.not_before is not None and self.player.now() < self.not_before:
                return False
            if not self.player.waits(self.case_id, self.awaits):
                return False
            self.not_before = None
            self.awaits = next(self.steps)
        except StopIteration:
            self.is_over = True
        except (EngineError, Refusal, LookupError, KeyError) as refused:
            self.problem, self.is_over = f"{self.awaits}: {refused}", True
        return True


@dataclass
class Director:
    """Moves the clock from one thing that is due to the next, and lets everybody act in office hours."""

    player: Player
    calendar: SchoolCalendar
    import_marks: Callable[[bytes], object]
    running: Sequence[Running]
    marked_to: date

    def run(self) -> None:
        """Goes on until every case is over, or nothing that time brings is left to wait for."""
        for _ in range(MOST_ROUNDS):
            self.player.settle()
            waiting = [each for each in self.running if not each.is_over]
            if not waiting:
                return
            if sum(each.go_on() for each in waiting):
                continue
            following = self._next(waiting)
            if following is None:
                for each in waiting:
                    each.problem, each.is_over = f"{each.awaits} never came", True
                return
            self._move_to(following)
        raise NothingHappens("The demo goes round in circles.")

    def _next(self, waiting: Sequence[Running]) -> datetime | None:
        moments = [self.player.next_due([each.case_id for each in waiting])]
        moments += [each.not_before for each in waiting]
        now = self.player.now()
        ahead = [moment for moment in moments if moment is not None and moment > now]
        return min(ahead, default=None)

    def _move_to(self, moment: datetime) -> None:
        here = moment.astimezone(LONDON) + timedelta(seconds=1)
        self._write_register(here.date() - timedelta(days=1))
        self.player.move_to(here)
        # Midnights are for timers; people work in office hours of working days.
        day = here.date()
        while not self.calendar.days.is_working_day(day):
            day += timedelta(days=1)
        opens = datetime.combine(day, OFFICE_OPENS, tzinfo=LONDON)
        following = self.player.next_due([each.case_id for each in self.running if not each.is_over])
        if opens > here and (following is None or following > opens):
            self._write_register(day - timedelta(days=1))
            self.player.move_to(opens)

    def _write_register(self, to: date) -> None:
        """Imports the marks of every session up to a day, on that day's evening."""
        days = [day for day in self.calendar.school_days if self.marked_to < day <= to]
        if not days:
            return
        self.player.move_to(datetime.combine(days[-1], EVENING, tzinfo=LONDON))
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(HEADER)
        for each in self.running:
            rows.writerows((each.upn, day.isoformat(), session, "I") for day, session in each.amended)
            each.amended = []
        for day in days:
            for each in self.running:
                rows.writerows((each.upn, day.isoformat(), session, each.mark(day, session)) for session in PRESENT)
        self.marked_to = days[-1]
        self.import_marks(out.getvalue().encode())
