"""What each letter says, from the case's records: the fields of the letters' catalogue, for one recipient."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from attendance import tables
from attendance.meetings import Meeting, current_invitations, meetings_of, replies_to
from attendance.moments import LONDON
from attendance.outcomes import Outcome, outcome_of
from attendance.parents import Parent
from attendance.plans import plan_of
from attendance.targets import Count, Progress
from engine.calls import Call
from handlers.answers import iso
from handlers.facts import Facts
from handlers.letter_frame import Fields
from handlers.meeting_facts import held_on
from handlers.minutes import SIGNED, sections_of, signatures_of, those_present
from handlers.outcome_facts import ONE_DAY, referred_on

DEFENCES = {
    "sickness": "the child was prevented from coming by sickness or another unavoidable cause",
    "leave": "the school had granted leave",
    "religious_observance": "the day was set apart for religious observance",
    "travel": "the authority had not made the travel arrangements that it had to make",
    "distance": "the school is not within walking distance, and there was no suitable arrangement",
    "no_fixed_abode": "the parent's trade requires travelling",
    "boarder": "the rule for boarders applies",
    "not_compulsory": "the child was not on the roll, or not of compulsory school age",
}
NO_PLAN: Fields = {"target_text": "", "plan_actions": [], "review_day": ""}
REPLY_DAYS = 1  # working days before the meeting, so that a reply can still be decided on


def invitation(call: Call, recipient: Parent, meeting: Meeting) -> Fields:
    """Day, time, place and who will attend (R032); where it moves an earlier date, that date and why (R042).

    The school's own words stay on file: they may hold what one parent may not know of the other.
    """
    facts: Facts = call.facts
    earlier = earlier_letter(call, recipient, meeting)
    return {
        **_when_and_where(facts, meeting),
        "attendees": who_attends(facts, meeting, told=recipient.id),
        "previous_meeting_day": earlier.day.isoformat() if earlier else "",
        "rearranged_reason": why_moved(call, earlier) if earlier else "",
    }


def who_attends(facts: Facts, meeting: Meeting, *, told: UUID | None) -> list[str]:
    """Who will be at a meeting, for one parent to read, or for the school's people. Source: R032, A14."""
    others = [parent.as_attendee for parent in facts.parents if parent.id != told and parent.is_reachable]
    return [*(f"{other['name']}, {other['role']}" for other in meeting.attendees), *others]


def why_moved(call: Call, meeting: Meeting) -> str:
    """Why a meeting did not take place on its day, in a sentence that names nobody. Source: R042, domain.md 6.5."""
    if meeting.state == "not_held":
        return "The meeting could not be held."
    if any(reply.reasonable for reply in replies_to(call.db, meeting.id)):
        return "Not everybody could come on that day."
    return "Not everybody could be told of that day in time."


def earlier_letter(call: Call, recipient: Parent, meeting: Meeting) -> Meeting | None:
    """The latest meeting before this one, of its kind, to which this parent was sent a letter."""
    told = []
    for earlier in meetings_of(call.db, call.case.id, kind=meeting.kind):
        if earlier.id == meeting.id:
            break
        letters = current_invitations(call.db, earlier.id)
        if any(letter.adult_id == recipient.id and letter.posted_on for letter in letters):
            told.append(earlier)
    return told[-1] if told else None


def figures(call: Call) -> Fields:
    """The window of the figures that were taken last, and the day on which the register stood so."""
    facts: Facts = call.facts
    snapshot = facts.snapshot
    weeks = snapshot.figures["window_weeks"]
    return {
        "possible_sessions": snapshot.figures["possible"],
        "unauthorised_sessions": snapshot.figures["unauthorised"],
        "window_from": weeks[0] if weeks else snapshot.as_at.isoformat(),
        "window_to": snapshot.as_at.isoformat(),
        "marks_as_at": snapshot.taken_at.astimezone(LONDON).date().isoformat(),
    }


def period_relied_on(call: Call) -> Fields:
    """From the opening window's first day until the referral was decided, from the register as it is."""
    facts: Facts = call.facts
    until = referred_on(facts)
    count = facts.count(facts.window_from, until)
    return {
        "possible_sessions": count.possible,
        "unauthorised_sessions": count.unauthorised,
        "window_from": facts.window_from.isoformat(),
        "window_to": until.isoformat(),
        "marks_as_at": facts.today.isoformat(),
    }


def target(call: Call, *, until: date | None = None) -> Fields:
    """The target, and where it stands today, or stood on a day, from the register as it is."""
    facts: Facts = call.facts
    progress = facts.progress_until(until or facts.today)
    return {
        "target_text": target_in_words(progress.allowed, progress.period_from, progress.period_to),
        "progress_text": progress_in_words(progress),
        "marks_as_at": facts.today.isoformat(),
    }


def target_at_outcome(call: Call) -> Fields:
    """The target, and where it stood when the outcome of the review was decided."""
    return target(call, until=_decided(call, "review").decided_on)


def since_review(call: Call) -> Fields:
    """The target, and what the internal review found: the marks since the review, which L8d named (R088)."""
    facts: Facts = call.facts
    first, last = held_on(facts, "review") + ONE_DAY, _decided(call, "internal_review").decided_on
    return {**target(call), "progress_text": _found(facts.count(first, last), first, last)}


def target_in_words(allowed: int, period_from: date, period_to: date) -> str:
    """The target with number, unit and period (E38)."""
    number = "no unauthorised session" if allowed == 0 else f"no more than {_sessions(allowed)}"
    return f"{number} from {full(period_from)} to {full(period_to)}"


def progress_in_words(progress: Progress) -> str:
    """What the register shows of the target's period so far."""
    if progress.counted_to < progress.period_from:
        return "The period of the target has not begun yet."
    return _found(progress.since, progress.period_from, progress.counted_to)


def plan(call: Call) -> Fields:
    """Target, actions and the day of the review; empty while nothing is agreed."""
    agreed = plan_of(call.db, call.case.id, kind="panel")
    if agreed is None or agreed.target_sessions is None or agreed.period_from is None or agreed.period_to is None:
        return NO_PLAN
    return {
        "target_text": target_in_words(agreed.target_sessions, agreed.period_from, agreed.period_to),
        "plan_actions": actions_in_words(agreed.actions),
        "review_day": iso(agreed.review_on) or "",
    }


def contract(call: Call, parent: Parent) -> Fields:
    """What this parent agreed to, or was offered; nothing where none was. Source: R004, domain.md 6.3."""
    agreed = plan_of(call.db, call.case.id, kind="panel")
    rows = (call.answer("AgreePlan") or {}).get("contracts") or []
    row = next((row for row in rows if row["adult"] == str(parent.id)), None)
    is_offered = row is not None and row["contract"] in ("signed", "refused")
    if row is None or agreed is None or not (is_offered and row.get("agrees_to")):
        return {}
    return {
        "contract_agrees": row["agrees_to"],
        "contract_from": iso(agreed.period_from) or "",
        "contract_to": iso(agreed.period_to) or "",
        "contract_signed": row["contract"] == "signed",
        "contract_refused": row["contract"] == "refused",
    }


def actions_in_words(actions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each action with its barrier, who does it and until when."""
    return [
        f"{action['barrier']}: {action['action']} ({action['who']}, by {full(date.fromisoformat(action['by']))})"
        for action in actions
    ]


def full(day: date) -> str:
    """A day as letters write it inside a sentence: `2 December 2026`."""
    return f"{day.day} {day:%B %Y}"


def minutes(call: Call, meeting: Meeting) -> Fields:
    """The minutes of a meeting as they are disclosed to parents, and who was there (R059-R065)."""
    return {
        "meeting_day": meeting.day.isoformat(),
        "attendees": [*those_present(meeting.minutes or {}), *_parents_there(call, meeting)],
        "minutes": sections_of(meeting.minutes or {}),
        "signatures": [*signatures_of(meeting.minutes or {}), *_parents_signed(call, meeting)],
    }


def outcome(call: Call) -> Fields:
    """What was decided at the review, why, on what, and what comes next (R083-R087)."""
    decided = _decided(call, "review")
    return {
        "outcome_day": held_on(call.facts, "review").isoformat(),
        "outcome_reason": decided.reason,
        "further_absence": decided.figures["further_unauthorised"] > 0,
        "has_improved": decided.figures["improved"],
        "has_not_improved": not decided.figures["improved"],
        "effort_text": decided.details.get("efforts", ""),
        "next_steps": decided.details.get("next_steps", ""),
        "defence_text": _defence(decided.details.get("defence", "")),
        "internal_review_day": iso(decided.internal_review_on) or "",
        "application_days": call.policy.application_days,
    }


def internal_review(call: Call) -> Fields:
    """What the internal review decided and why (R088)."""
    decided = _decided(call, "internal_review")
    return {**outcome(call), "outcome_reason": decided.reason, "next_steps": decided.details.get("next_steps", "")}


def step_down(call: Call) -> Fields:
    """The step-down plan (R075, R076)."""
    agreed = plan_of(call.db, call.case.id, kind="step_down")
    answers = call.answer("AgreeStepDownPlan") or {}
    if agreed is None:
        raise LookupError("No step-down plan is agreed in this case.")
    return {
        "step_down_actions": actions_in_words(agreed.actions),
        "step_down_how": answers.get("authorised_absences", ""),
        "step_down_owner": agreed.owner,
        "step_down_review_day": iso(agreed.review_on) or "",
    }


def pending_meeting(call: Call) -> Meeting | None:
    """The meeting that is arranged and still to come, if any."""
    arranged = [meeting for kind in ("panel", "review") for meeting in meetings_of(call.db, call.case.id, kind=kind)]
    return next((meeting for meeting in arranged if meeting.state == "arranged" and meeting.starts_at > call.now), None)


def _when_and_where(facts: Facts, meeting: Meeting) -> Fields:
    return {
        "meeting_day": meeting.day.isoformat(),
        "meeting_time": f"{meeting.starts_at.astimezone(LONDON):%H:%M}",
        "meeting_place": meeting.place,
        "reply_by": facts.calendar.days.before(REPLY_DAYS, meeting.day).isoformat(),
    }


def _decided(call: Call, stage: str) -> Outcome:
    decided = outcome_of(call.db, call.case.id, stage=stage)
    if decided is None:
        raise LookupError(f"Nothing was decided in this case at the {stage.replace('_', ' ')}.")
    return decided


def _defence(code: str) -> str:
    # No more than the law's own words: evidence may hold what the other parent may not know.
    return f"The absence is covered, because {DEFENCES[code]}." if code else ""


def _found(count: Count, first: date, last: date) -> str:
    return (
        f"{_sessions(count.unauthorised).capitalize()} out of {count.possible} possible sessions "
        f"from {full(first)} to {full(last)}."
    )


def _sessions(number: int) -> str:
    return {0: "no unauthorised session", 1: "1 unauthorised session"}.get(number, f"{number} unauthorised sessions")


def _parents_there(call: Call, meeting: Meeting) -> list[str]:
    return [adult.as_attendee for adult, row in _attendance(call, meeting) if row["attended"]]


def _parents_signed(call: Call, meeting: Meeting) -> list[str]:
    return [f"{adult.as_attendee}: {SIGNED[row['signed']]}" for adult, row in _attendance(call, meeting)]


def _attendance(call: Call, meeting: Meeting) -> list[tuple[Parent, Mapping[str, Any]]]:
    facts: Facts = call.facts
    known: dict[UUID, Parent] = {adult.id: adult for adult in facts.adults}
    a = tables.attendance_at_meeting
    rows = call.db.execute(select(a).where(a.c.meeting_id == meeting.id).order_by(a.c.adult_id)).mappings()
    return [(known[row["adult_id"]], dict(row)) for row in rows if row["adult_id"] in known]
