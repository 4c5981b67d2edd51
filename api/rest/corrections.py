"""Corrections of tasks that were done: a further version, its reason, what it changes, whom to tell."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import select

from api.rest.confidential import Shown, shown_in_case
from api.rest.nouns import CONFLICT, MISSING, noun
from api.rest.shapes import Answers, Body, Moment, Out, PersonRef, example, person_ref, storable_text
from api.security import Allowed, Rule, RuntimeHere
from engine import tables
from engine.correcting import correct_task
from engine.database import AnyRow, transaction
from engine.errors import NotAllowed
from engine.queries import tasks as queries
from engine.queries.people import names_of

router = noun("tasks", explained="What people must do: listed, read with their form, taken, done.")

Correcting = Annotated[Allowed, Depends(Rule("task.correct"))]
Reading = Annotated[Allowed, Depends(Rule("answer.read"))]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000), AfterValidator(storable_text)
]


class Correction(Body):
    """The answers as they ought to have been, all of them."""

    model_config = example(
        answers={"working_well": "Art, and the breakfast club."},
        reason="The breakfast club was left out.",
        changes="The minutes of the panel name it.",
        tell="Both parents",
        version=1,
    )
    answers: Answers
    reason: Words
    changes: Words = Field(description="What the correction changes.")
    tell: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)] = Field(
        "", description="Who is to be told: becomes a task."
    )
    version: int | None = Field(None, description="The version that was read; refused when there is a later one.")


class LetterStays(Out):
    """A letter that was made since the task was done. It stays as it was."""

    letter: str
    delivery_id: UUID
    state: str
    created_at: Moment


class Corrected(Out):
    """The correction, and the letters that may have said what was corrected."""

    version: int
    letters: list[LetterStays]


class VersionOut(Out):
    """A version of a task's answers, with the reason for it where it is a correction."""

    version: int
    answers: dict[str, Any]
    actor: PersonRef
    at: Moment
    reason: str
    changes: str
    tell: str


@router.post("/{task_id}/corrections", status_code=201, responses=CONFLICT)
def correct(task_id: UUID, body: Correction, runtime: RuntimeHere, allowed: Correcting) -> Corrected:
    """Corrects a task that was done. What the case was decided on, and letters that went out, stay as they were."""
    with transaction(runtime.engine) as db:
        row = queries.task_by_id(db, task_id)
    if not allowed.actor.has(row.owner_id, row.groups):
        raise NotAllowed("This task is for another role.")
    version = correct_task(runtime, task_id, actor=str(allowed.actor.id), **body.model_dump())
    d = tables.delivery.c
    made = select(d.id.label("delivery_id"), d.letter, d.state, d.created_at).where(
        d.case_id == row.case_id, d.created_at >= row.ended_at, d.state != "cancelled"
    )
    with transaction(runtime.engine) as db:
        letters = [LetterStays.model_validate(found) for found in db.execute(made.order_by(d.id))]
    return Corrected(version=version, letters=letters)


@router.get("/{task_id}/versions", responses=MISSING)
def list_versions_of_task(task_id: UUID, runtime: RuntimeHere, allowed: Reading) -> list[VersionOut]:
    """Every version of a task's answers, the first first."""
    a, h = tables.answer.c, tables.history.c
    with transaction(runtime.engine) as db:
        row = queries.task_by_id(db, task_id)
        rows = db.execute(select(tables.answer).where(a.task_id == task_id).order_by(a.version)).all()
        noted = db.execute(
            select(h.facts).where(
                h.case_id == row.case_id, h.what == "task_corrected", h.path == row.path, h.visit == row.visit
            )
        ).scalars()
        why = {facts["version"]: facts for facts in noted}
        people = names_of(db, [version.actor for version in rows])
        shown = shown_in_case(runtime, db, allowed, row.case_id)
    return [_version_out(version, why.get(version.version, {}), people, shown) for version in rows]


def _version_out(row: AnyRow, why: dict[str, Any], people: dict[str, str], shown: Shown) -> VersionOut:
    return VersionOut(
        version=row.version,
        answers=shown(row.answers, element=row.element),
        actor=person_ref(row.actor, people),
        at=row.at,
        reason=why.get("reason", ""),
        changes=why.get("changes", ""),
        tell=why.get("tell", ""),
    )
