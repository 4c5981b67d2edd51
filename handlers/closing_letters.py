"""What three letters say that stand beside the procedure: correction, discovered parent, authority's decision."""

from typing import Any

from attendance.applications import latest_application
from attendance.meetings import held_meeting
from attendance.parents import Parent
from attendance.plans import plan_of
from attendance.snapshots import latest_snapshot
from engine.calls import Call
from handlers import letter_fields as fields_of
from handlers.facts import Facts
from handlers.letter_frame import Fields

# Where the school was mistaken, the letter says sorry.
MISTAKES = frozenset({"criteria", "wrong_pupil"})
NO_MEETING: Fields = {
    "meeting_day": "",
    "meeting_time": "",
    "meeting_place": "",
    "attendees": [],
    "reply_by": "",
}


def correction(call: Call) -> Fields:
    """Why Fast Track stopped, with the figures corrected where they changed (L11, E24)."""
    left = call.answer("OnPupilLeft")
    why, reason = _why_it_stopped(call, left)
    again = latest_snapshot(call.db, call.case.id, what="register_changed")
    return {
        **fields_of.figures(call),
        "withdrawn_reason": reason,
        "figures_corrected": again is not None and left is None,
        "apology_due": why in MISTAKES,
        "still_on_roll": left is None and why != "wrong_pupil",
    }


def decision(call: Call, recipient: Parent) -> Fields:
    """What the authority decided (L12), to a parent against whom it was asked to act.

    Whoever it was not asked to act against learns that, and nothing of what was decided about the other. What is on
    file as the authority's reasons goes to nobody. Source: R086, domain.md 7.
    """
    application = latest_application(call.db, call.case.id)
    if application is None or application.decision is None or application.decided_on is None:
        raise LookupError("The authority has not decided on this case.")
    is_about = str(recipient.id) in _applied_against(call)
    decided = application.decision if is_about else ""
    answers = (call.answer("ConsiderApplication") or {}) if is_about else {}
    return {
        "not_applied_against": not is_about,
        "decision_declined": decided == "declined",
        "decision_other_measure": decided == "other_measure",
        "decision_proceedings": decided == "proceedings",
        "decision_measure": answers.get("measure") or "",
        "decision_day": application.decided_on.isoformat() if is_about else "",
        "decision_text": answers.get("letter_text") or "",
        "authority_contact": "",
    }


def discovery(call: Call, recipient: Parent) -> Fields:
    """Why the school writes only now, what has happened so far, and the next date (L10, E7)."""
    facts: Facts = call.facts
    held = held_meeting(call.db, call.case.id, kind="review") or held_meeting(call.db, call.case.id, kind="panel")
    pending = fields_of.pending_meeting(call)
    return {
        **fields_of.figures(call),
        **fields_of.plan(call),
        **(fields_of.invitation(call, recipient, pending) if pending else NO_MEETING),
        "minutes": fields_of.minutes(call, held)["minutes"] if held else [],
        "steps_so_far": _steps_so_far(facts, call),
        "next_step_text": _next_step(facts, call, is_meeting=pending is not None),
    }


def _applied_against(call: Call) -> set[str]:
    rows = (call.answer("CompleteApplication") or {}).get("parents", [])
    return {row["adult"] for row in rows if row["apply"]}


def _why_it_stopped(call: Call, left: dict[str, Any] | None) -> tuple[str, str]:
    if left is not None:
        return "left", left["reason"]
    withdrawn = call.answer("OnWithdrawn")
    if withdrawn is not None:
        return withdrawn["why"], withdrawn["reason"]
    for element, why in (("ReconsiderLimitation", "out_of_time"), ("Reconsider", "register_changed")):
        answers = call.answer(element)
        if answers is not None and answers["decision"] == "withdraw":
            return why, answers["reason"]
    raise LookupError("Nobody said why this case stops.")


def _steps_so_far(facts: Facts, call: Call) -> list[str]:
    steps = [f"Fast Track was started on {fields_of.full(facts.opening.as_at)}."]
    for kind, words in (("panel", "agreed a plan"), ("review", "looked at how attendance has changed")):
        if meeting := held_meeting(call.db, call.case.id, kind=kind):
            steps.append(f"There was a meeting on {fields_of.full(meeting.day)}, which {words}.")
    return steps


def _next_step(facts: Facts, call: Call, *, is_meeting: bool) -> str:
    if is_meeting:
        return "The next step is a meeting."
    plan = plan_of(call.db, call.case.id, kind="panel")
    review = held_meeting(call.db, call.case.id, kind="review")
    if plan is not None and plan.review_on is not None and review is None and plan.review_on >= facts.today:
        return f"We plan to look at how attendance has changed on {fields_of.full(plan.review_on)}."
    return "We will write to you when the next date is fixed."
