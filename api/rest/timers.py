"""Timers: what is overdue, at risk, to come, and what the sweep is late with; each with its derivation."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field
from sqlalchemy import Connection

from api.rest.nouns import MISSING, noun
from api.rest.revisions import set_etag
from api.rest.shapes import (
    CaseRef,
    Listed,
    Moment,
    Out,
    PersonRef,
    PupilRef,
    WantedHere,
    case_ref,
    person_or_none,
    pupil_ref,
    subjects_of,
)
from api.roll import pupil_names
from api.security import Allowed, Rule, RuntimeHere
from api.timer_words import moment_in_words
from engine.by_hand import by_hand
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction
from engine.queries import timers as queries
from engine.queries.people import names_of
from engine.queries.timers import WARNING, State
from engine.versions import process_of

router = noun("timers", explained="Waits and deadlines: overdue, at risk, to come, late.")

READING = Depends(Rule("timer.read"))
Reading = Annotated[Allowed, READING]


class Derivation(Out):
    """How a timer's moment was worked out."""

    words: str = Field(examples=["The end of Thu 21 Jan 2027: 6 weeks after Thu 10 Dec 2026, when the panel was held."])
    expression: str = Field(examples=["end_of(weeks_after(policy.review_weeks, held_on('panel')))"])
    calls: list[dict[str, Any]] = Field(description="What the expression asked, in order, with every result.")
    calendar_version: str = Field(description="Which version of the school's calendar was used.")


class TimerOut(Out):
    """A timer as it stands. `task_id` is given where it is the due date of a task."""

    id: UUID
    case: CaseRef
    pupil: PupilRef | None
    school_id: UUID
    name: str
    element: str
    kind: str = Field(description="`wait`: the case goes on then. `deadline`: something ought to be done by then.")
    state: State
    due_at: Moment
    task_id: UUID | None
    met_on: date | None
    met_by: PersonRef | None
    paused_until: Moment | None = Field(description="A person has paused it: it does not fire before.")
    paused_from: Moment | None = Field(description="Of a paused timer: its own moment, which holds again afterwards.")
    set_by: PersonRef | None = Field(description="Who set the moment by hand; then it is not worked out again.")
    raised_at: Moment | None = Field(description="When a missed deadline was brought before a supervisor.")
    fired_at: Moment | None
    ended_at: Moment | None
    derivation: Derivation


class ByHandOut(Out):
    """What a supervisor may do to a timer by hand, as the process says, and the rule that forbids the rest."""

    acts: list[str] = Field(examples=[["pause", "reschedule", "resume"]])
    rule: str = Field(examples=["R033"])


class TimerInDetail(TimerOut):
    """A timer with what may be done to it. The ETag is its case's: what follows holds while nothing else happens."""

    by_hand: ByHandOut


@router.get("")
def list_timers(
    runtime: RuntimeHere,
    allowed: Reading,
    wanted: WantedHere,
    state: Annotated[
        State | None,
        Query(
            description="`overdue`: a deadline has passed unmet. `at_risk`: a deadline is due within the warning. "
            "`upcoming`: still to come. `paused`: by a person, until a day. `lag`: a wait is due and has not fired. "
            "Left out: all that is open."
        ),
    ] = None,
    warning_days: Annotated[int, Query(ge=1, le=60, description="How many days ahead is at risk.")] = WARNING.days,
    case_id: Annotated[UUID | None, Query(description="Those of one case.")] = None,
) -> Listed[TimerOut]:
    """Timers, the first due first."""
    warning = timedelta(days=warning_days)
    with transaction(runtime.engine) as db:
        page = queries.timers(
            db,
            allowed.owners,
            wanted=wanted,
            now=read_clock(db),
            state=state,
            warning=warning,
            case_id=case_id,
            sight=allowed.sight,
        )
        return Listed(items=timers_out(db, page.rows, warning=warning), next=page.next)


@router.get("/{timer_id}", responses=MISSING, dependencies=[READING])
def read_timer(timer_id: UUID, runtime: RuntimeHere, response: Response) -> TimerInDetail:
    """One timer."""
    with transaction(runtime.engine) as db:
        row = queries.timer_by_id(db, timer_id)
        (out,) = timers_out(db, [row])
        allowed = by_hand(process_of(runtime, db, row.version_id).bindings.get(row.element))
    set_etag(response, row.revision)
    return TimerInDetail(**dict(out), by_hand=ByHandOut(acts=sorted(allowed.acts), rule=allowed.rule))


def timers_out(db: Connection, rows: list[AnyRow], *, warning: timedelta = WARNING) -> list[TimerOut]:
    """Rows of timers as they are answered."""
    now = read_clock(db)
    people = names_of(db, [person for row in rows for person in (row.met_by, row.set_by)])
    pupils = pupil_names(db, subjects_of(rows))
    return [
        TimerOut(
            id=row.id,
            case=case_ref(row),
            pupil=pupil_ref(row.subject_id, pupils),
            school_id=row.owner_id,
            name=row.name,
            element=row.element,
            kind=row.kind,
            state=queries.state_of(row, now, warning=warning),
            due_at=row.due_at,
            task_id=row.task_id,
            met_on=row.met_on,
            met_by=person_or_none(row.met_by, people),
            paused_until=row.paused_until,
            paused_from=row.paused_from,
            set_by=person_or_none(row.set_by, people),
            raised_at=row.raised_at,
            fired_at=row.fired_at,
            ended_at=row.ended_at,
            derivation=Derivation(
                words=moment_in_words(row),
                expression=row.expression,
                calls=row.derivation,
                calendar_version=row.calendar_version,
            ),
        )
        for row in rows
    ]
