"""Whether a pupil meets the criteria of the Fast Track: a share and a number of unauthorised sessions in a window."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from attendance.ages import compulsory_school_age
from attendance.calendar import SchoolCalendar
from attendance.codes import Kind
from attendance.marks import Marks, Tally


class Result(StrEnum):
    """What the figures say. `ask_aeo`: the share is reached, the number is not."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    ASK_AEO = "ask_aeo"


@dataclass(frozen=True)
class Threshold:
    """The numbers that a council may change. Source: R007, R008."""

    percent: int
    sessions: int
    window_weeks: int


@dataclass(frozen=True)
class Window:
    """School weeks by their Mondays, counted as far as a day; empty when there is no mark yet."""

    weeks: tuple[date, ...]
    as_at: date


@dataclass(frozen=True)
class Figures:
    """One pupil's row of the check."""

    upn: str
    possible: int
    unauthorised: int
    provisional_n: int
    attending: int
    authorised: int
    result: Result


@dataclass(frozen=True)
class ReliedOn:
    """An unauthorised session inside the window."""

    day: date
    session: str
    code: str


def window_at(as_at: date, *, last_mark: date | None, calendar: SchoolCalendar, threshold: Threshold) -> Window:
    """The school week of the school's last mark on or before a day, and those before it. Source: domain.md 3.7."""
    weeks = calendar.weeks_until(last_mark, number=threshold.window_weeks) if last_mark else ()
    return Window(weeks, as_at)


def figures(marks: Marks, *, upn: str, born: date | None, window: Window, threshold: Threshold) -> Figures:
    """Counts one pupil's sessions in the window while of compulsory school age; born None counts all of them."""
    tally = _tally(marks, born, window)
    return Figures(
        upn=upn,
        possible=tally.possible,
        unauthorised=tally.unauthorised,
        provisional_n=tally.provisional_n,
        attending=tally.attending,
        authorised=tally.authorised,
        result=judge(possible=tally.possible, unauthorised=tally.unauthorised, threshold=threshold),
    )


def judge(*, possible: int, unauthorised: int, threshold: Threshold) -> Result:
    """The share is compared in whole numbers: 8 of 54 is 14.81 %, not 15 %. Source: R007, R008, domain.md 3.7."""
    if not possible or unauthorised * 100 < threshold.percent * possible:
        return Result.NOT_ELIGIBLE
    return Result.ELIGIBLE if unauthorised >= threshold.sessions else Result.ASK_AEO


def relied_on(marks: Marks, *, born: date | None, window: Window) -> Iterator[ReliedOn]:
    """The unauthorised sessions that the figures count, in order."""
    first, last = _span(born, window)
    for day, session, code in marks:
        if first <= day <= last and code.kind is Kind.UNAUTHORISED:
            yield ReliedOn(day, session, code.code)


def earlier_windows(
    marks: Marks, *, born: date | None, window: Window, calendar: SchoolCalendar, threshold: Threshold
) -> Iterator[tuple[Window, Tally]]:
    """Windows that ended in an earlier week and met the criteria. They never change the result."""
    if not window.weeks or marks.tally(calendar.start, window.as_at).unauthorised < threshold.sessions:
        return
    for monday in calendar.weeks_until(window.weeks[-1], number=len(calendar.school_weeks))[:-1]:
        sunday = monday + timedelta(days=6)
        earlier = Window(calendar.weeks_until(monday, number=threshold.window_weeks), sunday)
        tally = _tally(marks, born, earlier)
        if judge(possible=tally.possible, unauthorised=tally.unauthorised, threshold=threshold) is Result.ELIGIBLE:
            yield earlier, tally


def _tally(marks: Marks, born: date | None, window: Window) -> Tally:
    first, last = _span(born, window)
    return marks.tally(first, last)


def _span(born: date | None, window: Window) -> tuple[date, date]:
    """The days that count; between its weeks a window has only marks of closed days, which are never possible."""
    if not window.weeks:
        return date.max, date.min
    if born is None:
        return window.weeks[0], window.as_at
    begins, ends = compulsory_school_age(born)
    return max(window.weeks[0], begins), min(window.as_at, ends)
