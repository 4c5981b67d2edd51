"""The figures of a school's pupils, from the marks that are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Date, TextClause, Uuid, bindparam, func, or_, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from attendance import tables
from attendance.ages import compulsory_school_age
from attendance.calendar import SchoolCalendar
from attendance.codes import PROVISIONAL, TABLE, Kind
from attendance.eligibility import Figures, ReliedOn, Result, Threshold, Window, judge, relied_on, window_at
from attendance.marks import Marks

# A notice deals with its sessions, paid or not, unless it was withdrawn. Source: domain.md 6.3.
STANDING_NOTICES = ("issued", "paid", "unpaid", "prosecuted")


@dataclass(frozen=True)
class Standing:
    """How one pupil stands against the criteria.

    in_notices: of the unauthorised sessions, those that a penalty notice is about. without_notices: the result when
    these are not counted as unauthorised (domain.md E30).
    """

    pupil_id: UUID
    figures: Figures
    in_notices: int
    without_notices: Result


@dataclass(frozen=True)
class Eligibility:
    """A school's pupils by name, the window they were judged by, and the day of the last mark that was known."""

    window: Window
    marks_as_at: date | None
    pupils: tuple[Standing, ...]


def eligibility_of(
    db: Connection,
    school_id: UUID,
    pupil_id: UUID | None = None,
    *,
    as_at: date,
    threshold: Threshold,
    calendar: SchoolCalendar,
    only_eligible: bool = False,
) -> Eligibility:
    """The figures of all pupils of a school, or of one, as a check of the register would give them: in one statement.

    A mark on a day that the calendar has since closed is not counted. Source: domain.md 3.7.
    """
    last_mark = last_mark_of(db, school_id, on=as_at)
    window = window_at(as_at, last_mark=last_mark, calendar=calendar, threshold=threshold)
    first = window.weeks[0] if window.weeks else date.max
    asked = {
        "school_id": school_id,
        "pupil_id": pupil_id,
        "first": first,
        "last": as_at,
        "percent": threshold.percent,
        "sessions": threshold.sessions,
        "only_eligible": only_eligible,
        "closed": closed_between(calendar, first, as_at),
        **spans_of(db, school_id, pupil_id, first, as_at),
        **CODES,
    }
    standings = tuple(_standing(row, threshold) for row in db.execute(_COUNTED, asked))
    return Eligibility(window, last_mark, standings)


def sessions_relied_on(
    db: Connection, pupil_id: UUID, *, window: Window, calendar: SchoolCalendar
) -> tuple[ReliedOn, ...]:
    """The unauthorised sessions that a pupil's figures in a window count, in order."""
    if not window.weeks:
        return ()
    m, p = tables.mark.c, tables.pupil.c
    born = db.execute(select(p.born).where(p.id == pupil_id)).scalar_one()
    rows = db.execute(
        select(m.day, m.am, m.pm).where(m.pupil_id == pupil_id, m.day.between(window.weeks[0], window.as_at))
    )
    marks = marks_of(rows, window.weeks[0], window.as_at, calendar)
    return tuple(relied_on(marks, born=born, window=window))


def last_mark_of(db: Connection, school_id: UUID, *, on: date) -> date | None:
    """The day of the school's last mark up to a day.

    A file tells its last day; only for days after it one look into the index for each pupil is needed.
    """
    pupil, mark, i = tables.pupil, tables.mark, tables.register_import.c
    told: date | None = db.execute(
        select(func.max(i.last_day)).where(i.school_id == school_id, i.last_day <= on)
    ).scalar_one()
    if told == on:
        return on
    last = (
        select(mark.c.day)
        .where(mark.c.pupil_id == pupil.c.id, mark.c.day <= on)
        .where(mark.c.day > told if told else true())
        .where(or_(mark.c.am.is_not(None), mark.c.pm.is_not(None)))
        .order_by(mark.c.day.desc())
        .limit(1)
        .lateral()
    )
    found: date | None = db.execute(
        select(func.max(last.c.day)).select_from(pupil).join(last, true()).where(pupil.c.school_id == school_id)
    ).scalar_one()
    return found or told


def marks_of(rows: Iterable[Any], first: date, last: date, calendar: SchoolCalendar) -> Marks:
    """Marks of rows of day, am and pm, without those of days that the calendar has closed since."""
    marks = Marks(first, days=(last - first).days + 1)
    for day, am, pm in rows:
        if day is not None and calendar.is_school_day(day):
            for session, code in (("AM", am), ("PM", pm)):
                if code is not None:
                    marks.put(day, session, code)
    return marks


def closed_between(calendar: SchoolCalendar, first: date, last: date) -> list[date]:
    """The weekdays between two days on which the calendar has no school, where marks could stand none the less."""
    if first > last:
        return []
    span = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
    return [day for day in span if not calendar.is_school_day(day)]


def spans_of(db: Connection, school_id: UUID, pupil_id: UUID | None, first: date, last: date) -> dict[str, list[date]]:
    """Date of birth → the days between two days on which somebody born then is of compulsory school age.

    Only the dates of birth for which these are not all the days, as three lists. Source: domain.md 5.2, C-7.
    """
    p = tables.pupil.c
    wanted = select(p.born).distinct().where(p.school_id == school_id, p.born.is_not(None))
    if pupil_id is not None:
        wanted = wanted.where(p.id == pupil_id)
    spans = ((born, *compulsory_school_age(born)) for born in db.execute(wanted).scalars())
    short = [span for span in spans if span[1] > first or span[2] < last]
    borns, begins, ends = zip(*short, strict=True) if short else ((), (), ())
    return {"borns": list(borns), "begins": list(begins), "ends": list(ends)}


def _standing(row: Any, threshold: Threshold) -> Standing:
    possible = row.attending + row.authorised + row.unauthorised
    return Standing(
        pupil_id=row.id,
        figures=Figures(
            upn=row.upn,
            possible=possible,
            unauthorised=row.unauthorised,
            provisional_n=row.provisional_n,
            attending=row.attending,
            authorised=row.authorised,
            result=judge(possible=possible, unauthorised=row.unauthorised, threshold=threshold),
        ),
        in_notices=row.in_notices,
        without_notices=judge(possible=possible, unauthorised=row.unauthorised - row.in_notices, threshold=threshold),
    )


def _codes(*kinds: Kind) -> list[str]:
    return [code.code for code in TABLE if code.kind in kinds]


CODES = {
    "attending": _codes(Kind.ATTENDING),
    "authorised": _codes(Kind.AUTHORISED),
    "unauthorised": _codes(Kind.UNAUTHORISED),
    "provisional": PROVISIONAL,
    "standing_notices": list(STANDING_NOTICES),
}
_COUNTS = """
    count(*) FILTER (WHERE m.am = ANY(:attending)) + count(*) FILTER (WHERE m.pm = ANY(:attending)) AS attending,
    count(*) FILTER (WHERE m.am = ANY(:authorised)) + count(*) FILTER (WHERE m.pm = ANY(:authorised)) AS authorised,
    count(*) FILTER (WHERE m.am = ANY(:unauthorised)) + count(*) FILTER (WHERE m.pm = ANY(:unauthorised))
        AS unauthorised,
    count(*) FILTER (WHERE m.am = :provisional) + count(*) FILTER (WHERE m.pm = :provisional) AS provisional_n
"""
# In place, not WITH: of what is computed once and for all PostgreSQL makes no parallel plan.
_SPAN = "unnest(:borns, :begins, :ends) AS span (born, begins, ends)"
_MARKS = f"""
    mark m
    JOIN pupil p ON p.id = m.pupil_id
    LEFT JOIN {_SPAN} ON span.born = p.born
"""
_OURS = "p.school_id = :school_id AND (CAST(:pupil_id AS uuid) IS NULL OR p.id = :pupil_id)"
_MINE = f"""
    {_OURS} AND m.day BETWEEN :first AND :last AND m.day <> ALL(:closed)
    AND (span.born IS NULL OR m.day BETWEEN span.begins AND span.ends)
"""


def counted(query: str) -> TextClause:
    """A query whose `{counts}` are sessions of `{marks}`: those that `{mine}` names; `{ours}` names the pupils.

    Its parameters are those that `eligibility_of` gives.
    """
    whole = text(query.format(counts=_COUNTS, marks=_MARKS, mine=_MINE, ours=_OURS))
    names = set(whole.compile().params)
    return whole.bindparams(*(bindparam(name, type_=kind) for name, kind in _TYPES.items() if name in names))


_TYPES: dict[str, Any] = {
    **dict.fromkeys(("school_id", "pupil_id"), Uuid()),
    **dict.fromkeys(("first", "last"), Date()),
    **dict.fromkeys(("borns", "begins", "ends", "closed"), ARRAY(Date)),
    **dict.fromkeys(("attending", "authorised", "unauthorised", "standing_notices"), ARRAY(TEXT)),
}
# The share is compared in whole numbers, as `judge` does.
_COUNTED = counted(
    """
    WITH used AS (
        SELECT m.pupil_id, count(DISTINCT (s.day, s.session)) AS in_notices
        FROM {marks}
        JOIN penalty_notice n ON n.pupil_id = m.pupil_id AND n.status = ANY(:standing_notices)
        JOIN penalty_notice_session s ON s.notice_id = n.id AND s.day = m.day
        WHERE {mine} AND CASE s.session WHEN 'AM' THEN m.am ELSE m.pm END = ANY(:unauthorised)
        GROUP BY m.pupil_id
    ), counted AS (
        SELECT m.pupil_id, {counts} FROM {marks} WHERE {mine} GROUP BY m.pupil_id
    )
    SELECT p.id, p.upn, coalesce(c.attending, 0) AS attending, coalesce(c.authorised, 0) AS authorised,
           coalesce(c.unauthorised, 0) AS unauthorised, coalesce(c.provisional_n, 0) AS provisional_n,
           coalesce(u.in_notices, 0) AS in_notices
    FROM pupil p LEFT JOIN counted c ON c.pupil_id = p.id LEFT JOIN used u ON u.pupil_id = p.id
    WHERE {ours} AND (
        NOT :only_eligible
        OR c.unauthorised >= :sessions
        AND c.unauthorised * 100 >= :percent * (c.attending + c.authorised + c.unauthorised)
    )
    ORDER BY p.surname, p.forename, p.upn
    """
)
