"""The outcome of the review, the step-down plan, and the decision of the internal review."""

from datetime import date
from typing import Any

from sqlalchemy import insert

from attendance import tables
from attendance.outcomes import outcome_of
from attendance.words import in_words
from engine.added_tasks import put_task
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Accepted, Refusal, handler
from handlers.addresses import asking_addresses, check_before_sending
from handlers.answers import Answers, Prepared, date_of, iso, past_day, prepared, text_of
from handlers.facts import Facts
from handlers.forecasts import forecast_shown
from handlers.internal_reviews import checked_day, first_safe_day, limit_of
from handlers.meeting_facts import held_on
from handlers.outcome_facts import ONE_DAY, defence_suggested, internal_review_on
from handlers.plans import actions_of, warn_of_copies
from handlers.support_gate import check_gate, gate_offers, gate_rows

REVIEW_STEP_DOWN = "Review the step-down plan"


@handler("outcomes.prepare")
def prepare(call: Call, *, advice: str, decision: str = "") -> Prepared:
    """The figures and the table's advice as they are today, and until when an internal review could be held."""
    facts: Facts = call.facts
    told, advice = advice, _advice_now(call, advice, decision)
    review_on = held_on(facts, "review")
    latest = limit_of(facts).latest
    before = outcome_of(call.db, call.case.id, stage="review")
    decided_on = call.today if before else review_on
    answers = {"decided_on": decided_on.isoformat(), "outcome": advice, "support": gate_rows()}
    form = prepared(
        answers=answers | ({"review_again": latest.isoformat()} if latest else {}),
        shown={
            "advice": advice,
            "advice_on": call.today.isoformat(),
            "advice_before": told if told != advice else "",
            "decided_before": before.code if before else "",
            "figures": _figures(facts, until=facts.today),
            "latest_internal_review": iso(latest),
            "first_safe_day": iso(first_safe_day(facts)),
            "forecast": forecast_shown(facts),
        },
        offers={"area": gate_offers()},
    )
    return asking_addresses(facts, form)


@handler("outcomes.accept")
def accept(call: Call, answers: Answers, *, advice: str, decision: str = "") -> Accepted:
    """Exactly one of the four outcomes; each has its own conditions. Source: R072-R088."""
    facts: Facts = call.facts
    advice = _advice_now(call, advice, decision)
    code, reason = answers["outcome"], text_of(answers, "reason")
    decided_on = _decided_on(facts, answers, not_before=held_on(facts, "review"), rule="R072")
    figures = _figures(facts, until=decided_on)
    before = outcome_of(call.db, call.case.id, stage="review")
    if before is not None and not reason:
        raise Refusal("reason_missing", f"It was {before.code}: say why it is {code}.", rule="R072", field="reason")
    if code != advice and not reason:
        raise Refusal(
            "reason_missing", f"The figures advise {advice}: say why it is {code}.", rule="R072", field="reason"
        )
    if code == "O1" and not (figures["target_met"] and figures["improved"]):
        raise Refusal(
            "target_not_met",
            "The case can be closed only where attendance has improved and the target is achieved.",
            rule="R073",
            field="outcome",
        )
    if code == "O3" and not figures["further_unauthorised"] and not reason:
        raise Refusal(
            "reason_missing", "There was no further unauthorised absence: say why.", rule="R077", field="reason"
        )
    if code in ("O3", "O4") and figures["improved"] and figures["further_unauthorised"] and not reason:
        raise Refusal(
            "reason_missing",
            "There was some improvement and some further absence: say what weighed more.",
            rule="R078",
            field="reason",
        )
    check_before_sending(call, answers)
    if code == "O3":
        check_gate(answers)
    review_again = checked_day(facts, answers, decided_on) if code == "O4" else None
    _keep(
        call,
        stage="review",
        code=code,
        decided_on=decided_on,
        advice=advice,
        reason=reason,
        figures=figures,
        internal_review_on=review_again,
        details={name: answers.get(name) or "" for name in ("defence", "evidence", "efforts", "next_steps")},
    )
    return Accepted({"outcome": code}, decided_on)


def _advice_now(call: Call, advice: str, decision: str) -> str:
    """What the table says today: the register has gone on since the task began. A version without its name keeps it."""
    return str(call.decide(decision)) if decision else advice


@handler("outcomes.step_down")
def step_down(call: Call, answers: Answers) -> Accepted:
    """The plan under which the school looks after what is still open. Source: R075, R076."""
    review_on = date_of(answers, "review_on")
    if review_on <= call.today:
        raise Refusal("too_early", "The plan is reviewed on a day to come.", rule="R076", field="review_on")
    call.db.execute(
        insert(tables.plan).values(
            id=new_id(),
            case_id=call.case.id,
            kind="step_down",
            review_on=review_on,
            actions=actions_of(answers),
            owner=text_of(answers, "owner"),
            agreed_at=call.now,
        )
    )
    # The case closes now; what is to be looked at again stands in the lists with its deadline, whatever becomes of it.
    put_task(
        call.db,
        call.case,
        call.notes,
        name=REVIEW_STEP_DOWN,
        details=f"R076: {text_of(answers, 'owner')} looks after the plan.",
        groups=("attendance_lead",),
        assignee=None,
        due_on=review_on,
        now=call.now,
    )
    call.note("step_down_agreed", owner=text_of(answers, "owner"), review_on=review_on.isoformat())
    warn_of_copies(call, answers)
    return Accepted({}, call.today)


@handler("outcomes.prepare_internal")
def prepare_internal(call: Call) -> Prepared:
    """The figures as they are on the day that was fixed."""
    facts: Facts = call.facts
    form = prepared(
        answers={
            "decided_on": call.today.isoformat(),
            "support": gate_rows((call.answer("DecideOutcome") or {}).get("support") or []),
        },
        shown={
            "figures": _figures(facts, until=facts.today),
            "internal_review_on": internal_review_on(facts).isoformat(),
        },
        offers={"area": gate_offers()},
    )
    return asking_addresses(facts, form)


@handler("outcomes.accept_internal")
def accept_internal(call: Call, answers: Answers) -> Accepted:
    """Closed, or an application to the authority; there is no second internal review. Source: R082, R088, A13."""
    facts: Facts = call.facts
    code = answers["decision"]
    decided_on = _decided_on(facts, answers, not_before=internal_review_on(facts), rule="R088")
    check_before_sending(call, answers)
    if code == "refer":
        check_gate(answers)
    _keep(
        call,
        stage="internal_review",
        code=code,
        decided_on=decided_on,
        advice="",
        reason=text_of(answers, "reason"),
        figures=_figures(facts, until=decided_on),
        internal_review_on=None,
        details={"next_steps": text_of(answers, "next_steps")},
    )
    return Accepted({"internal": code}, decided_on)


def _decided_on(facts: Facts, answers: Answers, *, not_before: date, rule: str) -> date:
    decided_on = past_day(answers, "decided_on", today=facts.today, rule=rule)
    if decided_on < not_before:
        raise Refusal(
            "too_early", f"The decision falls on {in_words(not_before)} or later.", rule=rule, field="decided_on"
        )
    return decided_on


def _figures(facts: Facts, *, until: date) -> dict[str, Any]:
    """What the decision rests on, counted to its day, as it is kept with it."""
    progress = facts.progress_until(until)
    return {
        "target_sessions": progress.allowed,
        "period_from": progress.period_from.isoformat(),
        "counted_to": progress.counted_to.isoformat(),
        "unauthorised": progress.since.unauthorised,
        "possible": progress.since.possible,
        "unauthorised_before": progress.before.unauthorised,
        "possible_before": progress.before.possible,
        "target_met": progress.is_achieved,
        "improved": progress.has_improved,
        "further_unauthorised": facts.count(held_on(facts, "panel") + ONE_DAY, until).unauthorised,
        "defence_suggested": defence_suggested(facts),
    }


def _keep(
    call: Call,
    *,
    stage: str,
    code: str,
    decided_on: date,
    advice: str,
    reason: str,
    figures: dict[str, Any],
    internal_review_on: date | None,
    details: dict[str, Any],
) -> None:
    call.db.execute(
        insert(tables.outcome).values(
            id=new_id(),
            case_id=call.case.id,
            stage=stage,
            code=code,
            decided_on=decided_on,
            advice=advice,
            reason=reason,
            figures=figures,
            internal_review_on=internal_review_on,
            details=details,
            decided_by=call.actor,
            recorded_at=call.now,
        )
    )
    call.note(
        "outcome_decided",
        stage=stage,
        code=code,
        decided_on=decided_on.isoformat(),
        advice=advice,
        reason=reason,
        figures=figures,
        internal_review_on=iso(internal_review_on),
    )
