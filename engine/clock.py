"""The one clock: the database's, or, in a demo, the database's moved forward."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, DateTime, literal_column, select, text, update

from engine import tables
from engine.database import AnyRow
from engine.errors import Declined, NotFound

LONDON = ZoneInfo("Europe/London")

_READ = "SELECT clock_timestamp() + make_interval(secs => COALESCE((SELECT offset_seconds FROM clock WHERE demo), 0))"
_NOW = text(_READ)
# The present moment within a statement; read once, when the statement begins to run.
NOW: ColumnElement[datetime] = literal_column(f"({_READ})", DateTime(timezone=True))
# One statement, the lock first: a clock read before or beside the lock is late by as long as the lock was waited for.
_LOCK = text(
    """
    WITH c AS MATERIALIZED (SELECT * FROM "case" WHERE id = :id FOR NO KEY UPDATE)
    SELECT c.*, clock_timestamp()
        + make_interval(secs => COALESCE((SELECT offset_seconds FROM clock WHERE demo), 0)) AS now
    FROM c
    """
)


class ClockRefused(Declined):
    """Only the clock of a demo can be moved, and only forward."""


def now(db: Connection) -> datetime:
    """The present moment, aware, UTC."""
    moment: datetime = db.execute(_NOW).scalar_one()
    return moment.astimezone(UTC)


def lock_case(db: Connection, case_id: UUID) -> tuple[AnyRow, datetime]:
    """Locks a case's row and reads the clock after the lock is held. Raises NotFound."""
    row = db.execute(_LOCK, {"id": case_id}).one_or_none()
    if row is None:
        raise NotFound(f"There is no case {case_id}.")
    return row, row.now.astimezone(UTC)


def machine_day() -> date:
    """The day in England by this machine's clock, for what is tried without a database; nothing is due by it."""
    return datetime.now(LONDON).date()


def london_day(moment: datetime) -> date:
    """The calendar day in England at a moment."""
    return moment.astimezone(LONDON).date()


def is_demo(db: Connection) -> bool:
    """Whether this database belongs to a demo."""
    return bool(db.execute(select(tables.clock.c.demo)).scalar_one_or_none())


def start_at(db: Connection, moment: datetime) -> None:
    """Sets a demo's clock, before the first case, to any moment. Raises ClockRefused."""
    if not is_demo(db) or db.execute(select(tables.case.c.id).limit(1)).first():
        raise ClockRefused("Only the clock of a demo without cases can be set back.")
    ahead = moment - now(db)
    db.execute(update(tables.clock).values(offset_seconds=tables.clock.c.offset_seconds + int(ahead.total_seconds())))


def move_to(db: Connection, moment: datetime) -> datetime:
    """Moves a demo's clock forward. Raises ClockRefused for a live database or a moment that has passed."""
    if not is_demo(db):
        raise ClockRefused
    here = now(db)
    if moment < here - timedelta(seconds=1):
        raise ClockRefused(f"The clock stands at {here.isoformat(timespec='seconds')} and only moves forward.")
    ahead = int((moment - here).total_seconds()) + (moment > here)
    db.execute(update(tables.clock).values(offset_seconds=tables.clock.c.offset_seconds + ahead))
    return now(db)
