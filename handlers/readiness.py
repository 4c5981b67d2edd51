"""Would this case stand up in court today: what would not, how long there is, and the latest safe next step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from attendance.codes import PROVISIONAL
from attendance.errors import OutsideCalendar
from attendance.limitation import Reached, forecast, in_time, last_safe_day
from attendance.meetings import held_meeting
from attendance.outcomes import outcome_of
from attendance.words import in_words
from handlers.against import Against
from handlers.facts import Facts
from handlers.forecasts import periods_of
from handlers.letter_fields import full
from handlers.packs import everybody
from handlers.parent_threads import threads

LOOKED_AHEAD = 400  # days: longer than any time to prosecute


@dataclass(frozen=True)
class Defect:
    """Something that would not stand up today. `parent`: whom it is about; "" where it is about the case."""

    rule: str
    words: str
    parent: str = ""


@dataclass(frozen=True)
class NextStep:
    """What comes next, and the last day on which it leaves the authority a working day; None where none does."""

    words: str
    latest: date | None


@dataclass(frozen=True)
class Readiness:
    """How the case stands today. Days are working days until sessions can no longer be charged."""

    defects: tuple[Defect, ...]
    sessions_in_time: int
    sessions_out_of_time: int
    first_limit: date | None
    last_limit: date | None
    days_left: int
    days_left_for_the_last: int
    next_step: NextStep

    @property
    def line(self) -> str:
        """One line for people who look at many cases."""
        number = len(self.defects)
        stands = "Nothing found that would not stand up today" if not number else f"Would not stand up today: {number}"
        left = (
            f"{self.days_left} working days until the first session runs out ({in_words(self.first_limit)})"
            if self.first_limit
            else "no session can be charged any more"
        )
        by = f" by {in_words(self.next_step.latest)}" if self.next_step.latest else ": no day leaves time to prosecute"
        return f"{stands}; {left}; next: {self.next_step.words}{by}."


def readiness(facts: Facts) -> Readiness:
    """How a case stands on any day from its first. Source: R028-R033, R079, domain.md 3.6, E46."""
    days, today = facts.calendar.days, facts.today
    relied_on = facts.sessions_relied_on
    left = in_time(relied_on, laid_on=today, days=days)
    safe = sorted(last_safe_day(session, days=days) for session in left)
    return Readiness(
        defects=tuple(_defects(facts, left)),
        sessions_in_time=len(left),
        sessions_out_of_time=len(relied_on) - len(left),
        first_limit=safe[0] if safe else None,
        last_limit=safe[-1] if safe else None,
        days_left=days.count_between(today, safe[0]) if safe else 0,
        days_left_for_the_last=days.count_between(today, safe[-1]) if safe else 0,
        next_step=_next_step(facts, left),
    )


def court_line(facts: Facts) -> str:
    """The line of a case that is open, or was; before its figures were taken there is nothing to say."""
    if not facts.has_opened:
        return "The register was not checked yet."
    try:
        return readiness(facts).line
    except OutsideCalendar as outside:
        return str(outside)


def _defects(facts: Facts, left: tuple[date, ...]) -> Iterator[Defect]:
    needed = facts.policy.threshold_sessions
    if len(left) < needed:
        yield Defect("R079", f"{len(left)} sessions can still be charged, {needed} are needed.")
    if not facts.parents:
        yield Defect("R023", "Nobody is established as a parent.")
    if facts.amended_to_defence:
        words = (
            f"{facts.amended_to_defence} sessions were unauthorised once and now bear a code that mirrors a defence."
        )
        yield Defect("R074", words)
    provisional = sum(code.code == PROVISIONAL and day >= facts.window_from for day, _, code in facts.marks)
    if provisional:
        yield Defect("R007", f"{provisional} sessions are still marked N: their reason is not known yet.")
    for kind in ("panel", "review"):
        if held_meeting(facts.db, facts.case.id, kind=kind) is None:
            yield Defect("R036" if kind == "panel" else "R072", f"No {kind} was held.")
    for thread in threads(facts):
        for missing in thread.missing:
            yield Defect(missing.rule, missing.words, thread.parent.name)
    for against in everybody(facts):
        yield from _used_up(against, needed)


def _used_up(against: Against, needed: int) -> Iterator[Defect]:
    used = len(against.sessions) - len(against.charged)
    if used and len(against.charged) < needed:
        words = f"{used} sessions are dealt with by a penalty notice, {len(against.charged)} are left."
        yield Defect("R079", words, against.parent.name)


def _next_step(facts: Facts, left: tuple[date, ...]) -> NextStep:
    """The last day for the next step, when every period after it is used to its end."""
    reviewed = outcome_of(facts.db, facts.case.id, stage="review")
    panel = held_meeting(facts.db, facts.case.id, kind="panel")
    review = held_meeting(facts.db, facts.case.id, kind="review")
    reached = Reached(posted=facts.today, panel=panel.day if panel else None, review=review.day if review else None)
    if panel is None:
        return NextStep("hold the panel", _latest(facts, left, lambda day: replace(reached, panel=day)))
    if review is None:
        return NextStep("hold the review", _latest(facts, left, lambda day: replace(reached, review=day)))
    if reviewed is None:
        return NextStep("decide the outcome", _latest(facts, left, lambda day: replace(reached, referred=day)))
    internal = outcome_of(facts.db, facts.case.id, stage="internal_review")
    if reviewed.internal_review_on and internal is None:
        words = f"decide the internal review, fixed for {full(reviewed.internal_review_on)}"
        return NextStep(words, _latest(facts, left, lambda day: replace(reached, internal_review=day)))
    days = facts.calendar.days
    safe = min((last_safe_day(session, days=days) for session in left), default=None)
    latest = days.before(1, safe) if safe else None
    return NextStep("submit the application", latest if latest and latest >= facts.today else None)


def _latest(facts: Facts, left: tuple[date, ...], reach: Callable[[date], Reached]) -> date | None:
    """The last school day, from today on, that still leaves the authority a working day. Later days leave less."""
    days = [day for day in facts.calendar.school_days if day >= facts.today]
    days = [day for day in days if day <= facts.today + timedelta(days=LOOKED_AHEAD)]
    low, high = 0, len(days)  # the first `low` leave time, from `high` on none does
    while low < high:
        middle = (low + high) // 2
        if _leaves_time(facts, left, reach(days[middle])):
            low = middle + 1
        else:
            high = middle
    return days[low - 1] if low else None


def _leaves_time(facts: Facts, left: tuple[date, ...], reached: Reached) -> bool:
    try:
        found = forecast(left, reached=reached, periods=periods_of(facts), calendar=facts.calendar)
    except OutsideCalendar:
        return False
    return found.authority_days > 0
