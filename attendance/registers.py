"""The figures of a school's pupils, from the marks that are kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select, true

from attendance import tables
from attendance.calendar import SchoolCalendar
from attendance.eligibility import Figures, ReliedOn, Threshold, Window, figures, relied_on, window_at
from attendance.marks import Marks


@dataclass(frozen=True)
class Standing:
    """How one pupil stands against the criteria, and the unauthorised sessions that were counted."""

    pupil_id: UUID
    figures: Figures
    relied_on: tuple[ReliedOn, ...]


@dataclass(frozen=True)
class Eligibility:
    """A school's pupils by name, and the window they were judged by."""

    window: Window
    pupils: tuple[Standing, ...]


def eligibility_of(
    db: Connection,
    school_id: UUID,
    pupil_id: UUID | None = None,
    *,
    as_at: date,
    threshold: Threshold,
    calendar: SchoolCalendar,
) -> Eligibility:
    """The figures of all pupils of a school, or of one, as a check of the register would give them.

    A mark on a day that the calendar has since closed is not counted. Source: domain.md 3.7.
    """
    last_mark = last_mark_of(db, school_id, on=as_at)
    window = window_at(as_at, last_mark=last_mark, calendar=calendar, threshold=threshold)
    return Eligibility(window, tuple(_standings(db, school_id, pupil_id, window, threshold, calendar)))


def last_mark_of(db: Connection, school_id: UUID, *, on: date) -> date | None:
    """The day of the school's last mark up to a day: one look into the index for each pupil."""
    pupil, mark = tables.pupil, tables.mark
    last = (
        select(mark.c.day)
        .where(mark.c.pupil_id == pupil.c.id, mark.c.day <= on)
        .where(or_(mark.c.am.is_not(None), mark.c.pm.is_not(None)))
        .order_by(mark.c.day.desc())
        .limit(1)
        .lateral()
    )
    found: date | None = db.execute(
        select(func.max(last.c.day)).select_from(pupil).join(last, true()).where(pupil.c.school_id == school_id)
    ).scalar_one()
    return found


def _standings(
    db: Connection,
    school_id: UUID,
    pupil_id: UUID | None,
    window: Window,
    threshold: Threshold,
    calendar: SchoolCalendar,
) -> Iterator[Standing]:
    pupil, mark = tables.pupil, tables.mark
    first = window.weeks[0] if window.weeks else window.as_at
    wanted = (
        select(pupil.c.id, pupil.c.upn, pupil.c.born, mark.c.day, mark.c.am, mark.c.pm)
        .outerjoin_from(pupil, mark, and_(mark.c.pupil_id == pupil.c.id, mark.c.day.between(first, window.as_at)))
        .where(pupil.c.school_id == school_id)
        .order_by(pupil.c.surname, pupil.c.forename, pupil.c.upn)
    )
    if pupil_id is not None:
        wanted = wanted.where(pupil.c.id == pupil_id)
    for _, rows in groupby(db.execute(wanted), key=attrgetter("id")):
        mine = list(rows)
        marks = _marks(((row.day, row.am, row.pm) for row in mine), first, window.as_at, calendar)
        yield Standing(
            mine[0].id,
            figures(marks, upn=mine[0].upn, born=mine[0].born, window=window, threshold=threshold),
            tuple(relied_on(marks, born=mine[0].born, window=window)),
        )


def _marks(
    rows: Iterable[tuple[date | None, str | None, str | None]], first: date, last: date, calendar: SchoolCalendar
) -> Marks:
    marks = Marks(first, days=(last - first).days + 1)
    for day, am, pm in rows:
        if day is not None and calendar.is_school_day(day):
            for session, code in (("AM", am), ("PM", pm)):
                if code is not None:
                    marks.put(day, session, code)
    return marks
