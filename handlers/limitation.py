"""The six-month limit: a warning while there is time, and sessions that can no longer be relied on."""

from attendance.chargeable import warned_sessions
from attendance.limitation import in_time, last_safe_day
from engine.calls import Call
from engine.registry import handler
from handlers.facts import Facts


@handler("limitation.check")
def check(call: Call) -> None:
    """Notes what is still in time, what runs out soon and what has run out; frozen figures stay as they are (E46)."""
    facts: Facts = call.facts
    sessions, today, days = facts.sessions_relied_on, facts.today, facts.calendar.days
    left = in_time(sessions, laid_on=today, days=days)
    soon = warned_sessions(left, today, warning_days=facts.policy.limitation_warning_days, days=days)
    first_safe_day = min((last_safe_day(session, days=days) for session in left), default=None)
    call.note(
        "limitation_warning" if soon else "limitation_checked",
        in_time=len(left),
        expired=len(sessions) - len(left),
        runs_out_soon=len(soon),
        first_last_safe_day=first_safe_day.isoformat() if first_safe_day else None,
        needed=facts.policy.threshold_sessions,
    )
