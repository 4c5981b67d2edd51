"""Work that no diagram foresees: a task that somebody adds to a case, for a role or for one person, by a day."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from engine import tables
from engine.asking import is_done
from engine.clock import LONDON, lock_case, london_day
from engine.database import AnyRow, transaction
from engine.forms import Form
from engine.forms.reading import read_form
from engine.history import Notes
from engine.ids import new_id
from engine.registry import Refusal
from engine.runtime import Runtime

LAST_MOMENT = time(23, 59, 59)
# No element of a diagram: it is of nobody's version, and stands whatever becomes of the procedure.
NOWHERE = ""
ADDED = "added/"  # what the path of an added task begins with
FORM_ID = "added_task"
_FORM = b"""{
  "id": "added_task", "title": "Work that somebody added",
  "fields": [{"name": "note", "type": "long_text", "label": "What came of it?", "max_length": 4000, "required": false}]
}"""


class _Case(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def owner_id(self) -> UUID: ...


def add_task(
    runtime: Runtime,
    case_id: UUID,
    *,
    actor: str,
    name: str,
    details: str,
    groups: Collection[str],
    assignee: str | None,
    due_on: date | None,
) -> UUID:
    """Adds a task to a case, open or closed. Gives its id. Raises NotFound, Refusal."""
    with transaction(runtime.engine) as db:
        row, now = lock_case(db, case_id)
        notes = Notes(case_id, actor=actor, at=now)
        task_id = put_task(
            db, row, notes, name=name, details=details, groups=groups, assignee=assignee, due_on=due_on, now=now
        )
        notes.write(db)
        c = tables.case.c
        db.execute(update(tables.case).where(c.id == case_id).values(revision=c.revision + 1))
        is_done(db, task_id)
    return task_id


def put_task(
    db: Connection,
    case: _Case,
    notes: Notes,
    *,
    name: str,
    details: str,
    groups: Collection[str],
    assignee: str | None,
    due_on: date | None,
    now: datetime,
) -> UUID:
    """Writes a task that stands on no diagram, with its deadline. The case is locked, the notes are written later."""
    if due_on is not None and due_on < london_day(now):
        raise Refusal("in_the_past", "This day has passed: give today or a day to come.", field="due_on")
    task_id = new_id()
    due_at = None if due_on is None else datetime.combine(due_on, LAST_MOMENT, LONDON)
    place = {"case_id": case.id, "owner_id": case.owner_id, "element": NOWHERE, "path": path_of(task_id), "visit": 1}
    db.execute(
        insert(tables.task).values(
            id=task_id,
            token=task_id,
            **place,
            name=name,
            form=FORM_ID,
            groups=sorted(groups),
            state="open",
            assignee=assignee,
            due_at=due_at,
            created_at=now,
        )
    )
    if due_at is not None:
        db.execute(
            insert(tables.timer).values(
                id=new_id(),
                token=new_id(),
                **place,
                name=name,
                kind="deadline",
                task_id=task_id,
                due_at=due_at,
                expression="",
                derivation=[],
                created_at=now,
                set_by="person",
            )
        )
    notes.add(
        "task_added",
        path=path_of(task_id),
        visit=1,
        facts={"name": name, "reason": details, "due_on": due_on.isoformat() if due_on else None},
    )
    return task_id


def withdraw_added(db: Connection, case_id: UUID, *, now: datetime) -> None:
    """A case that ought not to be leaves nothing to be done."""
    t, r = tables.task.c, tables.timer.c
    withdrawn = db.execute(
        update(tables.task)
        .where(t.case_id == case_id, t.state == "open", t.element == NOWHERE)
        .values(state="withdrawn", ended_at=now, revision=t.revision + 1)
        .returning(t.id)
    ).scalars()
    db.execute(update(tables.timer).where(r.task_id.in_(list(withdrawn)), r.ended_at.is_(None)).values(ended_at=now))


@cache
def added_form() -> Form:
    """What an added task asks."""
    return read_form(_FORM)


def details_of(db: Connection, row: AnyRow) -> Mapping[str, Any]:
    """What was said when a task was added, and by whom."""
    h = tables.history.c
    added = db.execute(
        select(h.facts, h.actor).where(h.case_id == row.case_id, h.path == row.path, h.what == "task_added")
    ).one()
    return {"details": added.facts["reason"], "added_by": added.actor}


def path_of(task_id: UUID) -> str:
    """Where the answers to an added task stand."""
    return f"{ADDED}{task_id}"
