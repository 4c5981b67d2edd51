"""The application goes to the authority, which receives it, returns it, declines, takes a measure, or prosecutes."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from attendance import tables
from attendance.applications import latest_application
from attendance.notice_records import give_notice
from attendance.words import in_words
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Accepted, Refusal, handler
from handlers.answers import Answers, date_of, past_day, rows_of, text_of
from handlers.facts import Facts
from handlers.outcome_facts import referred_on
from handlers.packs import applied_against
from handlers.referrals import due_on, gaps
from handlers.support_gate import check_gate


@handler("referrals.submit")
def submit(call: Call, answers: Answers) -> Accepted:
    """Both forms and the pack go to the Attendance Team together, within 20 working days. Source: R089-R091, E48."""
    facts: Facts = call.facts
    submitted_on = past_day(answers, "submitted_on", today=call.today, rule="R091")
    if not answers["is_complete"]:
        raise Refusal(
            "incomplete", "Submit both forms together with the completed pack.", rule="R091", field="is_complete"
        )
    if submitted_on < referred_on(facts):
        raise Refusal("too_early", "The referral was not decided yet on that day.", rule="R091", field="submitted_on")
    latest = latest_application(call.db, call.case.id)
    if latest is not None and latest.decided_on is not None and submitted_on < latest.decided_on:
        raise Refusal("too_early", "It was returned after that day.", rule="R091", field="submitted_on")
    due = due_on(facts)
    if submitted_on > due and not text_of(answers, "late_reason"):
        raise Refusal("late", f"It was due on {in_words(due)}: say why it is late.", rule="R091", field="late_reason")
    check_gate(call.answer("CompleteCaseForm") or {})
    if (lacking := gaps(call)) and not text_of(answers, "missing_reason"):
        raise Refusal(
            "evidence_missing", f"Say why this is missing: {' '.join(lacking)}", rule="R091", field="missing_reason"
        )
    submission = latest.submission + 1 if latest else 1
    receipt = text_of(answers, "receipt")
    call.db.execute(
        insert(tables.application).values(
            id=new_id(), case_id=call.case.id, submission=submission, submitted_on=submitted_on, receipt=receipt
        )
    )
    call.note(
        "application_submitted",
        submission=submission,
        submitted_on=submitted_on.isoformat(),
        receipt=receipt,
        late_reason=text_of(answers, "late_reason"),
        missing=len(lacking),
        missing_reason=text_of(answers, "missing_reason"),
    )
    return Accepted({}, submitted_on)


@handler("referrals.decide")
def decide(call: Call, answers: Answers) -> Accepted:
    """The authority returns the application, or decides on it. Source: R091, domain.md 6.3."""
    decision, reason = answers["decision"], text_of(answers, "reason")
    latest = latest_application(call.db, call.case.id)
    if latest is None or latest.submitted_on is None:
        raise LookupError("Nothing was submitted in this case.")
    decided_on = past_day(answers, "decided_on", today=call.today, rule="R091")
    received_on = past_day(answers, "received_on", today=call.today, rule="R091")
    if not latest.submitted_on <= received_on:
        raise Refusal("too_early", "It was not submitted yet on that day.", rule="R091", field="received_on")
    if decided_on < received_on:
        raise Refusal("too_early", "It was not received yet on that day.", rule="R091", field="decided_on")
    if decision == "returned" and not reason:
        raise Refusal("reason_missing", "Say why it is returned.", rule="R091", field="reason")
    measure = answers.get("measure_kind") if decision == "other_measure" else None
    given = _keep_notices(call, answers) if measure == "penalty_notice" else 0
    a = tables.application
    call.db.execute(
        update(a)
        .where(a.c.id == latest.id)
        .values(
            decision=decision,
            decision_reason=reason,
            decided_on=decided_on,
            received_on=received_on,
            measure=measure,
        )
    )
    call.note(
        "authority_decided",
        decision=decision,
        reason=reason,
        received_on=received_on.isoformat(),
        decided_on=decided_on.isoformat(),
        measure=measure or "",
        sessions_used=given,
    )
    return Accepted({"decision": decision}, decided_on)


def _keep_notices(call: Call, answers: Answers) -> int:
    """Keeps each notice with its sessions, which nobody can rely on again. Gives how many. Source: E30, E31."""
    rows = [row for row in rows_of(answers, "notices") if text_of(row, "reference")]
    if not rows:
        raise Refusal("notice_missing", "Name each penalty notice and its sessions.", rule="R091", field="notices")
    return sum(_keep_notice(call, row) for row in rows)


def _keep_notice(call: Call, row: Any) -> int:
    if not (row.get("issued_on") and row.get("first") and row.get("last")):
        raise Refusal(
            "notice_incomplete",
            "Say of each notice when it was issued, and from when to when its sessions are.",
            rule="R091",
            field="notices",
        )
    first, last = date_of(row, "first"), date_of(row, "last")
    found = [
        (session.day, session.session)
        for against in applied_against(call.facts)
        if str(against.parent.id) == row["adult"]
        for session in against.charged
        if first <= session.day <= last
    ]
    if not found:
        raise Refusal(
            "notice_empty",
            "No session of this parent that can be relied on is in this period.",
            rule="R091",
            field="notices",
        )
    give_notice(
        call.db,
        id_=new_id(),
        school_id=call.case.owner_id,
        pupil_id=call.case.subject_id,
        adult_id=UUID(row["adult"]),
        reference=text_of(row, "reference"),
        issued_on=date_of(row, "issued_on"),
        sessions=found,
        actor=call.actor,
        now=call.now,
    )
    return len(found)
