"""The plan of the panel: a target, individual actions, the day of the review."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from attendance import tables
from attendance.errors import OutsideCalendar
from attendance.meetings import held_meeting
from attendance.plans import same_actions_elsewhere
from attendance.words import in_words
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Accepted, Refusal, handler
from handlers.addresses import asking_addresses, check_before_sending
from handlers.answers import Answers, Prepared, choice, date_of, prepared, rows_of, text_of
from handlers.facts import Facts
from handlers.forecasts import forecast_shown
from handlers.meeting_facts import held_on


@handler("plans.prepare")
def prepare(call: Call) -> Prepared:
    """Period and review day as the calendar suggests them. Actions are never filled in. Source: R057, R058."""
    facts: Facts = call.facts
    panel_on, there = held_on(facts, "panel"), _those_there(facts)
    try:
        review_on = facts.calendar.offered(panel_on + timedelta(weeks=call.policy.review_weeks)).isoformat()
    except OutsideCalendar:
        review_on = None
    answers: dict[str, Any] = {
        "period_from": (panel_on + timedelta(days=1)).isoformat(),
        "actions": [],
        "contracts": [
            {"adult": str(parent.id), "contract": None if parent.id in there else "absent"} for parent in facts.parents
        ],
    }
    if review_on:
        answers |= {"review_on": review_on, "period_to": review_on}
    form = prepared(
        answers=answers,
        shown={
            "panel_on": panel_on.isoformat(),
            "last_day": (panel_on + timedelta(weeks=call.policy.review_weeks)).isoformat(),
            "forecast": forecast_shown(facts),
            "opening": {name: facts.opening.figures[name] for name in ("possible", "unauthorised")},
        },
        offers={"adult": [choice(parent.id, parent.label) for parent in facts.parents]},
    )
    return asking_addresses(facts, form)


@handler("plans.agree")
def agree(call: Call, answers: Answers) -> Accepted:
    """Keeps target, actions and review day. Source: R004, R054-R058, E1, E38, E39."""
    facts: Facts = call.facts
    check_before_sending(call, answers)
    keep_plan(call, answers)
    return Accepted({}, held_on(facts, "panel"))


def keep_plan(call: Call, answers: Answers) -> None:
    """Keeps target, actions and review day as they stand now; what was agreed before stays on record."""
    period_from, period_to = date_of(answers, "period_from"), date_of(answers, "period_to")
    review_on = date_of(answers, "review_on")
    _refuse_contracts_with_absent(call.facts, answers)
    if period_to < period_from:
        raise Refusal("period_backwards", "The period ends before it begins.", rule="R054", field="period_to")
    _refuse_review_day(call.facts, answers)
    call.db.execute(
        insert(tables.plan).values(
            id=new_id(),
            case_id=call.case.id,
            kind="panel",
            target_sessions=answers["target_sessions"],
            period_from=period_from,
            period_to=period_to,
            review_on=review_on,
            actions=actions_of(answers),
            agreed_at=call.now,
        )
    )
    call.note(
        "plan_agreed",
        target_sessions=answers["target_sessions"],
        period_from=period_from.isoformat(),
        period_to=period_to.isoformat(),
        review_on=review_on.isoformat(),
        late_reason=text_of(answers, "late_reason"),
        contracts={row["adult"]: row["contract"] for row in rows_of(answers, "contracts")},
    )
    warn_of_copies(call, answers)


def _refuse_contracts_with_absent(facts: Facts, answers: Answers) -> None:
    """A contract is an agreement between people who have met. Source: R004, domain.md 6.3."""
    there = {str(adult) for adult in _those_there(facts)}
    absent = [row for row in rows_of(answers, "contracts") if row["adult"] not in there]
    if any(row["contract"] in ("signed", "refused") for row in absent):
        raise Refusal(
            "was_absent",
            "A contract cannot be agreed with a parent who was not at the meeting: write that they were not present.",
            rule="R004",
            field="contracts",
        )


def _those_there(facts: Facts) -> set[UUID]:
    panel, a = held_meeting(facts.db, facts.case.id, kind="panel"), tables.attendance_at_meeting.c
    if panel is None:
        return set()
    there = select(a.adult_id).where(a.meeting_id == panel.id, a.attended)
    return set(facts.db.execute(there).scalars())


def actions_of(answers: Answers) -> list[dict[str, str]]:
    """The actions as they are kept: each tied to a barrier, with who and until when. Source: R055, R056."""
    return [
        {name: text_of(row, name) for name in ("barrier", "action", "who", "by")} for row in rows_of(answers, "actions")
    ]


def warn_of_copies(call: Call, answers: Answers) -> None:
    """Notes actions that stand word for word in another child's plan. Source: R057, E39."""
    actions = [action["action"] for action in actions_of(answers)]
    if copied := same_actions_elsewhere(call.db, call.case.id, actions):
        call.note("actions_not_individual", actions=copied)


def _refuse_review_day(facts: Facts, answers: Answers) -> None:
    panel_on, review_on = held_on(facts, "panel"), date_of(answers, "review_on")
    last_day = panel_on + timedelta(weeks=facts.policy.review_weeks)
    if review_on <= facts.today:
        raise Refusal("too_early", "The review is on a day to come.", rule="R058", field="review_on")
    try:
        nearest = facts.calendar.offered(review_on)
    except OutsideCalendar as outside:
        raise Refusal("no_school_day", str(outside), rule="R058", field="review_on") from outside
    if nearest != review_on:
        raise Refusal(
            "no_school_day",
            f"{in_words(review_on)} is no school day; the last one before it is {in_words(nearest)}.",
            rule="R058",
            field="review_on",
        )
    if review_on > last_day and not text_of(answers, "late_reason"):
        raise Refusal(
            "review_late",
            f"The review must be held by {in_words(last_day)}, six weeks after the panel, or there must be a reason.",
            rule="R058",
            field="late_reason",
        )
