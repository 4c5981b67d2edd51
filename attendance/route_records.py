"""The other duties of a school, from the marks and penalty notices that are kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from attendance import tables
from attendance.calendar import SchoolCalendar
from attendance.marks import Marks
from attendance.notice_records import notices_of_school
from attendance.penalty_notices import WITHDRAWN
from attendance.registers import last_mark_of, marks_of
from attendance.routes import Finding, GivenNotice, Spans, routes_of

AT_ONCE = 5000  # rows of a day


@dataclass(frozen=True)
class Routed:
    """How one pupil stands on every route."""

    pupil_id: UUID
    findings: Sequence[Finding]


def spans_on(db: Connection, school_id: UUID, *, as_at: date, calendar: SchoolCalendar) -> Spans:
    """The windows by which a school's pupils are looked at on a day."""
    return Spans(calendar, as_at, last_mark_of(db, school_id, on=as_at))


def routes_in(db: Connection, school_id: UUID, pupil_id: UUID | None = None, *, spans: Spans) -> Iterator[Routed]:
    """Every pupil of a school, or one, by name, on every route; marks are read pupil by pupil."""
    p, m = tables.pupil.c, tables.mark.c
    first = min([spans.year, *spans.weeks[:1]])
    given = notices_of_school(db, school_id, pupil_id)
    wanted = (
        select(p.id, p.born, m.day, m.am, m.pm)
        .outerjoin_from(tables.pupil, tables.mark, and_(m.pupil_id == p.id, m.day.between(first, spans.as_at)))
        .where(p.school_id == school_id)
        .order_by(p.surname, p.forename, p.upn, p.id)
    )
    if pupil_id is not None:
        wanted = wanted.where(p.id == pupil_id)
    for id_, rows in groupby(db.execute(wanted.execution_options(yield_per=AT_ONCE)), key=attrgetter("id")):
        mine = list(rows)
        notices = [
            GivenNotice(str(notice.adult_id), notice.issued_on, notice.sessions)
            for notice in given.get(id_, ())
            if notice.status != WITHDRAWN and notice.issued_on <= spans.as_at
        ]
        marks = _marks(mine, first, spans)
        yield Routed(id_, list(routes_of(marks, born=mine[0].born, spans=spans, notices=notices)))


def _marks(rows: Sequence[Any], first: date, spans: Spans) -> Marks:
    return marks_of(((row.day, row.am, row.pm) for row in rows), first, spans.as_at, spans.calendar)
