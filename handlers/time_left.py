"""The time to prosecute: of each session relied on, of the case, and on the day an application would be submitted."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from attendance.limitation import LIMITATION_MONTHS, PROSECUTION_WEEKS, limitation
from attendance.words import in_words
from handlers.calendar_facts import latest_internal_review, working_days_after
from handlers.facts import Facts
from handlers.meeting_facts import held_on

RULE = "R079"


@dataclass(frozen=True)
class DayLimit:
    """The sessions of one day, and until when they can be charged."""

    day: date
    sessions: int
    six_months: date
    twenty_six_weeks: date
    last_safe_day: date
    is_in_time: bool

    @property
    def words(self) -> str:
        """How the last safe day comes about."""
        return (
            f"{in_words(self.last_safe_day)}: {LIMITATION_MONTHS} months end on {in_words(self.six_months)}, "
            f"{PROSECUTION_WEEKS} weeks on {in_words(self.twenty_six_weeks)}; the earlier, on a working day."
        )


@dataclass(frozen=True)
class Submitted:
    """What an application submitted on a day leaves the authority. Source: domain.md 3.6."""

    day: date
    authority_days: int
    sessions_in_time: int
    shorter: str  # a shorter lawful way, where this one leaves nothing

    @property
    def words(self) -> str:
        """One sentence."""
        said = (
            f"Submitted on {in_words(self.day)}, it leaves the authority {self.authority_days} working days and "
            f"{self.sessions_in_time} sessions in time."
        )
        return f"{said} {self.shorter}".strip()


def day_limits(facts: Facts) -> list[DayLimit]:
    """The limit of each day with sessions relied on. Source: R079, domain.md 3.6."""
    days = facts.calendar.days
    found = []
    for day, number in sorted(Counter(facts.sessions_relied_on).items()):
        limit = limitation(day, days=days)
        found.append(
            DayLimit(
                day=day,
                sessions=number,
                six_months=limit.six_months,
                twenty_six_weeks=limit.twenty_six_weeks,
                last_safe_day=limit.last_safe_day,
                is_in_time=limit.last_safe_day >= facts.today,
            )
        )
    return found


def submitted_on(facts: Facts, day: date) -> Submitted:
    """What is left when the application is submitted on a day; a warning names the shorter lawful way."""
    limits = day_limits(facts)
    alive = [each for each in limits if each.is_in_time]
    in_time = [each for each in limits if each.last_safe_day >= day]
    first = min((each.last_safe_day for each in alive), default=None)
    authority_days = facts.calendar.days.count_between(day, first) if first and first > day else 0
    return Submitted(
        day=day,
        authority_days=authority_days,
        sessions_in_time=sum(each.sessions for each in in_time),
        shorter="" if authority_days else _shorter(facts, first),
    )


def decided_on(facts: Facts, code: str, day: date) -> list[tuple[str, str, date]]:
    """What follows from an outcome on a day: rule, words, date. O3 and refer start the application, O4 a review."""
    policy = facts.policy
    if code == "O4":
        latest = latest_internal_review(
            facts, policy.internal_review_weeks, policy.internal_review_days, held_on(facts, "review")
        )
        return [("R078", "Internal review at the latest", latest), *_application(facts, latest)]
    return _application(facts, day) if code in ("O3", "refer") else []


def _application(facts: Facts, day: date) -> list[tuple[str, str, date]]:
    policy = facts.policy
    return [
        ("R089", "First reminder", working_days_after(facts, policy.reminder_first_days, day)),
        ("R089", "Second reminder", working_days_after(facts, policy.reminder_second_days, day)),
        ("R091", "Application due", working_days_after(facts, policy.application_days, day)),
    ]


def _shorter(facts: Facts, first: date | None) -> str:
    if first is None:
        return "No session can be charged any more: withdraw, or rely on later absence."
    latest = facts.calendar.days.before(1, first)
    if latest < facts.today:
        return "No lawful day is left for the first session: it drops out of what is relied on."
    return (
        f"Shorter and lawful: refer at the review without an internal review, or submit before the period ends, by "
        f"{in_words(latest)}."
    )
