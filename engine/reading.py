"""What a person sees before they act: a task with its form prepared, what can be reported."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import tables
from engine.added_tasks import NOWHERE, added_form, details_of
from engine.database import AnyRow, transaction
from engine.errors import NotFound, NotReportable
from engine.forms import Form
from engine.runtime import Runtime
from engine.steps import Step


@dataclass(frozen=True)
class Asked:
    """A form as it is put to a person.

    `prepared` has up to three parts: `answers` (filled in), `shown` (facts to read), `offers` (options by field).
    """

    element: str
    form: Form | None
    prepared: dict[str, Any]


def read_task(runtime: Runtime, task_id: UUID) -> tuple[AnyRow, Asked | None]:
    """A task's row, and its form as it would be put to a person now; None when the task does not wait any more.

    Raises NotFound.
    """
    t = tables.task.c
    with transaction(runtime.engine) as db:
        row = db.execute(select(tables.task).where(t.id == task_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no task {task_id}.")
        if row.state != "open":
            return row, None
        if row.element == NOWHERE:
            return row, Asked(NOWHERE, added_form(), {"shown": dict(details_of(db, row))})
        step = Step.locked(runtime, db, row.case_id, actor="reader")
        place = next((place for place in step.workflow.user_tasks() if place.token == row.token), None)
        if place is None:
            return row, None
        return row, Asked(row.element, step.process.forms.get(row.form), step.prepare(place))


def read_report(runtime: Runtime, case_id: UUID, message: str) -> Asked:
    """The form of what can be reported about a case now. Raises NotFound, NotReportable."""
    c = tables.listener.c
    with transaction(runtime.engine) as db:
        step = Step.locked(runtime, db, case_id, actor="reader")
        heard = db.execute(
            select(c.token, c.form, c.element)
            .where(c.case_id == case_id, c.message == message, c.form != "")
            .order_by(c.created_at)
            .limit(1)
        ).one_or_none()
        if heard is None:
            raise NotReportable
        place = next(place for place in step.workflow.listeners() if place.token == heard.token)
        return Asked(heard.element, step.process.forms.get(heard.form), step.prepare(place))
