"""Days by the case's own school calendar: what timers and due dates in diagrams are reckoned with."""

from datetime import date, datetime, time, timedelta

from attendance.moments import LONDON
from engine.registry import fact
from handlers.facts import Facts

LAST_MOMENT = time(23, 59, 59)


@fact
def working_days_after(facts: Facts, number: int, day: date) -> date:
    """The working day so many working days after a day."""
    return facts.calendar.days.after(number, day)


@fact
def working_days_before(facts: Facts, number: int, day: date) -> date:
    """The working day so many working days before a day."""
    return facts.calendar.days.before(number, day)


@fact
def school_weeks_after(facts: Facts, number: int, day: date) -> date:
    """The same weekday so many school weeks after a day; school may be closed on it."""
    return facts.calendar.school_weeks_after(number, day)


@fact
def offered(facts: Facts, day: date) -> date:
    """The last school day on or before a day."""
    return facts.calendar.offered(day)


@fact
def latest_internal_review(facts: Facts, weeks: int, days: int, review: date) -> date:
    """The last school day within so many school weeks, and so many school days, of a review. Source: R078, A5."""
    return facts.calendar.latest_internal_review(review, weeks=weeks, school_days=days)


@fact
def weeks_after(facts: Facts, number: int, day: date) -> date:  # noqa: ARG001 - every fact gets the facts
    """The day so many calendar weeks after a day."""
    return day + timedelta(weeks=number)


@fact
def start_of(facts: Facts, day: date) -> str:  # noqa: ARG001 - every fact gets the facts
    """The first moment of a day in England."""
    return datetime.combine(day, time(), LONDON).isoformat()


@fact
def end_of(facts: Facts, day: date) -> str:  # noqa: ARG001 - every fact gets the facts
    """The last second of a day in England."""
    return datetime.combine(day, LAST_MOMENT, LONDON).isoformat()


@fact
def opened_on(facts: Facts) -> date:
    """The day on which the case was opened."""
    return facts.case.opened_at.astimezone(LONDON).date()
