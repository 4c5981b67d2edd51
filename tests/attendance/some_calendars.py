"""Calendars and days of all kinds, for what must hold of every one."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from attendance.calendar import Closure, SchoolCalendar
from attendance.notice import Postage
from attendance.working_days import WorkingDays

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
near = st.dates(date(2026, 9, 1), date(2028, 7, 31))  # around the school years below
postages = st.sampled_from(Postage)
grades = st.sampled_from(("literal", "clear", "evidence_grade"))

# Working days of places that know some days better than the library: as many as a century brings, in two years.
places = st.builds(
    WorkingDays,
    proclaimed=st.frozensets(near, max_size=6),
    replaced=st.frozensets(near, max_size=4),
)


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """Two school years with terms, staff days, closures and bank holidays at random."""
    ends = sorted(draw(st.sets(near, min_size=6, max_size=12)))
    terms = tuple((first, last - timedelta(days=1)) for first, last in pairwise(ends) if (last - first).days > 1)
    closures = draw(st.dictionaries(near, st.just(Closure("Y4")), max_size=8))
    return SchoolCalendar(
        terms=terms or ((ends[0], ends[-1]),),
        inset=draw(st.frozensets(near, max_size=8)),
        closures=closures,
        days=draw(places),
    )


def closed_on(calendar: SchoolCalendar, *more: date) -> SchoolCalendar:
    """The calendar with closures added."""
    closures = {**calendar.closures, **dict.fromkeys(more, Closure("Y4", "snow"))}
    return SchoolCalendar(calendar.terms, calendar.inset, closures, calendar.days)


def with_holidays(place: WorkingDays, *more: date) -> WorkingDays:
    """The place with bank holidays added."""
    return WorkingDays(place.proclaimed | set(more), place.replaced)
