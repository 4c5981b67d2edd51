"""Windows that ended in an earlier week and met the criteria, from the marks that are kept."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from attendance.calendar import SchoolCalendar
from attendance.eligibility import Result, Threshold, Window, judge
from attendance.marks import Tally
from attendance.registers import CODES, closed_between, counted, spans_of

Met = list[tuple[Window, Tally]]
_NAMES = ("attending", "authorised", "unauthorised", "provisional_n")


def earlier_of(
    db: Connection,
    school_id: UUID,
    pupil_id: UUID | None = None,
    *,
    window: Window,
    threshold: Threshold,
    calendar: SchoolCalendar,
) -> Mapping[UUID, Met]:
    """The earlier windows of a school's pupils, or of one, that met the criteria; nothing for who has none.

    They never change a result, but a case may rely on one. Source: domain.md 3.7.
    """
    if not window.weeks:
        return {}
    found: dict[UUID, dict[date, Any]] = defaultdict(dict)
    asked = {
        "school_id": school_id,
        "pupil_id": pupil_id,
        "first": calendar.start,
        "last": window.as_at,
        "sessions": threshold.sessions,
        "closed": closed_between(calendar, calendar.start, window.as_at),
        **spans_of(db, school_id, pupil_id, calendar.start, window.as_at),
        **CODES,
    }
    for row in db.execute(_WEEKLY, asked):
        found[row.id][row.monday] = row
    windows = [
        Window(calendar.weeks_until(monday, number=threshold.window_weeks), monday + timedelta(days=6))
        for monday in calendar.weeks_until(window.weeks[-1], number=len(calendar.school_weeks))[:-1]
    ]
    met = {pupil: _met(weeks, windows, threshold) for pupil, weeks in found.items()}
    return {pupil: earlier for pupil, earlier in met.items() if earlier}


def _met(weeks: Mapping[date, Any], windows: list[Window], threshold: Threshold) -> Met:
    met = []
    for window in windows:
        rows = [weeks[monday] for monday in window.weeks if monday in weeks]
        tally = Tally(**{name: sum(getattr(row, name) for row in rows) for name in _NAMES})
        result = judge(possible=tally.possible, unauthorised=tally.unauthorised, threshold=threshold)
        if result is Result.ELIGIBLE:
            met.append((window, tally))
    return met


# Who has not missed enough in all has missed enough in no window.
_WEEKLY = counted(
    """
    WITH weekly AS (
        SELECT m.pupil_id AS id, date_trunc('week', m.day)::date AS monday, {counts}
        FROM {marks}
        WHERE {mine}
        GROUP BY m.pupil_id, monday
    ), enough AS (
        SELECT id FROM weekly GROUP BY id HAVING sum(unauthorised) >= :sessions
    )
    SELECT weekly.* FROM weekly JOIN enough USING (id)
    """
)
