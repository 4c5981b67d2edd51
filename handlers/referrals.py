"""The application to prosecute while the school prepares it: two forms, the evidence, the head teacher's signature."""

from datetime import date
from typing import Any

from attendance.applications import latest_application
from attendance.limitation import in_time, last_safe_day
from attendance.outcomes import outcome_of
from engine.calls import Call
from engine.registry import Accepted, Refusal, handler
from handlers.answers import Answers, Prepared, choice, date_of, iso, past_day, prepared, rows_of, text_of
from handlers.calendar_facts import working_days_after
from handlers.facts import Facts
from handlers.forecasts import forecast_shown
from handlers.letter_frame import WouldDisclose, refuse_disclosure, staff
from handlers.measures import measures_shown
from handlers.missing_letters import missing_letters
from handlers.outcome_facts import referred_on
from handlers.pack_checks import NOT_YET, completeness, missing
from handlers.pack_sources import answered
from handlers.packs import applied_against, checklist_of, everybody, pack_shown
from handlers.support_gate import check_gate, gate_offers, gate_rows

PREPARED_BY = {"CompleteCaseForm": "case_form", "CompleteApplication": "application", "CollectEvidence": "evidence"}
CHECKED = frozenset({"CollectEvidence", "HeadTeacherSigns", "SubmitToAuthority", "ConsiderApplication"})
CHOOSING = frozenset({"CompleteApplication", "ConsiderApplication"})
EARLY = ("engaged", "addressed", "targets", "barriers", "plan", "worked_before")


@handler("referrals.prepare")
def prepare(call: Call) -> Prepared:
    """When the application is due, what each pack has and lacks, which routes are open, and what came back."""
    facts: Facts = call.facts
    left = in_time(facts.sessions_relied_on, laid_on=facts.today, days=facts.calendar.days)
    latest = latest_application(call.db, call.case.id)
    count = facts.count(facts.window_from, facts.today)
    answers, sources = _filled_in(call, facts)
    about = applied_against(facts) or everybody(facts)
    return prepared(
        answers=answers,
        shown={
            "referred_on": referred_on(facts).isoformat(),
            "due_on": due_on(facts).isoformat(),
            "prepared": {name: call.answer(element) is not None for element, name in PREPARED_BY.items()},
            "figures": {"possible": count.possible, "unauthorised": count.unauthorised},
            "sessions_in_time": len(left),
            "first_safe_day": iso(
                min((last_safe_day(session, days=facts.calendar.days) for session in left), default=None)
            ),
            "letters_missing": [
                {"letter": missed.letter, "parent": facts.name_of(missed.parent)}
                for missed in missing_letters(call.db, call.case.id)
            ],
            "returned_because": latest.decision_reason if latest and latest.decision == "returned" else "",
            "forecast": forecast_shown(facts),
            "sources": sources,
            "packs": [pack_shown(call, against) for against in about if call.element in CHECKED],
            "routes": [
                {"adult": str(against.parent.id), "name": against.parent.label, "measures": measures_shown(against)}
                for against in about
                if call.element in CHOOSING
            ],
        },
        offers={
            "adult": [choice(parent.id, parent.label) for parent in facts.parents],
            "area": gate_offers(),
            "pieces": [choice(item.id, item.title) for item in checklist_of(call) if item.check == "asked"],
        },
    )


@handler("referrals.keep")
def keep(call: Call, answers: Answers) -> Accepted:
    """One of the three pieces is complete; the answers themselves are its record. Source: R089-R091."""
    facts: Facts = call.facts
    completed_on = past_day(answers, "completed_on", today=call.today, rule="R091")
    if completed_on < referred_on(facts):
        raise Refusal("too_early", "The referral was not decided yet on that day.", rule="R089", field="completed_on")
    _check_disclosure(facts, answers)
    if call.element == "CompleteCaseForm":
        check_gate(answers)
    if call.element == "CompleteApplication":
        _check_application(answers)
    if call.element == "CollectEvidence":
        _check_evidence(call, answers)
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


def due_on(facts: Facts) -> date:
    """The last of the working days in which the application is to be submitted. Source: R089-R091, A6."""
    return working_days_after(facts, facts.policy.application_days, referred_on(facts))


def gaps(call: Call) -> list[str]:
    """What is missing from the packs, and who can supply it, in words."""
    return [
        f"{each.item.title} ({against.parent.name}): {each.said}. {each.item.supplier} can supply it."
        for against in applied_against(call.facts)
        for each in missing(completeness(against, checklist_of(call)))
    ]


def _check_evidence(call: Call, answers: Answers) -> None:
    """What is missing from a pack is said, with its reason. What is still being prepared is asked for later."""
    for against in applied_against(call.facts) or everybody(call.facts):
        found = completeness(against, checklist_of(call), evidence=answers)
        lacking = missing(found, but=NOT_YET)
        if lacking and not text_of(answers, "missing_reason"):
            first = lacking[0]
            raise Refusal(
                "evidence_missing",
                f"{first.item.title}: {first.said}. {first.item.supplier} can supply it. Say why it is missing.",
                rule=first.item.rule,
                field="missing_reason",
            )


def _filled_in(call: Call, facts: Facts) -> tuple[dict[str, Any], dict[str, str]]:
    """What is known already, and where it comes from: the answers of the round before, and what the records say."""
    today, before = call.today.isoformat(), call.answer(call.element) or {}
    match call.element:
        case "CompleteApplication":
            period = {"period_from": facts.window_from.isoformat(), "period_to": today}
            earlier = {row["adult"]: row for row in before.get("parents", [])}
            rows = [earlier.get(str(parent.id), {"adult": str(parent.id)}) for parent in facts.parents]
            sources = {"period_from": "First day of the window on which the case was opened", "period_to": "Today"}
            return {**period, **before, "completed_on": today, "parents": rows}, sources
        case "CompleteCaseForm":
            known, sources = _known(call, facts)
            return {**known, **before, "completed_on": today, "support": _support(call, before)}, sources
        case "CollectEvidence":
            return {**before, "completed_on": today}, {}
        case "HeadTeacherSigns":
            return {"signed_on": today, "name": staff(call, "head_teacher").name}, {"name": "People of the school"}
        case "SubmitToAuthority":
            reason = (call.answer("CollectEvidence") or {}).get("missing_reason") or ""
            return {"submitted_on": today, **({"missing_reason": reason} if reason else {})}, {}
        case _:
            rows = [{"adult": str(against.parent.id)} for against in applied_against(facts)]
            return {"decided_on": today, "received_on": today, "notices": rows}, {}


def _known(call: Call, facts: Facts) -> tuple[dict[str, Any], dict[str, str]]:
    """What earlier answers say that the case form asks; nothing is made up."""
    known: dict[str, Any] = {}
    sources: dict[str, str] = {}
    early = answered(facts, "ReviewEarlySupport")
    if early is not None:
        said = early.answers
        known["interventions"] = "\n".join(said[name] for name in EARLY if said.get(name))
        consulted = [said.get("aeo_consulted_on"), said.get("aeo_officer"), said.get("aeo_advice")]
        known["aeo_consultation"] = ", ".join(part for part in consulted if part)
        sources |= dict.fromkeys(("interventions", "aeo_consultation"), early.source)
    for stage, element in (("review", "DecideOutcome"), ("internal_review", "DecideInternalReview")):
        found, decided = outcome_of(call.db, call.case.id, stage=stage), answered(facts, element)
        if found is not None and found.is_referral and decided is not None:
            known["recommendation"] = found.reason
            sources |= {"recommendation": decided.source, "support": decided.source}
    return {name: value for name, value in known.items() if value}, sources


def _support(call: Call, before: Answers) -> list[dict[str, Any]]:
    decided = [call.answer(element) or {} for element in ("DecideInternalReview", "DecideOutcome")]
    return gate_rows(*(answers.get("support") or [] for answers in (before, *decided)))


def _check_disclosure(facts: Facts, answers: Answers) -> None:
    """What is written here goes into every parent's pack: it may say where none of them can be reached."""
    for parent in facts.parents:
        own = {**answers, "parents": [row for row in rows_of(answers, "parents") if row["adult"] == str(parent.id)]}
        try:
            refuse_disclosure(facts, parent, own)
        except WouldDisclose as told:
            raise Refusal(
                "would_disclose",
                "This would tell one parent where another lives or how to reach them: leave out addresses, "
                "telephone numbers and e-mail addresses.",
                rule="R030",
            ) from told


def _check_application(answers: Answers) -> None:
    if date_of(answers, "period_to") < date_of(answers, "period_from"):
        raise Refusal("period_backwards", "The period ends before it begins.", rule="R090", field="period_to")
    if not any(row["apply"] for row in rows_of(answers, "parents")):
        raise Refusal("against_nobody", "The application is against at least one parent.", rule="R090", field="parents")
    for row in rows_of(answers, "parents"):
        if not row["apply"] and row["route"] == "prosecution":
            raise Refusal(
                "route_unclear", "Whoever is to be prosecuted is applied against.", rule="R090", field="parents"
            )
