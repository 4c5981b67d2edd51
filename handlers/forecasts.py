"""What the rest of the procedure leaves of the time to prosecute, as every step's form shows it."""

from dataclasses import replace
from datetime import date
from typing import Any

from attendance.errors import OutsideCalendar
from attendance.limitation import Forecast, Periods, Reached, forecast, in_time
from attendance.meetings import held_meeting, meetings_of
from attendance.notice import Postage
from attendance.outcomes import outcome_of
from attendance.plans import plan_of
from attendance.slots import first_school_day
from attendance.words import in_words
from handlers.answers import iso
from handlers.facts import Facts


def forecast_shown(facts: Facts) -> dict[str, Any]:
    """Each step's latest day when every period is used to its end, and what is still in time then.

    `warning` says that the authority would have no working day left, or that the calendar ends before the procedure.
    Source: domain.md 3.6.
    """
    sessions = in_time(facts.sessions_relied_on, laid_on=facts.today, days=facts.calendar.days)
    try:
        found = forecast(sessions, reached=_reached(facts), periods=periods_of(facts), calendar=facts.calendar)
    except OutsideCalendar as outside:
        return {"warning": str(outside)}
    return {
        "panel": found.panel.isoformat(),
        "review": found.review.isoformat(),
        "internal_review": iso(found.internal_review),
        "application_due": found.application_due.isoformat(),
        "first_limit": iso(found.first_limit),
        "last_limit": iso(found.last_limit),
        "sessions_in_time": len(found.in_time),
        "authority_days": found.authority_days,
        "warning": _warning(found),
    }


def periods_of(facts: Facts) -> Periods:
    """The periods of the case's policy."""
    policy = facts.policy
    return Periods(
        notice_days=policy.notice_days,
        review_weeks=policy.review_weeks,
        internal_review_weeks=policy.internal_review_weeks,
        internal_review_days=policy.internal_review_days,
        application_days=policy.application_days,
    )


def _reached(facts: Facts) -> Reached:
    """What was held or fixed, and for the rest the earliest day that evidence-grade notice leaves."""
    today, postage = facts.today, Postage.FIRST  # what the form of a meeting suggests
    earliest = first_school_day(facts.notice(today, postage=postage).evidence_grade, calendar=facts.calendar)
    if earliest is None:
        raise OutsideCalendar("The school's calendar ends before a meeting could be held.")
    reached = Reached(posted=today, postage=postage, panel=_held_or_to_come(facts, "panel") or earliest)
    plan = plan_of(facts.db, facts.case.id, kind="panel")
    if reviewed_on := _held_or_to_come(facts, "review"):
        reached = replace(reached, review=reviewed_on)
    elif plan and plan.review_on:
        reached = replace(reached, review=plan.review_on if plan.review_on >= today else earliest)
    reviewed = outcome_of(facts.db, facts.case.id, stage="review")
    internal = outcome_of(facts.db, facts.case.id, stage="internal_review")
    if reviewed and reviewed.is_referral:
        return replace(reached, referred=reviewed.decided_on)
    if internal and internal.is_referral:
        return replace(reached, internal_review=internal.decided_on, referred=internal.decided_on)
    return replace(reached, internal_review=reviewed.internal_review_on) if reviewed else reached


def _held_or_to_come(facts: Facts, kind: str) -> date | None:
    if held := held_meeting(facts.db, facts.case.id, kind=kind):
        return held.day
    arranged = [meeting for meeting in meetings_of(facts.db, facts.case.id, kind=kind) if meeting.state == "arranged"]
    return arranged[-1].day if arranged else None


def _warning(found: Forecast) -> str:
    if found.first_limit is None or found.authority_days:
        return ""
    return (
        f"If every period is used to its end, the application is due on {in_words(found.application_due)}. The first "
        f"session can be charged until {in_words(found.first_limit)} at the latest: the authority has no working day."
    )
