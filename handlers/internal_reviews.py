"""Until when an internal review can be held: six school weeks, thirty school days, and the time to prosecute."""

from dataclasses import dataclass
from datetime import date, timedelta

from attendance.errors import OutsideCalendar
from attendance.limitation import in_time, last_safe_day
from attendance.words import in_words
from engine.registry import Refusal
from handlers.answers import Answers, date_of
from handlers.calendar_facts import latest_internal_review
from handlers.facts import Facts
from handlers.meeting_facts import held_on


def checked_day(facts: Facts, answers: Answers, decided_on: date) -> date:
    """The day, when it lies in school, within the limits and inside the time to prosecute. Source: R078-R082, A5."""
    day = date_of(answers, "review_again")
    if not answers.get("all_clear"):
        raise Refusal(
            "not_clear", "All parties must be clear about the day and the decision.", rule="R081", field="all_clear"
        )
    if day <= decided_on or not facts.calendar.is_school_day(day):
        raise Refusal("no_school_day", f"{in_words(day)} is no school day to come.", rule="R078", field="review_again")
    limit = limit_of(facts)
    if limit.latest is None or day > limit.latest:
        raise Refusal(
            "too_late",
            f"An internal review is held within {facts.policy.internal_review_weeks} school weeks and "
            f"{facts.policy.internal_review_days} school days, and before the time to prosecute runs out: by "
            f"{in_words(limit.latest) if limit.latest else 'no day that the school calendar knows'}.",
            rule=limit.rule,
            field="review_again",
        )
    return day


@dataclass(frozen=True)
class Limit:
    """The last school day for an internal review; None where the calendar ends before it is known."""

    latest: date | None
    rule: str  # which one is the nearer limit


def limit_of(facts: Facts) -> Limit:
    """The last school day for an internal review, and the rule that sets it.

    The weeks run from the review, on whatever day its outcome is written down. Source: R078, domain.md 2.9.
    """
    policy = facts.policy
    try:
        by_weeks = latest_internal_review(
            facts, policy.internal_review_weeks, policy.internal_review_days, held_on(facts, "review")
        )
    except OutsideCalendar:
        return Limit(None, "R078")
    safe = first_safe_day(facts)
    if safe is None or by_weeks < safe:
        return Limit(by_weeks, "R078")
    return Limit(facts.calendar.offered(safe - timedelta(days=1)), "R079")


def first_safe_day(facts: Facts) -> date | None:
    """The last safe day of the first session that is still in time: nothing may hinder its prosecution (R079)."""
    days = facts.calendar.days
    left = in_time(facts.sessions_relied_on, laid_on=facts.today, days=days)
    return min((last_safe_day(session, days=days) for session in left), default=None)
