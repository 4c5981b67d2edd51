"""Tasks: listed, read with their form, taken, half filled in, done."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field
from sqlalchemy import Connection

from api.rest.confidential import form_of_task, shown_of_task
from api.rest.forms import FormOut, form_out
from api.rest.nouns import CONFLICT, MISSING, noun
from api.rest.revisions import IfMatch, set_etag
from api.rest.shapes import (
    Answers,
    Body,
    CaseRef,
    Listed,
    Moment,
    Out,
    PersonRef,
    PupilRef,
    WantedHere,
    case_ref,
    example,
    person_or_none,
    pupil_ref,
    subjects_of,
)
from api.roll import pupil_names
from api.security import Allowed, Rule, RuntimeHere, TaskTaken
from engine import cases
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction
from engine.errors import NotAllowed
from engine.queries import tasks as queries
from engine.queries.people import holds_any, names_of
from engine.queries.tasks import Due, Scope
from engine.reading import read_task as read_prepared
from engine.registry import Refusal

router = noun("tasks", explained="What people must do: listed, read with their form, taken, done.")

Reading = Annotated[Allowed, Depends(Rule("task.read"))]
Claiming = Annotated[Allowed, Depends(Rule("task.claim"))]
Completing = Annotated[Allowed, Depends(Rule("task.complete"))]
Assigning = Annotated[Allowed, Depends(Rule("task.assign"))]


class TaskOut(Out):
    """A task as lists show it. `groups` are the roles that may do it."""

    id: UUID
    case: CaseRef
    pupil: PupilRef | None
    school_id: UUID
    name: str
    element: str
    state: str
    groups: list[str]
    assignee: PersonRef | None
    due_at: Moment | None
    is_overdue: bool
    created_at: Moment
    ended_at: Moment | None
    ended_by: PersonRef | None
    has_draft: bool
    revision: int


class TaskWithForm(TaskOut):
    """A task with what it asks. `form` is null when it asks nothing, or does not wait any more."""

    form: FormOut | None
    draft: dict[str, Any] | None = Field(description="Answers that were kept half-finished.")


class Answered(Body):
    """Answers to a task's form."""

    model_config = example(answers={"said": "They will come.", "on_day": "2026-12-02"})
    answers: Answers


class Assignment(Body):
    """Whom a task is given to; null gives it back."""

    model_config = example(assignee="019ab5a2-7b1c-7d52-9a55-4d0c9d0a0c1f")
    assignee: UUID | None


@router.get("")
def list_tasks(
    runtime: RuntimeHere,
    allowed: Reading,
    wanted: WantedHere,
    scope: Annotated[
        Scope, Query(description="`mine`, my `role`s', those of my roles that are `unassigned`, or `all` I may see.")
    ] = Scope.ALL,
    due: Annotated[
        Due | None, Query(description="`week` ends on Sunday and holds today; `later` holds those without a date.")
    ] = None,
    case_id: Annotated[UUID | None, Query(description="Those of one case.")] = None,
) -> Listed[TaskOut]:
    """Open tasks, the first due first."""
    with transaction(runtime.engine) as db:
        page = queries.tasks(
            db,
            allowed.actor,
            wanted=wanted,
            now=read_clock(db),
            scope=scope,
            due=due,
            case_id=case_id,
            sees_all=allowed.owners_of("task.read_all"),
        )
        return Listed(items=tasks_out(db, page.rows), next=page.next)


@router.get("/{task_id}", responses=MISSING)
def read_task(task_id: UUID, runtime: RuntimeHere, allowed: Reading, response: Response) -> TaskWithForm:
    """One task with the facts that it shows, the form that it asks and what is filled in already."""
    with transaction(runtime.engine) as db:
        row = queries.task_by_id(db, task_id)
        if not allowed.may("task.read_all", row.owner_id):
            _of_my_role(allowed, row)
    _, asked = read_prepared(runtime, task_id)
    with transaction(runtime.engine) as db:
        row = queries.task_by_id(db, task_id)
        (out,) = tasks_out(db, [row])
        draft = shown_of_task(runtime, db, allowed, row)
    set_etag(response, row.revision)
    return TaskWithForm(**dict(out), form=form_out(asked), draft=draft)


@router.put("/{task_id}/draft", status_code=204, responses=CONFLICT)
def keep_draft(task_id: UUID, body: Answered, runtime: RuntimeHere, allowed: Completing) -> None:
    """Keeps half-finished answers to what is asked. They are not judged, and replace the draft there was."""
    row = _mine_to_do(runtime, allowed, task_id)
    with transaction(runtime.engine) as db:
        form = form_of_task(runtime, db, row)
    cases.save_draft(runtime, task_id, answers=form.draft(body.answers) if form else {})


@router.post("/{task_id}/complete", status_code=204, responses=CONFLICT)
def complete_task(task_id: UUID, body: Answered, runtime: RuntimeHere, allowed: Completing, revision: IfMatch) -> None:
    """Does a task. Whatever goes wrong, the answers are kept: as the task's draft, and on the incident if there is one.

    The same person may send the same answers again after a lost connection: they are taken once.
    """
    _mine_to_do(runtime, allowed, task_id)
    cases.complete_task(runtime, task_id, actor=str(allowed.actor.id), answers=body.answers, revision=revision)


@router.post("/{task_id}/claim", responses=CONFLICT)
def claim_task(
    task_id: UUID, runtime: RuntimeHere, allowed: Claiming, response: Response, revision: IfMatch
) -> TaskOut:
    """Takes a task. One that somebody else has taken is given over only with If-Match."""
    with transaction(runtime.engine) as db:
        _of_my_role(allowed, queries.task_by_id(db, task_id))
    me = str(allowed.actor.id)
    cases.claim_task(runtime, task_id, actor=me, assignee=me, revision=revision)
    return _changed(runtime, task_id, response)


@router.post("/{task_id}/release", responses=CONFLICT)
def release_task(
    task_id: UUID, runtime: RuntimeHere, allowed: Claiming, response: Response, revision: IfMatch
) -> TaskOut:
    """Gives back a task that one has taken."""
    with transaction(runtime.engine) as db:
        row = queries.task_by_id(db, task_id)
    if row.assignee != str(allowed.actor.id):
        raise NotAllowed("Only who has taken a task gives it back; a supervisor can assign it.")
    cases.claim_task(
        runtime,
        task_id,
        actor=str(allowed.actor.id),
        assignee=None,
        revision=row.revision if revision is None else revision,
    )
    return _changed(runtime, task_id, response)


@router.post("/{task_id}/assign", responses=CONFLICT)
def assign_task(
    task_id: UUID, body: Assignment, runtime: RuntimeHere, allowed: Assigning, response: Response, revision: IfMatch
) -> TaskOut:
    """Gives a task to somebody who holds one of its roles, or back to all of them."""
    with transaction(runtime.engine) as db:
        row = queries.task_by_id(db, task_id)
        if body.assignee is not None and not holds_any(db, body.assignee, row.owner_id, row.groups):
            raise Refusal("not_of_this_role", "They hold none of the roles that may do this task.", field="assignee")
    assignee = None if body.assignee is None else str(body.assignee)
    cases.claim_task(
        runtime,
        task_id,
        actor=str(allowed.actor.id),
        assignee=assignee,
        revision=row.revision if revision is None else revision,
    )
    return _changed(runtime, task_id, response)


def tasks_out(db: Connection, rows: list[AnyRow]) -> list[TaskOut]:
    """Rows of tasks as they are answered."""
    now = read_clock(db)
    people = names_of(db, [actor for row in rows for actor in (row.assignee, row.ended_by)])
    pupils = pupil_names(db, subjects_of(rows))
    return [
        TaskOut(
            id=row.id,
            case=case_ref(row),
            pupil=pupil_ref(row.subject_id, pupils),
            school_id=row.owner_id,
            name=row.name,
            element=row.element,
            state=row.state,
            groups=row.groups,
            assignee=person_or_none(row.assignee, people),
            due_at=row.due_at,
            is_overdue=row.state == "open" and row.due_at is not None and row.due_at < now,
            created_at=row.created_at,
            ended_at=row.ended_at,
            ended_by=person_or_none(row.ended_by, people),
            has_draft=row.draft is not None,
            revision=row.revision,
        )
        for row in rows
    ]


def _changed(runtime: RuntimeHere, task_id: UUID, response: Response) -> TaskOut:
    with transaction(runtime.engine) as db:
        (out,) = tasks_out(db, [queries.task_by_id(db, task_id)])
    set_etag(response, out.revision)
    return out


def _mine_to_do(runtime: RuntimeHere, allowed: Allowed, task_id: UUID) -> AnyRow:
    with transaction(runtime.engine) as db:
        row = queries.task_by_id(db, task_id)
    _of_my_role(allowed, row)
    if row.state == "open" and row.assignee not in (None, str(allowed.actor.id)):
        raise TaskTaken
    return row


def _of_my_role(allowed: Allowed, row: AnyRow) -> None:
    if not allowed.actor.has(row.owner_id, row.groups):
        raise NotAllowed("This task is for another role.")
