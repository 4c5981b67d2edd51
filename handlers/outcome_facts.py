"""Figures, progress and decisions, as expressions and decision tables ask for them."""

from datetime import date, timedelta

from attendance.chargeable import next_look
from attendance.limitation import in_time
from attendance.outcomes import outcome_of
from engine.calls import latest_answer
from engine.registry import fact
from handlers.facts import Facts
from handlers.meeting_facts import held_on

ONE_DAY = timedelta(days=1)


@fact
def look_again_on(facts: Facts) -> date:
    """The day that the school named for looking at the early support again."""
    answers = latest_answer(facts.db, facts.case.id, "ReviewEarlySupport")
    if answers is None or not answers.get("look_again"):
        raise LookupError("No day was named for looking again.")
    return date.fromisoformat(answers["look_again"])


@fact
def possible_sessions(facts: Facts) -> int:
    """Possible sessions in the window of the latest snapshot."""
    return int(facts.snapshot.figures["possible"])


@fact
def unauthorised_sessions(facts: Facts) -> int:
    """Unauthorised sessions in the window of the latest snapshot."""
    return int(facts.snapshot.figures["unauthorised"])


@fact
def outcome_on(facts: Facts) -> date:
    """The day on which the outcome of the review was decided."""
    found = outcome_of(facts.db, facts.case.id, stage="review")
    if found is None:
        raise LookupError("No outcome was decided in this case.")
    return found.decided_on


@fact
def internal_review_on(facts: Facts) -> date:
    """The day that was fixed for the internal review."""
    found = outcome_of(facts.db, facts.case.id, stage="review")
    if found is None or found.internal_review_on is None:
        raise LookupError("No internal review was fixed in this case.")
    return found.internal_review_on


@fact
def referred_on(facts: Facts) -> date:
    """The day on which the referral was decided, at the review or by the internal review: day 0 of R089 (A6)."""
    for stage in ("internal_review", "review"):
        found = outcome_of(facts.db, facts.case.id, stage=stage)
        if found is not None and found.is_referral:
            return found.decided_on
    raise LookupError("This case was not referred.")


@fact
def target_met(facts: Facts) -> bool:
    """No more unauthorised sessions in the target's period than agreed, from the register as it is (R073)."""
    return facts.progress.is_achieved


@fact
def improved(facts: Facts) -> bool:
    """A smaller share of the sessions since the panel is unauthorised than in the opening window (R073)."""
    return facts.progress.has_improved


@fact
def further_unauthorised(facts: Facts) -> int:
    """Unauthorised sessions after the day of the panel (R077)."""
    return facts.count(held_on(facts, "panel") + ONE_DAY, facts.today).unauthorised


@fact
def defence_suggested(facts: Facts) -> bool:
    """Whether the register itself suggests a statutory defence (R074): the panel is asked to look, it alone decides.

    At least half of what was unauthorised since the opening window began now bears a code that mirrors a defence.
    """
    amended = facts.amended_to_defence
    return amended > 0 and amended >= len(facts.sessions_relied_on)


@fact(fixed_by="R079")
def next_limitation_date(facts: Facts) -> date:
    """The next day after today on which a session relied on is to be warned about or has run out of time (E46)."""
    return next_look(
        facts.sessions_relied_on,
        facts.today,
        warning_days=facts.policy.limitation_warning_days,
        days=facts.calendar.days,
    )


@fact
def still_chargeable(facts: Facts) -> bool:
    """Whether as many sessions are still in time today as the criteria ask for (domain.md E46).

    The number alone: the share is that of a window, and sessions that run out of time leave no window behind.
    """
    left = in_time(facts.sessions_relied_on, laid_on=facts.today, days=facts.calendar.days)
    return len(left) >= facts.policy.threshold_sessions
