"""Cases: opened about a pupil, listed, read, and what people report to them."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import Connection

from api.case_facts import facts_of_case
from api.idempotency import Answer, OnceHere
from api.rest.answering import answered
from api.rest.nouns import CONFLICT, CREATING, MISSING, noun
from api.rest.revisions import set_etag
from api.rest.shapes import (
    PROCESS_NAME,
    Body,
    Listed,
    Moment,
    Out,
    PersonRef,
    PupilRef,
    Reason,
    WantedHere,
    example,
    person_ref,
    pupil_ref,
    subjects_of,
)
from api.rest.tasks import TaskOut, tasks_out
from api.rest.timers import TimerOut, timers_out
from api.roll import pupil_by_id, pupil_names
from api.security import Allowed, Rule, RuntimeHere
from engine.cancelling import cancel_case
from engine.cases import open_case as open_in_engine
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction
from engine.queries import cases as queries
from engine.queries.cases import Standing
from engine.queries.pages import MOST_ROWS, Wanted
from engine.queries.people import names_of
from engine.queries.tasks import tasks_of_case
from engine.queries.timers import timers
from engine.versions import process_of
from handlers.missing_letters import missing_letters
from handlers.readiness import court_line

router = noun("cases", explained="One run of the procedure about one pupil.")

LEFT_OVER = (queries.left_over, queries.left_open, missing_letters)
READING = Depends(Rule("case.read"))
Reading = Annotated[Allowed, READING]
Ending = Annotated[Allowed, Depends(Rule("case.cancel"))]
Opening = Annotated[Allowed, Depends(Rule("case.open"))]


class NewCase(Body):
    """About whom a case is to be opened, and of which process: of the procedure, unless another is named."""

    model_config = example(pupil_id="019ab5a2-7b1c-7d52-9a55-4d0c9d0a0c1f")
    pupil_id: UUID
    process: str | None = Field(default=None, pattern=PROCESS_NAME, examples=["fast_track"])


class CaseOpened(Out):
    """The case that was opened."""

    id: UUID
    reference: str = Field(examples=["FT-2026-00042"])


class Cancelling(Body):
    """Why a case is ended at once."""

    model_config = example(reason="Opened about the wrong pupil.")
    reason: Reason


class CaseOut(Out):
    """A case as lists show it. `stage` is where the procedure stands, `result` how it ended."""

    id: UUID
    reference: str = Field(examples=["FT-2026-00042"])
    process: str
    version: int
    pupil: PupilRef | None
    school_id: UUID
    stage: str = Field(examples=["Arrange the meeting"])
    result: str | None
    opened_by: PersonRef
    opened_at: Moment
    closed_at: Moment | None
    revision: int


class ReportName(Out):
    """Something that can be reported to the case now."""

    message: str = Field(examples=["ParentCannotAttend"])
    name: str = Field(examples=["A parent cannot attend"])
    groups: list[str]


class CaseRef(Out):
    """Another case."""

    id: UUID
    reference: str


class CaseInDetail(CaseOut):
    """A case with what it waits for."""

    follows: CaseRef | None = Field(description="The closed case that this one takes up again.")
    followed_by: CaseRef | None = Field(description="The case that takes this one up again.")

    tasks: list[TaskOut]
    timers: list[TimerOut]
    reports: list[ReportName]
    court_readiness: str = Field(
        description="In one line: what would not stand up in court today, the lawful days left, the latest safe next "
        "step. More under `/cases/{id}/readiness`."
    )
    left_over: int = Field(description="How much was not heard, not done or not sent: see `/cases/{id}/left-over`.")


@router.post("", status_code=201, response_model=CaseOpened, responses=CREATING)
def open_case(body: NewCase, request: Request, runtime: RuntimeHere, allowed: Opening, once: OnceHere) -> JSONResponse:
    """Opens a case about a pupil on the newest version of the process."""
    with transaction(runtime.engine) as db:
        school_id = pupil_by_id(db, body.pupil_id).school_id
    allowed.on(school_id)
    me = allowed.actor.id

    def act() -> UUID:
        process: str = body.process or request.app.state.process
        return open_in_engine(runtime, process=process, owner_id=school_id, subject_id=body.pupil_id, actor=str(me))

    answer = once.do(act, person_id=me, content=body.model_dump_json().encode(), answer=opened)
    return answered(answer, at=f"cases/{answer.body['id']}")


def opened(db: Connection, case_id: UUID) -> Answer:
    """What is answered about a case that was just opened."""
    return Answer(201, CaseOpened.model_validate(queries.case_by_id(db, case_id)).model_dump(mode="json"))


@router.get("")
def list_cases(
    runtime: RuntimeHere,
    allowed: Reading,
    wanted: WantedHere,
    state: Annotated[Standing | None, Query(description="Only those that are open, or closed.")] = None,
    pupil_id: Annotated[UUID | None, Query(description="Those about one pupil.")] = None,
) -> Listed[CaseOut]:
    """Cases, the newest first."""
    with transaction(runtime.engine) as db:
        page = queries.cases(
            db, allowed.owners, wanted=wanted, standing=state, subject_id=pupil_id, sight=allowed.sight
        )
        return Listed(items=cases_out(db, page.rows), next=page.next)


@router.get("/{case_id}", responses=MISSING, dependencies=[READING])
def read_case(case_id: UUID, runtime: RuntimeHere, response: Response) -> CaseInDetail:
    """One case with its open tasks and timers, and what can be reported to it."""
    with transaction(runtime.engine) as db:
        row = queries.case_by_id(db, case_id)
        (out,) = cases_out(db, [row])
        open_timers = timers(db, [row.owner_id], wanted=Wanted(MOST_ROWS), now=read_clock(db), case_id=case_id)
        beside = queries.cases_beside(db, row)
        detail = CaseInDetail(
            **dict(out),
            follows=_case_ref(beside["follows"]),
            followed_by=_case_ref(beside["followed_by"]),
            tasks=tasks_out(db, tasks_of_case(db, case_id)),
            timers=timers_out(db, open_timers.rows),
            reports=report_names(runtime, db, row),
            court_readiness=court_line(facts_of_case(runtime, db, case_id)),
            left_over=sum(len(left(db, case_id)) for left in LEFT_OVER),
        )
    set_etag(response, row.revision)
    return detail


@router.post("/{case_id}/cancel", status_code=204, responses=CONFLICT)
def cancel(case_id: UUID, body: Cancelling, runtime: RuntimeHere, allowed: Ending) -> None:
    """Ends a case that was opened in error. To withdraw one, report it: then the parents are told."""
    cancel_case(runtime, case_id, actor=str(allowed.actor.id), reason=body.reason)


def cases_out(db: Connection, rows: list[AnyRow]) -> list[CaseOut]:
    """Rows of cases as they are answered."""
    people = names_of(db, [row.opened_by for row in rows])
    pupils = pupil_names(db, subjects_of(rows))
    return [
        CaseOut(
            id=row.id,
            reference=row.reference,
            process=row.process,
            version=row.version,
            pupil=pupil_ref(row.subject_id, pupils),
            school_id=row.owner_id,
            stage=row.stage,
            result=row.result,
            opened_by=person_ref(row.opened_by, people),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            revision=row.revision,
        )
        for row in rows
    ]


def _case_ref(row: AnyRow | None) -> CaseRef | None:
    return CaseRef.model_validate(row) if row else None


def report_names(runtime: RuntimeHere, db: Connection, case: AnyRow) -> list[ReportName]:
    """What can be reported to a case now, by the names that stand in its diagrams; each message once."""
    bindings = process_of(runtime, db, case.version_id).bindings
    heard = {row.message: row for row in reversed(queries.listeners(db, case.id))}
    return [
        ReportName(message=message, name=bindings[row.element].name or message, groups=row.groups)
        for message, row in sorted(heard.items())
    ]
