"""The other duties that a school has from the same marks, each beside the Fast Track. Source: domain.md 6.3, C-8.

Their numbers are law or national guidance, not a council's policy.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from attendance.absences import Run, days_absent, sessions_of
from attendance.ages import compulsory_school_age
from attendance.calendar import JULY, SchoolCalendar
from attendance.codes import Kind
from attendance.errors import OutsideCalendar
from attendance.marks import Marks
from attendance.penalty_notices import MOST_NOTICES, within_three_years

NOTICE_SESSIONS, NOTICE_WEEKS = 10, 10
IMPROVE_WEEKS, IMPROVE_DAYS = 6, 30  # how long a Notice to Improve runs in Norfolk, at most
PERSISTENT_PERCENT, SEVERE_PERCENT = 10, 50
CONTINUOUS_DAYS = 10
SICKNESS_DAYS = 15
SESSIONS_A_DAY = 2


@dataclass(frozen=True)
class Route:
    """One duty, and the rule that it comes from."""

    name: str
    title: str
    rule: str
    threshold: int
    unit: str


ROUTES = (
    Route(
        "penalty_notice",
        "Penalty notice to be considered",
        "National framework for penalty notices, from 19 August 2024: 10 unauthorised sessions (G, N, O, U) in 10 "
        "school weeks; at most two notices to a parent for a child in three years; sessions of a notice count once.",
        NOTICE_SESSIONS,
        "sessions",
    ),
    Route(
        "notice_to_improve",
        "Notice to Improve, before a penalty notice where support is still appropriate",
        "National framework for penalty notices; Norfolk: it runs for 6 school weeks, at most 30 school days.",
        NOTICE_SESSIONS,
        "sessions",
    ),
    Route(
        "persistent_absence",
        "Persistently absent",
        "Working together to improve school attendance: at least 10 % of the pupil's own possible sessions, authorised "
        "or not, in the school year so far.",
        PERSISTENT_PERCENT,
        "percent",
    ),
    Route(
        "severe_absence",
        "Severely absent",
        "Working together to improve school attendance: at least 50 % of the pupil's own possible sessions, authorised "
        "or not, in the school year so far.",
        SEVERE_PERCENT,
        "percent",
    ),
    Route(
        "continuous_absence",
        "Return to the authority: continuous unauthorised absence",
        "School Attendance (Pupil Registration) (England) Regulations 2024, attendance returns: 10 school days in a "
        "row absent without leave (G, N, O, U).",
        CONTINUOUS_DAYS,
        "school days",
    ),
    Route(
        "sickness",
        "Return to the authority: sickness",
        "School Attendance (Pupil Registration) (England) Regulations 2024, sickness returns: 15 days of illness (I) "
        "in the school year, together or in a row; or likely, which a person must judge.",
        SICKNESS_DAYS,
        "days",
    ),
)


@dataclass(frozen=True)
class Finding:
    """How one pupil stands on one route: what was counted from a day to a day, and whether it is enough."""

    route: str
    is_reached: bool
    first: date | None
    last: date | None
    count: int
    of: int | None = None  # possible sessions, where a share is judged
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GivenNotice:
    """A penalty notice that stands: of which parent, when, about which sessions."""

    adult: str
    issued_on: date
    sessions: Collection[tuple[date, str]]


@dataclass(frozen=True)
class Spans:
    """The windows by which all pupils of a school are looked at on a day."""

    calendar: SchoolCalendar
    as_at: date
    last_mark: date | None

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """The last ten school weeks, that of the school's last mark included."""
        return self.calendar.weeks_until(self.last_mark, number=NOTICE_WEEKS) if self.last_mark else ()

    @cached_property
    def year(self) -> date:
        """The first day of the school year: of the first term that begins after July."""
        starts = [first for first, _ in self.calendar.terms if first <= self.as_at]
        autumns = [first for first in starts if first > date(_year_of(self.as_at), JULY, 31)]
        return min(autumns, default=max(starts, default=self.calendar.start))

    @cached_property
    def improve_until(self) -> date | None:
        """The last day of a Notice to Improve that begins now; None past the calendar's end."""
        try:
            return self.calendar.latest_internal_review(self.as_at, weeks=IMPROVE_WEEKS, school_days=IMPROVE_DAYS)
        except OutsideCalendar:
            return None


def routes_of(
    marks: Marks, *, born: date | None, spans: Spans, notices: Collection[GivenNotice] = ()
) -> Iterator[Finding]:
    """Every route for one pupil, in the order of ROUTES. Only sessions of compulsory school age count."""
    begins, ends = compulsory_school_age(born) if born else (date.min, date.max)
    last = min(spans.as_at, ends)
    year = max(spans.year, begins)
    yield from _notices(marks, max(spans.weeks[0], begins) if spans.weeks else None, last, spans, notices)
    whole = marks.tally(year, last)
    absent = whole.authorised + whole.unauthorised
    for name, percent in (("persistent_absence", PERSISTENT_PERCENT), ("severe_absence", SEVERE_PERCENT)):
        is_reached = whole.possible > 0 and absent * 100 >= percent * whole.possible
        yield Finding(name, is_reached, spans.year, spans.as_at, absent, whole.possible)
    yield _continuous(marks, year, last, whole.unauthorised, spans)
    ill = sum(1 for _ in sessions_of(marks, year, last, codes="I"))
    days = {"days": ill / SESSIONS_A_DAY}
    yield Finding(
        "sickness", ill >= SICKNESS_DAYS * SESSIONS_A_DAY, spans.year, spans.as_at, ill // SESSIONS_A_DAY, details=days
    )


def _notices(
    marks: Marks, first: date | None, last: date, spans: Spans, notices: Collection[GivenNotice]
) -> Iterator[Finding]:
    used = {session for notice in notices for session in notice.sessions}
    found = list(sessions_of(marks, first, last, kind=Kind.UNAUTHORISED)) if first else []
    free = [(day, session) for day, session, _ in found if (day, session) not in used]
    given = {
        adult: len(within_three_years((n.issued_on for n in notices if n.adult == adult), as_at=spans.as_at))
        for adult in sorted({notice.adult for notice in notices})
    }
    is_reached = len(free) >= NOTICE_SESSIONS
    details: dict[str, Any] = {
        "used_in_notices": len(found) - len(free),
        "holiday_sessions": sum(code.code == "G" for *_, code in found),
        "notices_in_three_years": given,
        "no_further_notice_to": [adult for adult, number in given.items() if number >= MOST_NOTICES],
    }
    window = (spans.weeks[0] if spans.weeks else None, spans.as_at)
    yield Finding("penalty_notice", is_reached, *window, len(free), details=details)
    until = {"would_run_until": spans.improve_until}
    yield Finding("notice_to_improve", is_reached, *window, len(free), details=until)


def _continuous(marks: Marks, year: date, last: date, unauthorised: int, spans: Spans) -> Finding:
    """The latest run of enough days, otherwise the run that stands now."""
    runs: list[Run] = []
    if unauthorised:
        runs = list(days_absent(marks, [day for day in spans.calendar.school_days if year <= day <= last]))
    long = [run for run in runs if run.days >= CONTINUOUS_DAYS]
    shown = long[-1] if long else next((run for run in runs[-1:] if run.is_open), None)
    if shown is None:
        return Finding("continuous_absence", False, None, None, 0)
    details = {"is_open": shown.is_open, "days_without_a_mark": shown.gaps}
    return Finding("continuous_absence", bool(long), shown.first, shown.last, shown.days, details=details)


def _year_of(day: date) -> int:
    """The year in which the school year of a day begins."""
    return day.year if day.month > JULY else day.year - 1
