"""What ends soon in an installation: the published bank holidays, and the calendars of its schools."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from attendance.calendar_alerts import Alert, bank_holiday_alert, school_alert
from attendance.calendar_file import calendar_of
from attendance.proclamations import published_until
from attendance.schools import latest_calendar
from attendance.tables import school

MOST_LINES = 5


def alerts(db: Connection, *, today: date, schools: Collection[UUID] | None = None) -> list[tuple[UUID | None, Alert]]:
    """What ends soon, with the school whose calendar it is; of these schools, or of all."""
    found: list[tuple[UUID | None, Alert]] = []
    if (alert := bank_holiday_alert(published_until(db), today=today)) is not None:
        found.append((None, alert))
    wanted = select(school.c.id, school.c.name).order_by(school.c.name, school.c.id)
    if schools is not None:
        wanted = wanted.where(school.c.id.in_(schools))
    for row in db.execute(wanted).all():
        current = latest_calendar(db, row.id)
        if current is None:
            continue
        if (alert := school_alert(calendar_of(current.content), school=row.name, today=today)) is not None:
            found.append((row.id, alert))
    return found


def alert_lines(db: Connection, *, today: date) -> list[str]:
    """What whoever starts the service is told of it."""
    found = [alert.sentence for _, alert in alerts(db, today=today)]
    more = len(found) - MOST_LINES
    return found[:MOST_LINES] + ([f"And {more} more: `fasttrack calendar alerts`."] if more > 0 else [])
