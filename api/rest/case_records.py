"""What stands in a case: what happened, what was answered, which documents were made."""

from operator import attrgetter
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import Field

from api.chronology import sentence, without_free_text
from api.rest.confidential import shown_in_case
from api.rest.documents import DocumentOut, documents_out
from api.rest.nouns import MISSING, noun
from api.rest.shapes import Listed, Moment, Out, PersonRef, WantedHere, person_or_none, person_ref
from api.security import Allowed, Rule, RuntimeHere
from engine.database import transaction
from engine.history import timeline
from engine.queries import cases as queries
from engine.queries.people import names_of
from engine.queries.sending import documents
from handlers.missing_letters import missing_letters

router = noun("cases", explained="One run of the procedure about one pupil.")

Reading = Annotated[Allowed, Depends(Rule("case.read"))]
ReadingAnswers = Annotated[Allowed, Depends(Rule("answer.read"))]
ReadingDocuments = Annotated[Allowed, Depends(Rule("document.read"))]


class Happened(Out):
    """One thing that happened. `facts` depend on `what`; `words` are empty where another row tells it better."""

    sequence: int
    what: str = Field(examples=["task_done"])
    words: str = Field(examples=["Done: Arrange the meeting"])
    element: str
    path: str
    visit: int
    item: str
    facts: dict[str, Any]
    actor: PersonRef
    at: Moment


class AnswerOut(Out):
    """What somebody answered. A correction is a new version."""

    id: UUID
    task_id: UUID | None
    element: str
    path: str
    visit: int
    item: str
    version: int
    answers: dict[str, Any]
    actor: PersonRef
    at: Moment


class LeftOver(Out):
    """What somebody must look at: a report that nobody will hear, a task that the end of the case took away, a letter
    that one parent did not get because nobody had checked the address, or nobody knows one."""

    id: UUID
    message: str = Field(examples=["ParentCannotAttend"], description="What was reported; else empty.")
    task: str = Field(examples=["Involve the new parent"], description="What was to be done; else empty.")
    letter: str = Field(examples=["L3"], description="Which letter was not made; else empty.")
    answers: dict[str, Any] = Field(description="Of a task its draft, of a letter the parent's id.")
    actor: PersonRef | None = Field(description="Who reported it, or who had taken the task.")
    received_at: Moment


@router.get("/{case_id}/timeline", responses=MISSING)
def read_timeline(case_id: UUID, runtime: RuntimeHere, allowed: Reading) -> list[Happened]:
    """Everything that happened, oldest first; what people wrote only to who may read their answers."""
    with transaction(runtime.engine) as db:
        rows = timeline(db, case_id)
        if not allowed.may("answer.read", queries.case_by_id(db, case_id).owner_id):
            rows = [{**row, "facts": without_free_text(row["facts"], path=row["path"])} for row in rows]
        people = names_of(db, [row["actor"] for row in rows])
    return [
        Happened(**{**row, "words": sentence(row["what"], row["facts"]), "actor": person_ref(row["actor"], people)})
        for row in rows
    ]


@router.get("/{case_id}/answers", responses=MISSING)
def list_answers(case_id: UUID, runtime: RuntimeHere, allowed: ReadingAnswers, wanted: WantedHere) -> Listed[AnswerOut]:
    """What people answered, oldest first, every version. Addresses are shown to those who may read all of them."""
    with transaction(runtime.engine) as db:
        page = queries.answers(db, case_id, wanted=wanted)
        people = names_of(db, [row.actor for row in page.rows])
        shown = shown_in_case(runtime, db, allowed, case_id)
    items = [
        AnswerOut(
            **{
                **row._mapping,
                "answers": shown(row.answers, element=row.element),
                "actor": person_ref(row.actor, people),
            }
        )
        for row in page.rows
    ]
    return Listed(items=items, next=page.next)


@router.get("/{case_id}/left-over", responses=MISSING)
def list_left_over(case_id: UUID, runtime: RuntimeHere, allowed: ReadingAnswers) -> list[LeftOver]:
    """What was not heard, not done or not sent, oldest first: somebody must look at it."""
    with transaction(runtime.engine) as db:
        reports, tasks = queries.left_over(db, case_id), queries.left_open(db, case_id)
        letters = missing_letters(db, case_id)
        people = names_of(db, [*(row.actor for row in reports), *(row.assignee for row in tasks if row.assignee)])
        shown = shown_in_case(runtime, db, allowed, case_id)
    found = [
        LeftOver(
            id=row.id,
            message=row.message,
            task="",
            letter="",
            answers=shown(row.answers, message=row.message),
            actor=person_ref(row.actor, people),
            received_at=row.received_at,
        )
        for row in reports
    ]
    found += [
        LeftOver(
            id=row.id,
            message="",
            task=row.name,
            letter="",
            answers=shown(row.draft or {}, element=row.element),
            actor=person_or_none(row.assignee, people),
            received_at=row.created_at,
        )
        for row in tasks
    ]
    found += [
        LeftOver(
            id=missing.id,
            message="",
            task="",
            letter=missing.letter,
            answers={"parent": str(missing.parent)},
            actor=None,
            received_at=missing.at,
        )
        for missing in letters
    ]
    return sorted(found, key=attrgetter("received_at"))


@router.get("/{case_id}/documents", responses=MISSING)
def list_documents_of_case(
    case_id: UUID, runtime: RuntimeHere, allowed: ReadingDocuments, wanted: WantedHere
) -> Listed[DocumentOut]:
    """Which documents were made, the newest first."""
    with transaction(runtime.engine) as db:
        page = documents(db, allowed.owners, wanted=wanted, case_id=case_id)
        return Listed(items=documents_out(db, page.rows), next=page.next)
