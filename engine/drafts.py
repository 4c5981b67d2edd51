"""What was typed into a task's form, kept until the task is done."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine import tables
from engine.added_tasks import NOWHERE, added_form
from engine.database import transaction
from engine.runtime import Runtime
from engine.versions import process_of


def keep_draft(runtime: Runtime, task_id: UUID, answers: Mapping[str, Any]) -> None:
    """Keeps as a task's draft what its form asks, as it was typed; what it does not ask is kept nowhere."""
    t, c = tables.task.c, tables.case.c
    with transaction(runtime.engine) as db:
        found = select(t.element, t.form, c.version_id).join(tables.case, c.id == t.case_id).where(t.id == task_id)
        task = db.execute(found).one_or_none()
        if task is None:
            return
        form = (
            added_form() if task.element == NOWHERE else process_of(runtime, db, task.version_id).forms.get(task.form)
        )
        draft = form.draft(answers, refuses=False) if form else {}
        db.execute(update(tables.task).where(t.id == task_id).values(draft=draft))
