"""When the sessions that a prosecution can rely on must be looked at again."""

from collections.abc import Sequence
from datetime import date, timedelta

from attendance.limitation import last_safe_day
from attendance.working_days import WorkingDays

ONE_DAY = timedelta(days=1)


def warned_sessions(sessions: Sequence[date], today: date, *, warning_days: int, days: WorkingDays) -> tuple[date, ...]:
    """The sessions that are in time today and run out of time within so many working days."""
    until = days.after(warning_days, today)
    return tuple(day for day in sessions if today <= last_safe_day(day, days=days) <= until)


def next_look(sessions: Sequence[date], today: date, *, warning_days: int, days: WorkingDays) -> date:
    """The next day after today on which a session is to be warned about, or has just run out of time.

    Never nothing: without such a day it is the warning day of a session missed today, because none comes sooner.
    Source: domain.md 3.6, E46.
    """
    moments: set[date] = set()
    for session in {*sessions, today}:
        safe = last_safe_day(session, days=days)
        moments |= {days.before(warning_days, safe), safe + ONE_DAY}
    return min(moment for moment in moments if moment > today)
