"""Whether a case goes on when its criteria are no longer met, or its sessions run out of time."""

from dataclasses import asdict

from attendance.limitation import in_time, last_safe_day
from attendance.mark_changes import SessionChanged
from attendance.moments import LONDON
from engine.calls import Call
from engine.registry import Accepted, handler
from handlers.addresses import asking_addresses, check_before_sending
from handlers.answers import Answers, Prepared, prepared, text_of
from handlers.facts import Facts
from handlers.letters import written_to
from handlers.register_changes import changed_sessions


@handler("reconsider.prepare")
def prepare(call: Call) -> Prepared:
    """The frozen figures of the opening beside those of the same window as the register is now (2.8, E24).

    Each session that counts otherwise is named: corrected, closed late, or made unauthorised after the event.
    """
    facts: Facts = call.facts
    now = facts.recheck().figures
    form = prepared(
        shown={
            "opening": dict(facts.opening.figures),
            "now": {**asdict(now), "result": str(now.result)},
            "changed": [_said(change) for change in changed_sessions(facts)],
        },
    )
    return asking_addresses(facts, form)


@handler("reconsider.accept")
def accept(call: Call, answers: Answers) -> Accepted:
    """Goes on or withdraws; never by itself (E24)."""
    return _accept(call, answers, "reconsidered")


@handler("reconsider.prepare_limitation")
def prepare_limitation(call: Call) -> Prepared:
    """How many sessions are still in time, and until when (E46)."""
    facts: Facts = call.facts
    days = facts.calendar.days
    left = in_time(facts.sessions_relied_on, laid_on=facts.today, days=days)
    form = prepared(
        shown={
            "in_time": len(left),
            "expired": len(facts.sessions_relied_on) - len(left),
            "needed": facts.policy.threshold_sessions,
            "last_safe_days": sorted({last_safe_day(session, days=days).isoformat() for session in left}),
        }
    )
    return asking_addresses(facts, form)


@handler("reconsider.accept_limitation")
def accept_limitation(call: Call, answers: Answers) -> Accepted:
    """Goes on with what is left or withdraws (E46)."""
    return _accept(call, answers, "reconsidered_limitation")


def _said(change: SessionChanged) -> dict[str, str]:
    return {
        "day": change.day.isoformat(),
        "session": change.session,
        "was": change.was,
        "is_now": change.is_now,
        "how": str(change.how),
        "at": change.at.astimezone(LONDON).isoformat(timespec="minutes") if change.at else "",
        "file": change.file,
    }


def _accept(call: Call, answers: Answers, result: str) -> Accepted:
    if answers["decision"] == "withdraw":
        check_before_sending(call, answers, to=written_to(call))
    call.note(
        result,
        decision=answers["decision"],
        reason=text_of(answers, "reason"),
        aeo_consulted=answers["aeo_consulted"],
    )
    return Accepted({result: answers["decision"]}, call.today)
