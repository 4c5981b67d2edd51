"""Bank holidays that were proclaimed late, moved or dropped: one statement for all schools, approved once."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, Field, StringConstraints, model_validator
from sqlalchemy import Connection, select

from api.idempotency import Answer, OnceHere
from api.rest.answering import answered
from api.rest.calendar_shapes import Approval
from api.rest.nouns import CONFLICT, CREATING, MISSING, noun
from api.rest.previews import PreviewOut, preview_out
from api.rest.shapes import Body, Moment, Out, PersonRef, example, person_or_none, person_ref, storable_text
from api.security import Allowed, Rule, RuntimeHere
from attendance.drafts import DraftState
from attendance.proclamations import (
    Proclamation,
    close_proclamation,
    draft_proclamation,
    proclamation_by_id,
    proclamations,
)
from attendance.tables import proclamation, school
from attendance.working_days import FIRST_YEAR, LAST_YEAR
from engine.asking import is_done
from engine.clock import now as read_clock
from engine.database import transaction
from engine.errors import NotAllowed, NotFound
from engine.ids import new_id
from engine.queries.people import names_of
from handlers.calendar_preview import preview_proclamation
from handlers.calendars import approve_statement

router = noun("bank-holidays", explained="Bank holidays proclaimed late: one statement for all schools.")

Reading = Annotated[Allowed, Depends(Rule("school.read"))]
Proclaiming = Annotated[Allowed, Depends(Rule("bank_holiday.proclaim"))]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(storable_text)
]


class NewStatement(Body):
    """Days that are bank holidays and were not known, and days that are none after all."""

    model_config = example(title="State funeral", added=["2027-06-04"])
    title: Title
    added: list[date] = Field([], max_length=20)
    dropped: list[date] = Field([], max_length=20)
    published_until: date | None = Field(None, description="The last day that the newly published list reaches.")

    @model_validator(mode="after")
    def _in_reach(self) -> "NewStatement":
        for day in (*self.added, *self.dropped):
            if not FIRST_YEAR <= day.year < LAST_YEAR:
                raise ValueError(f"{day} is not between {FIRST_YEAR} and {LAST_YEAR}, where bank holidays are known")
        return self


class StatementOut(Out):
    """A statement as it stands."""

    id: UUID
    title: str
    added: list[date]
    dropped: list[date]
    published_until: date | None
    state: str
    drafted_by: PersonRef
    drafted_at: Moment
    closed_by: PersonRef | None
    closed_at: Moment | None
    reason: str


@router.post("", status_code=201, response_model=StatementOut, responses=CREATING)
def draft_statement(body: NewStatement, runtime: RuntimeHere, allowed: Proclaiming, once: OnceHere) -> JSONResponse:
    """Drafts a statement for all schools. Nothing rests on it until it is approved."""
    me = allowed.actor.id

    def act() -> UUID:
        with transaction(runtime.engine) as db:
            _in_every_school(db, allowed)
            statement = draft_proclamation(
                db,
                title=body.title,
                added=body.added,
                dropped=body.dropped,
                published_until=body.published_until,
                author=str(me),
                now=read_clock(db),
                new_id=new_id,
            )
            is_done(db, statement)
        return statement

    answer = once.do(act, person_id=me, content=body.model_dump_json().encode(), answer=_drafted)
    return answered(answer, at=f"bank-holidays/{answer.body['id']}")


def _drafted(db: Connection, statement: UUID) -> Answer:
    (out,) = _statements_out(db, [proclamation_by_id(db, statement)])
    return Answer(201, out.model_dump(mode="json"))


@router.get("")
def list_statements(runtime: RuntimeHere, _: Reading) -> list[StatementOut]:
    """Every statement, the newest first."""
    with transaction(runtime.engine) as db:
        return _statements_out(db, proclamations(db))


@router.get("/{statement}", responses=MISSING)
def read_statement(statement: UUID, runtime: RuntimeHere, _: Reading) -> StatementOut:
    """One statement."""
    with transaction(runtime.engine) as db:
        (out,) = _statements_out(db, [_known(db, statement)])
    return out


@router.get("/{statement}/preview", responses=CONFLICT)
def preview_statement(statement: UUID, runtime: RuntimeHere, allowed: Proclaiming) -> list[PreviewOut]:
    """What approving the statement would change, school by school."""
    with transaction(runtime.engine) as db:
        _in_every_school(db, allowed)
        _known(db, statement)
    found = list(preview_proclamation(runtime, statement))
    with transaction(runtime.engine) as db:
        now = read_clock(db)
        return [preview_out(db, each, now=now) for each in found]


@router.post("/{statement}/discard", responses=CONFLICT)
def discard_statement(statement: UUID, runtime: RuntimeHere, allowed: Proclaiming) -> StatementOut:
    """Lets nothing come of a statement."""
    with transaction(runtime.engine) as db:
        _in_every_school(db, allowed)
        _known(db, statement)
        by = str(allowed.actor.id)
        close_proclamation(db, statement, state=DraftState.DISCARDED, by=by, reason="", now=read_clock(db))
        (out,) = _statements_out(db, [proclamation_by_id(db, statement)])
    return out


@router.post("/{statement}/approve", responses=CONFLICT)
def approve_bank_holidays(statement: UUID, body: Approval, runtime: RuntimeHere, allowed: Proclaiming) -> StatementOut:
    """Makes the statement count in every school, once. Open cases follow at once, each by itself."""
    with transaction(runtime.engine) as db:
        _in_every_school(db, allowed)
        _known(db, statement)
    approve_statement(runtime, statement, by=str(allowed.actor.id), reason=body.reason)
    with transaction(runtime.engine) as db:
        (out,) = _statements_out(db, [proclamation_by_id(db, statement)])
    return out


def _in_every_school(db: Connection, allowed: Allowed) -> None:
    """A statement concerns all schools, so whoever makes it acts in all of them. Raises NotAllowed."""
    if set(db.execute(select(school.c.id)).scalars()) - set(allowed.owners):
        raise NotAllowed


def _known(db: Connection, statement: UUID) -> Proclamation:
    if db.execute(select(proclamation.c.id).where(proclamation.c.id == statement)).one_or_none() is None:
        raise NotFound
    return proclamation_by_id(db, statement)


def _statements_out(db: Connection, found: list[Proclamation]) -> list[StatementOut]:
    people = names_of(db, [actor for one in found for actor in (one.drafted_by, one.closed_by)])
    return [
        StatementOut(
            id=one.id,
            title=one.title,
            added=list(one.added),
            dropped=list(one.dropped),
            published_until=one.published_until,
            state=one.state.value,
            drafted_by=person_ref(one.drafted_by, people),
            drafted_at=one.drafted_at,
            closed_by=person_or_none(one.closed_by, people),
            closed_at=one.closed_at,
            reason=one.reason,
        )
        for one in found
    ]
