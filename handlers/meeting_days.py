"""On which days a meeting may be held: what notice allows, and what the school's calendar does."""

from datetime import date

from attendance.errors import OutsideCalendar
from attendance.notice import Postage
from attendance.slots import Slots, slots
from attendance.words import in_words
from engine.registry import Refusal
from handlers.facts import Facts


def earliest_days(facts: Facts, postage: Postage) -> Slots:
    """The earliest days for letters that are posted today."""
    return slots(facts.today, notice=facts.notice(facts.today, postage=postage), calendar=facts.calendar)


def suggested(facts: Facts, earliest: Slots, agreed_on: date | None, *, not_on: date | None) -> str | None:
    """The day that was agreed, where it still leaves evidence-grade notice; otherwise the earliest that does."""
    if agreed_on and agreed_on != not_on and agreed_on >= earliest.notice.evidence_grade:
        return agreed_on.isoformat()
    if earliest.evidence and earliest.evidence == not_on:
        later = (day for day in facts.calendar.school_days if day > not_on)
        return next((day.isoformat() for day in later), None)
    return earliest.evidence.isoformat() if earliest.evidence else None


def refuse_bad_day(facts: Facts, meeting_on: date, earliest: Slots, *, rule: str) -> None:
    """Refuses a day without the notice that is due, or without school. Source: R033, R035, R070, domain.md 3.3."""
    if meeting_on < earliest.notice.literal:
        raise Refusal(
            "notice_too_short",
            f"Parents need {facts.policy.notice_days} working days' notice. A letter posted on "
            f"{in_words(earliest.posted_on)} allows a meeting on {_or_none(earliest.literal)} at the earliest, "
            f"and from {_or_none(earliest.evidence)} the notice stands as evidence.",
            rule=rule,
            field="meeting_on",
        )
    try:
        nearest = facts.calendar.offered(meeting_on)
    except OutsideCalendar as outside:
        raise Refusal("no_school_day", str(outside), rule="R035", field="meeting_on") from outside
    if nearest != meeting_on:
        raise Refusal(
            "no_school_day",
            f"{in_words(meeting_on)} is no school day; the last one before it is {in_words(nearest)}.",
            rule="R035",
            field="meeting_on",
        )


def _or_none(day: date | None) -> str:
    return in_words(day) if day else "no day that the school's calendar knows"
