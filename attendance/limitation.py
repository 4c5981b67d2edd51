"""How long a session can still be prosecuted, and whether the whole procedure leaves time for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.calendar import SchoolCalendar
from attendance.months import months_after
from attendance.notice import Postage, notice
from attendance.working_days import WorkingDays

LIMITATION_MONTHS = 6  # Magistrates' Courts Act 1980 s127
PROSECUTION_WEEKS = 26  # the source page's figure (R079), which is a day later than six months on a third of all days


@dataclass(frozen=True)
class Limitation:
    """Until when one session can be charged, by both ways of counting; the earlier one holds."""

    six_months: date
    twenty_six_weeks: date
    limit: date
    last_safe_day: date  # the limit, or the last working day before it


def limitation(session: date, *, days: WorkingDays) -> Limitation:
    """The limits of a session on a day. Source: R079, domain.md 3.6."""
    six_months = months_after(LIMITATION_MONTHS, session)
    twenty_six_weeks = session + timedelta(weeks=PROSECUTION_WEEKS)
    limit = min(six_months, twenty_six_weeks)
    return Limitation(six_months, twenty_six_weeks, limit, days.on_or_before(limit))


def last_safe_day(session: date, *, days: WorkingDays) -> date:
    """The last working day on which a session can still be charged."""
    return limitation(session, days=days).last_safe_day


def in_time(sessions: Sequence[date], *, laid_on: date, days: WorkingDays) -> tuple[date, ...]:
    """The sessions (a day with two stands twice) that can still be charged when the charge is laid on a day."""
    safe = {session: last_safe_day(session, days=days) for session in set(sessions)}
    return tuple(session for session in sessions if safe[session] >= laid_on)


def next_limitation_date(sessions: Sequence[date], *, after: date, days: WorkingDays) -> date | None:
    """The first day after `after` that is the last safe day of a session; None when all are past."""
    return min(
        (safe for safe in (last_safe_day(day, days=days) for day in set(sessions)) if safe > after), default=None
    )


@dataclass(frozen=True)
class Periods:
    """The periods that a council may change, from the bundle's policy."""

    notice_days: int
    review_weeks: int
    internal_review_weeks: int
    internal_review_days: int
    application_days: int


@dataclass(frozen=True)
class Reached:
    """How far a case is: the day on which the first letter was or will be posted, and what has been fixed since."""

    posted: date
    postage: Postage = Postage.SECOND
    panel: date | None = None
    review: date | None = None
    internal_review: date | None = None
    referred: date | None = None  # when it was decided to apply, at the review or by an internal one


@dataclass(frozen=True)
class Forecast:
    """When each step comes at the latest, and what is left of the sessions then. Source: domain.md 3.6."""

    panel: date
    review: date
    internal_review: date | None  # None where the review itself referred the case
    application_due: date
    first_limit: date | None  # the limit of the first session relied on: the target
    last_limit: date | None  # the limit of the last one: the outer edge
    in_time: tuple[date, ...]  # sessions still in time on the day the application is due
    authority_days: int  # working days left to the authority before the first session runs out


def forecast(sessions: Sequence[date], *, reached: Reached, periods: Periods, calendar: SchoolCalendar) -> Forecast:
    """The whole chain, with an internal review unless the case was referred, and every period used to its end.

    Raises OutsideCalendar when the calendar ends before the chain does.
    """
    days = calendar.days
    panel = (
        reached.panel
        or notice(reached.posted, postage=reached.postage, days=days, notice_days=periods.notice_days).evidence_grade
    )
    review = reached.review or calendar.offered(panel + timedelta(weeks=periods.review_weeks))
    internal_review = reached.internal_review
    if internal_review is None and reached.referred is None:
        internal_review = calendar.latest_internal_review(
            review, weeks=periods.internal_review_weeks, school_days=periods.internal_review_days
        )
    due = days.after(periods.application_days, reached.referred or internal_review or review)
    limits = [limitation(session, days=days) for session in (min(sessions), max(sessions))] if sessions else []
    return Forecast(
        panel=panel,
        review=review,
        internal_review=internal_review,
        application_due=due,
        first_limit=limits[0].limit if limits else None,
        last_limit=limits[1].limit if limits else None,
        in_time=in_time(sessions, laid_on=due, days=days),
        authority_days=days.count_between(due, limits[0].last_safe_day) if limits else 0,
    )
