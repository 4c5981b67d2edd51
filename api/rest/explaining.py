"""Every date of a case explained, what if something were different, and whether it would stand up in court today."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import ConfigDict, Field

from api.case_facts import facts_of_case
from api.ledger import ledger
from api.rest.nouns import CONFLICT, MISSING, noun
from api.rest.shapes import Day, Moment, Out
from api.security import Rule, RuntimeHere
from api.what_if import Supposition, what_if
from attendance.notice import Postage
from engine.database import transaction
from engine.queries.cases import case_by_id
from engine.queries.timers import State
from engine.versions import process_of
from handlers.readiness import readiness
from handlers.time_left import day_limits, submitted_on

router = noun("cases", explained="One run of the procedure about one pupil.")

READING = Depends(Rule("case.read"))


class Shown(Out):
    """Read from what the service worked out."""

    model_config = ConfigDict(from_attributes=True)


class FormerOut(Shown):
    """A moment that the clock had before."""

    at: Moment
    was: Moment
    becomes: Moment
    by: str


class PauseOut(Shown):
    """A pause that a person made. `resumed_at`: when a person let the clock go on before its end."""

    at: Moment
    until: Moment
    by: str
    reason: str
    resumed_at: Moment | None


class ClockOut(Shown):
    """One clock: its rules, its input facts, the calendar it was worked out with, and what it was before."""

    id: UUID
    element: str
    name: str
    kind: str
    rules: list[str]
    state: State
    due_at: Moment
    words: str = Field(examples=["The end of Thu 21 Jan 2027: 6 weeks after Thu 10 Dec 2026, when the panel was held."])
    expression: str
    calls: list[dict[str, Any]]
    calendar_version: str
    paused_from: Moment | None
    paused_until: Moment | None
    set_by: str | None
    met_on: date | None
    fired_at: Moment | None
    ended_at: Moment | None
    former: list[FormerOut]
    pauses: list[PauseOut]


class DayLimitOut(Shown):
    """Until when the sessions of one day can be charged."""

    day: date
    sessions: int
    six_months: date
    twenty_six_weeks: date
    last_safe_day: date
    is_in_time: bool
    words: str


class SubmittedOut(Shown):
    """What an application that is submitted on a day leaves the authority."""

    day: date
    authority_days: int
    sessions_in_time: int
    shorter: str = Field(description="A shorter lawful way, where this one leaves nothing.")
    words: str


class ConsequenceOut(Shown):
    """One thing that would follow."""

    rule: str
    words: str
    was: Moment | date | None
    becomes: Moment | date | None


class ExplainedOut(Out):
    """Every date of the case, and the time to prosecute. `what_if` is null where nothing was supposed."""

    calendar_version: int
    clocks: list[ClockOut]
    limits: list[DayLimitOut]
    submitted_today: SubmittedOut | None
    what_if: list[ConsequenceOut] | None


class DefectOut(Shown):
    """Something that would not stand up today; `parent` is empty where it is about the case."""

    rule: str
    words: str
    parent: str


class NextStepOut(Shown):
    """What comes next, and the last day on which it leaves time to prosecute."""

    words: str
    latest: date | None


class ReadinessOut(Shown):
    """How the case would stand in court today."""

    line: str = Field(examples=["Would not stand up today: 3; 78 working days until the first session runs out …"])
    defects: list[DefectOut]
    sessions_in_time: int
    sessions_out_of_time: int
    first_limit: date | None
    last_limit: date | None
    days_left: int
    days_left_for_the_last: int
    next_step: NextStepOut


@router.get("/{case_id}/explain", responses=MISSING | CONFLICT, dependencies=[READING])
def explain(
    case_id: UUID,
    runtime: RuntimeHere,
    closed: Annotated[list[Day] | None, Query(description="Suppose that the school is closed on these days.")] = None,
    posted: Annotated[Day | None, Query(description="Suppose that the letters are posted on this day.")] = None,
    postage: Annotated[Postage, Query(description="By this class.")] = Postage.FIRST,
    decision: Annotated[str, Query(pattern="^(|O1|O2|O3|O4|refer|closed)$", description="Suppose this decision.")] = "",
    decided: Annotated[Day | None, Query(description="On this day; left out: today.")] = None,
    submitted: Annotated[Day | None, Query(description="Suppose that the application is submitted then.")] = None,
) -> ExplainedOut:
    """Each date with its rule, input facts, calendar, pauses and derivation; and what if something were different."""
    supposed = Supposition(tuple(closed or ()), posted, postage, decision, decided, submitted)
    with transaction(runtime.engine) as db:
        facts = facts_of_case(runtime, db, case_id)
        clocks = ledger(db, process_of(runtime, db, case_by_id(db, case_id).version_id), case_id, now=facts.now)
        limits = day_limits(facts) if facts.has_opened else []
        today = submitted_on(facts, facts.today) if facts.has_opened else None
        version = facts.calendar_version
    follows = what_if(runtime, case_id, supposed) if supposed.is_anything else None
    return ExplainedOut(
        calendar_version=version,
        clocks=[ClockOut.model_validate(clock) for clock in clocks],
        limits=[DayLimitOut.model_validate(limit) for limit in limits],
        submitted_today=SubmittedOut.model_validate(today) if today else None,
        what_if=None if follows is None else [ConsequenceOut.model_validate(each) for each in follows],
    )


@router.get("/{case_id}/readiness", responses=MISSING, dependencies=[READING])
def read_readiness(case_id: UUID, runtime: RuntimeHere) -> ReadinessOut:
    """What would not stand up in court today, how many lawful days are left, and the latest safe next step."""
    with transaction(runtime.engine) as db:
        return ReadinessOut.model_validate(readiness(facts_of_case(runtime, db, case_id)))
