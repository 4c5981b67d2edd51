"""Notices a wall clock that jumps, before it makes every timer due at once."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import exists, select, text

from engine import tables
from engine.database import transaction
from engine.errors import IncidentRaised
from engine.incidents import Command, guarded
from engine.people import SYSTEM
from engine.runtime import Runtime

COMMAND = "background_work"
MOST = timedelta(hours=1)


class ClockJumped(Exception):
    """The database's clock jumped against the time that really passed. Timers wait until a person has looked."""


def seconds_since_start() -> float:
    """Seconds since the machine started, its sleep included where the system counts that."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ClockWatch:
    """Compares two readings of the database's clock with the time that passed between them in this process.

    Sleep of the machine counts as passing. A service that was down compares nothing: an outage is caught up.
    """

    def __init__(self, runtime: Runtime, *, passed: Callable[[], float] = seconds_since_start) -> None:
        """passed: how many seconds this machine has run."""
        self._runtime, self._passed = runtime, passed
        self._last: tuple[datetime, float] | None = None
        self.has_stopped = False

    def allows_work(self) -> bool:
        """Whether work may be done now. Records an incident when the clock has jumped, once."""
        with transaction(self._runtime.engine) as db:
            i = tables.incident.c
            self.has_stopped = bool(
                db.execute(select(exists().where(i.command == COMMAND, i.resolved_at.is_(None)))).scalar()
            )
            # The server's own clock: a demo's may be moved at will.
            moment: datetime = db.execute(text("SELECT clock_timestamp()")).scalar_one()
        jump = self._jump(moment)
        if self.has_stopped:
            return False
        if abs(jump) > MOST:
            self._record(jump)
        return not self.has_stopped

    def _jump(self, moment: datetime) -> timedelta:
        passed = self._passed()
        before, self._last = self._last, (moment, passed)
        return (moment - before[0]) - timedelta(seconds=passed - before[1]) if before else timedelta()

    def _record(self, jump: timedelta) -> None:
        self.has_stopped = True
        command = Command(COMMAND, {"jump_seconds": round(jump.total_seconds())}, SYSTEM, None, None)
        try:
            with guarded(self._runtime, command):
                raise ClockJumped(f"{ClockJumped.__doc__} The jump was {jump}.")
        except IncidentRaised:
            pass
