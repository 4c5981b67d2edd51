"""Acting by hand on the timers of the small process."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from engine import clock, tables
from engine.by_hand import Act
from engine.clock import LONDON
from engine.database import transaction
from engine.history import timeline
from engine.runtime import Runtime
from engine.timer_acts import Wanted, change_timer
from tests.engine.small import R, rows


def timer(runtime: Runtime, element: str) -> Any:
    """The newest timer of an element."""
    return rows(runtime, tables.timer, R.element == element)[-1]


def today(runtime: Runtime) -> date:
    """The day in England."""
    with transaction(runtime.engine) as db:
        return clock.london_day(clock.now(db))


def in_days(runtime: Runtime, days: int) -> date:
    """A day so many days from now."""
    return today(runtime) + timedelta(days=days)


def start_of(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, datetime.min.time(), LONDON)


def act(runtime: Runtime, element: str, wanted: Act, on: date | None = None, **more: Any) -> Any:
    """A supervisor does it, with a reason."""
    asked = Wanted(wanted, "Because.", on)
    return change_timer(runtime, timer(runtime, element).id, asked, actor="boss", **more)


def noted(runtime: Runtime, case_id: UUID, what: str) -> list[dict[str, Any]]:
    """What the history says of one kind of event, in order."""
    with transaction(runtime.engine) as db:
        return [row["facts"] for row in timeline(db, case_id) if row["what"] == what]
