"""Early support before Fast Track: what was tried, and whether the case is ready."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from attendance import tables
from attendance.snapshots import latest_snapshot
from engine import tables as engine_tables
from engine.calls import Call
from engine.database import AnyRow
from engine.registry import Accepted, Refusal, handler
from handlers.answers import Answers, Prepared, date_of, past_day, prepared, text_of
from handlers.facts import Facts
from handlers.follow_ups import speak_with_schools
from handlers.forecasts import forecast_shown

# A "no" to one of these is allowed, but never without a reason.
DECIDED_ANEW = ("decision", "look_again")
ASKED = ("panel_was_held", "targets_set", "barrier_identified", "plan_agreed", "aeo_consulted")


@handler("support.prepare")
def prepare(call: Call) -> Prepared:
    """The figures on which the case was opened, and the siblings that the school's own records show (R018).

    A case that takes a closed one up again begins with what was said there of the support (R016, R017).
    """
    opening = latest_snapshot(call.db, call.case.id, what="opening")
    facts: Facts = call.facts
    siblings = _siblings_here(call)
    former = call.former_answer(call.element) or {}
    said = {name: value for name, value in former.items() if name not in DECIDED_ANEW}
    if former:
        said["issues_before"] = True
    seen = {"siblings_here": True, "siblings_here_names": ", ".join(siblings)} if siblings else {}
    return prepared(
        answers=said | seen,
        shown={
            "figures": opening.figures if opening else None,
            "siblings_here": siblings,
            "sibling_cases": _sibling_cases(call),
            "forecast": forecast_shown(facts) if opening else None,
        },
    )


@handler("support.accept")
def accept(call: Call, answers: Answers) -> Accepted:
    """Every question is answered; `not_yet` names the day on which to look again. Source: R009-R021."""
    if not all(answers[question] for question in ASKED) and not text_of(answers, "why_not"):
        raise Refusal(
            "reason_missing", "You answered no to a step of early support: say why.", rule="R011", field="why_not"
        )
    if (answers["siblings_here"] or answers["siblings_elsewhere"]) == (answers["approach"] == "no_siblings"):
        raise Refusal(
            "approach_unclear",
            "Say whether a joint approach was chosen for the siblings.",
            rule="R020",
            field="approach",
        )
    for field, rule in (("panel_was_on", "R011"), ("aeo_consulted_on", "R021")):
        if answers.get(field):
            past_day(answers, field, today=call.today, rule=rule)
    if answers["decision"] == "not_yet" and date_of(answers, "look_again") <= call.today:
        raise Refusal("too_early", "Give a day after today on which to look again.", rule="R002", field="look_again")
    if answers["approach"] == "joint" and answers["siblings_elsewhere"]:
        speak_with_schools(call, whom=text_of(answers, "siblings_elsewhere_names"))
    return Accepted({"support": answers["decision"]}, call.today)


@handler("support.prepare_asking")
def prepare_asking(call: Call) -> Prepared:
    """The figures: the share is reached, the number of sessions is not. Source: R008, A2."""
    facts: Facts = call.facts
    policy = facts.policy
    return prepared(
        answers={"asked_on": call.today.isoformat()},
        shown={
            "figures": facts.opening.figures,
            "needed": {"percent": policy.threshold_percent, "sessions": policy.threshold_sessions},
        },
    )


@handler("support.ask_authority")
def ask_authority(call: Call, answers: Answers) -> Accepted:
    """Keeps what the authority's officer advised on a case that may not start. Source: R006, R021, A2."""
    asked_on = past_day(answers, "asked_on", today=call.today, rule="R021")
    call.note(
        "authority_consulted",
        asked_on=asked_on.isoformat(),
        officer=text_of(answers, "officer"),
        reason=text_of(answers, "advice"),
    )
    return Accepted({}, asked_on)


def _siblings_here(call: Call) -> list[str]:
    return list(dict.fromkeys(f"{row.forename} {row.surname}" for row in _shared(call)))


def _sibling_cases(call: Call) -> list[dict[str, Any]]:
    """The siblings' own open cases, with the parents they share: each child keeps a plan, minutes and letters (E17)."""
    facts: Facts = call.facts
    rows, k = _shared(call), engine_tables.case.c
    pupils = {row.id: f"{row.forename} {row.surname}" for row in rows}
    found = select(k.subject_id, k.reference, k.stage).where(k.subject_id.in_(pupils), k.closed_at.is_(None))
    return [
        {
            "name": pupils[case.subject_id],
            "case": case.reference,
            "stage": case.stage,
            "shared_parents": [facts.name_of(row.adult_id) for row in rows if row.id == case.subject_id],
        }
        for case in call.db.execute(found.order_by(k.reference))
    ]


def _shared(call: Call) -> Sequence[AnyRow]:
    """Other pupils of the school with each parent whom they share with this one. Source: R018."""
    mine, theirs, pupil = tables.parenthood.alias(), tables.parenthood, tables.pupil
    found = (
        select(pupil.c.id, pupil.c.forename, pupil.c.surname, theirs.c.adult_id)
        .join(theirs, theirs.c.pupil_id == pupil.c.id)
        .join(mine, mine.c.adult_id == theirs.c.adult_id)
        .where(mine.c.pupil_id == call.case.subject_id, pupil.c.id != call.case.subject_id)
        .where(pupil.c.school_id == call.case.owner_id, mine.c.basis != "none", theirs.c.basis != "none")
        .order_by(pupil.c.surname, pupil.c.forename, pupil.c.id, theirs.c.adult_id)
    )
    return list(call.db.execute(found))
