"""What people add to a case of their own accord: tasks that no diagram foresees, and the contact log."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints
from sqlalchemy import Connection

from api.idempotency import Answer, OnceHere
from api.rest.answering import answered
from api.rest.nouns import CREATING, MISSING, noun
from api.rest.shapes import Body, Moment, Out, PersonRef, example, person_ref, storable_text
from api.roll import adult_names
from api.security import Allowed, Rule, RuntimeHere
from engine.added_tasks import add_task as add_in_engine
from engine.asking import is_done
from engine.database import transaction
from engine.queries.cases import case_by_id
from engine.queries.people import is_held, names_of, roles_of
from engine.registry import Refusal
from handlers.contacts import Contact, contacts_of, log_contact

router = noun("cases", explained="One run of the procedure about one pupil.")

Adding = Annotated[Allowed, Depends(Rule("task.add"))]
Logging = Annotated[Allowed, Depends(Rule("contact.log"))]
READING = Depends(Rule("contact.read"))

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(storable_text)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000), AfterValidator(storable_text)]
Kind = Literal["call", "visit", "message", "conversation", "duty_line"]


class NewTask(Body):
    """What is to be done, who does it, and by when."""

    model_config = example(
        name="Ask the admission register for the father's address", role="attendance_lead", due_on="2026-12-04"
    )
    name: Line = Field(min_length=1)
    details: Words = ""
    role: Line | None = None
    assignee: UUID | None = Field(None, description="One person, in place of a role.")
    due_on: date | None = None


class Added(Out):
    """What was added."""

    id: UUID


class NewContact(Body):
    """A call, visit, message, conversation, or advice of the duty line (R092)."""

    model_config = example(
        kind="duty_line",
        happened_at="2026-11-24T10:15:00+00:00",
        with_whom="Duty officer, 01603 223681",
        said="Go on with the invitation; ask again if the father does not reply.",
    )
    kind: Kind
    happened_at: AwareDatetime
    adult_id: UUID | None = Field(None, description="The parent it was with.")
    with_whom: Line = Field("", description="With whom, where it was no parent.")
    reached: bool = Field(True, description="Whether anybody was reached.")
    said: Words = Field(min_length=1)
    replaces: UUID | None = Field(None, description="The entry that this one corrects.")


class ContactOut(Out):
    """An entry of the contact log as it stands."""

    id: UUID
    kind: Kind
    happened_at: Moment
    adult_id: UUID | None
    with_whom: str
    reached: bool
    said: str
    replaces: UUID | None
    recorded_by: PersonRef
    recorded_at: Moment


@router.post("/{case_id}/tasks", status_code=201, response_model=Added, responses=CREATING)
def add_task(case_id: UUID, body: NewTask, runtime: RuntimeHere, allowed: Adding, once: OnceHere) -> JSONResponse:
    """Adds a task that no diagram foresees. It stands in the lists, is late when its day has passed, and is told."""
    me = allowed.actor.id

    def act() -> UUID:
        with transaction(runtime.engine) as db:
            groups = _groups(db, case_by_id(db, case_id).owner_id, body)
        return add_in_engine(
            runtime,
            case_id,
            actor=str(me),
            name=body.name,
            details=body.details,
            groups=groups,
            assignee=None if body.assignee is None else str(body.assignee),
            due_on=body.due_on,
        )

    answer = once.do(act, person_id=me, content=body.model_dump_json().encode(), answer=_added)
    return answered(answer, at=f"tasks/{answer.body['id']}")


@router.post("/{case_id}/contacts", status_code=201, response_model=Added, responses=CREATING)
def add_contact(
    case_id: UUID, body: NewContact, runtime: RuntimeHere, allowed: Logging, once: OnceHere
) -> JSONResponse:
    """Logs a contact. It is told in the timeline; a mistake is corrected by another entry that replaces it."""
    me = allowed.actor.id

    def act() -> UUID:
        with transaction(runtime.engine) as db:
            contact_id = log_contact(db, case_id, Contact(**body.model_dump()), actor=str(me))
            is_done(db, contact_id)
        return contact_id

    answer = once.do(act, person_id=me, content=body.model_dump_json().encode(), answer=_added)
    return answered(answer, at=f"cases/{case_id}/contacts")


@router.get("/{case_id}/contacts", responses=MISSING, dependencies=[READING])
def list_contacts(case_id: UUID, runtime: RuntimeHere) -> list[ContactOut]:
    """The contact log, the earliest first."""
    with transaction(runtime.engine) as db:
        rows = contacts_of(db, case_id)
        people = names_of(db, [row.recorded_by for row in rows])
        adults = adult_names(db, {row.adult_id for row in rows if row.adult_id})
    return [
        ContactOut(
            id=row.id,
            kind=row.kind,
            happened_at=row.happened_at,
            adult_id=row.adult_id,
            with_whom=row.with_whom or adults.get(row.adult_id, ""),
            reached=row.reached,
            said=row.said,
            replaces=row.replaces,
            recorded_by=person_ref(row.recorded_by, people),
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]


def _added(_: Connection, new: UUID) -> Answer:
    return Answer(201, {"id": str(new)})


def _groups(db: Connection, owner_id: UUID, body: NewTask) -> list[str]:
    """The roles that see a task: the one it is for, or those of the person it is for."""
    if (body.role is None) == (body.assignee is None):
        raise Refusal("for_whom", "Say for which role, or for whom.", field="role")
    if body.role is not None:
        if not is_held(db, body.role, owner_id):
            raise Refusal("role_not_held", "Nobody at this school holds this role.", field="role")
        return [body.role]
    groups = [row.role for row in roles_of(db, [body.assignee], [owner_id])] if body.assignee else []
    if not groups:
        raise Refusal("not_of_this_school", "They hold no role in this school.", field="assignee")
    return groups
