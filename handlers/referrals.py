"""The application to prosecute: two forms and the evidence, signed, submitted, considered by the authority."""

from datetime import date
from typing import Any

from sqlalchemy import insert, update

from attendance import tables
from attendance.applications import latest_application
from attendance.limitation import in_time, last_safe_day
from attendance.words import in_words
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Accepted, Refusal, handler
from handlers.answers import Answers, Prepared, choice, date_of, iso, past_day, prepared, rows_of, text_of
from handlers.calendar_facts import working_days_after
from handlers.facts import Facts
from handlers.forecasts import forecast_shown
from handlers.letter_frame import staff
from handlers.missing_letters import missing_letters
from handlers.outcome_facts import referred_on

PIECES = 6  # of a complete evidence pack (domain.md 6.4)
PREPARED_BY = {"CompleteCaseForm": "case_form", "CompleteApplication": "application", "CollectEvidence": "evidence"}


@handler("referrals.prepare")
def prepare(call: Call) -> Prepared:
    """When the application is due, what has been prepared, and what the authority said if it came back."""
    facts: Facts = call.facts
    days = facts.calendar.days
    left = in_time(facts.sessions_relied_on, laid_on=facts.today, days=days)
    latest = latest_application(call.db, call.case.id)
    count = facts.count(facts.window_from, facts.today)
    return prepared(
        answers=_filled_in(call, facts),
        shown={
            "referred_on": referred_on(facts).isoformat(),
            "due_on": _due_on(facts).isoformat(),
            "prepared": {name: call.answer(element) is not None for element, name in PREPARED_BY.items()},
            "figures": {"possible": count.possible, "unauthorised": count.unauthorised},
            "sessions_in_time": len(left),
            "first_safe_day": iso(min((last_safe_day(session, days=days) for session in left), default=None)),
            "forecast": forecast_shown(facts),
            "letters_missing": [
                {"letter": missing.letter, "parent": facts.name_of(missing.parent)}
                for missing in missing_letters(call.db, call.case.id)
            ],
            "returned_because": latest.decision_reason if latest and latest.decision == "returned" else "",
        },
        offers={"adult": [choice(parent.id, parent.label) for parent in facts.parents]},
    )


@handler("referrals.keep")
def keep(call: Call, answers: Answers) -> Accepted:
    """One of the three pieces is complete; the answers themselves are its record. Source: R089-R091."""
    facts: Facts = call.facts
    completed_on = past_day(answers, "completed_on", today=call.today, rule="R091")
    if completed_on < referred_on(facts):
        raise Refusal("too_early", "The referral was not decided yet on that day.", rule="R089", field="completed_on")
    if call.element == "CompleteApplication":
        _check_application(answers)
    if call.element == "CollectEvidence" and len(answers["pieces"]) < PIECES and not text_of(answers, "missing_reason"):
        raise Refusal("evidence_missing", "Say why something is missing.", rule="R091", field="missing_reason")
    call.note("application_prepared", piece=PREPARED_BY[call.element], completed_on=completed_on.isoformat())
    return Accepted({}, completed_on)


@handler("referrals.sign")
def sign(call: Call, answers: Answers) -> Accepted:
    """The head teacher signs what has been prepared. Source: R090, R091."""
    if not answers["signed"]:
        raise Refusal("not_signed", "The application goes on only when it is signed.", rule="R090", field="signed")
    signed_on = past_day(answers, "signed_on", today=call.today, rule="R091")
    call.note("application_signed", name=text_of(answers, "name"), signed_on=signed_on.isoformat())
    return Accepted({}, signed_on)


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
    due_on = _due_on(facts)
    if submitted_on > due_on and not text_of(answers, "late_reason"):
        raise Refusal(
            "late", f"It was due on {in_words(due_on)}: say why it is late.", rule="R091", field="late_reason"
        )
    submission = latest.submission + 1 if latest else 1
    call.db.execute(
        insert(tables.application).values(
            id=new_id(),
            case_id=call.case.id,
            submission=submission,
            submitted_on=submitted_on,
            receipt=text_of(answers, "receipt"),
        )
    )
    call.note(
        "application_submitted",
        submission=submission,
        submitted_on=submitted_on.isoformat(),
        receipt=text_of(answers, "receipt"),
        late_reason=text_of(answers, "late_reason"),
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
    if decided_on < latest.submitted_on:
        raise Refusal("too_early", "It was not submitted yet on that day.", rule="R091", field="decided_on")
    if decision == "returned" and not reason:
        raise Refusal("reason_missing", "Say why it is returned.", rule="R091", field="reason")
    a = tables.application
    call.db.execute(
        update(a).where(a.c.id == latest.id).values(decision=decision, decision_reason=reason, decided_on=decided_on)
    )
    call.note("authority_decided", decision=decision, reason=reason, decided_on=decided_on.isoformat())
    return Accepted({"decision": decision}, decided_on)


def _due_on(facts: Facts) -> date:
    return working_days_after(facts, facts.policy.application_days, referred_on(facts))


def _filled_in(call: Call, facts: Facts) -> dict[str, Any]:
    """What is known already: the answers of the round before, and what the records say."""
    today = call.today.isoformat()
    match call.element:
        case "CompleteApplication":
            period = {"period_from": facts.window_from.isoformat(), "period_to": today}
            earlier = {row["adult"]: row for row in (call.answer(call.element) or {}).get("parents", [])}
            rows = [earlier.get(str(parent.id), {"adult": str(parent.id)}) for parent in facts.parents]
            return {**period, **(call.answer(call.element) or {}), "completed_on": today, "parents": rows}
        case "CompleteCaseForm" | "CollectEvidence":
            return {**(call.answer(call.element) or {}), "completed_on": today}
        case "HeadTeacherSigns":
            return {"signed_on": today, "name": staff(call, "head_teacher").name}
        case "SubmitToAuthority":
            return {"submitted_on": today}
        case _:
            return {"decided_on": today}


def _check_application(answers: Answers) -> None:
    if date_of(answers, "period_to") < date_of(answers, "period_from"):
        raise Refusal("period_backwards", "The period ends before it begins.", rule="R090", field="period_to")
    if not any(row["apply"] for row in rows_of(answers, "parents")):
        raise Refusal("against_nobody", "The application is against at least one parent.", rule="R090", field="parents")
