"""Answers as a person may see them: addresses only for who may read the confidential ones."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from api.security import Allowed, RuntimeHere
from engine.added_tasks import NOWHERE, added_form
from engine.database import AnyRow
from engine.forms import Form
from engine.queries.cases import case_by_id
from engine.versions import process_of

RIGHT = "adult.read_confidential"


class Shown(Protocol):
    """Answers given to an element of one case, or in a report of it, as they may be shown."""

    def __call__(self, answers: Mapping[str, Any], *, element: str = "", message: str = "") -> dict[str, Any]: ...


def shown_in_case(runtime: RuntimeHere, db: Connection, allowed: Allowed, case_id: UUID) -> Shown:
    """How answers of this case are shown to this person."""
    case = case_by_id(db, case_id)
    sees_all = allowed.may(RIGHT, case.owner_id)
    process = process_of(runtime, db, case.version_id)

    def shown(answers: Mapping[str, Any], *, element: str = "", message: str = "") -> dict[str, Any]:
        if sees_all:
            return dict(answers)
        asking = (
            one.form
            for one in process.bindings.values()
            if one.form and (one.id == element or (message and one.message == message))
        )
        return _without_confidential(process.forms.get(next(asking, "")), answers)

    return shown


def shown_of_task(runtime: RuntimeHere, db: Connection, allowed: Allowed, task: AnyRow) -> dict[str, Any] | None:
    """A task's draft as this person may see it."""
    if task.draft is None or allowed.may(RIGHT, task.owner_id):
        draft: dict[str, Any] | None = task.draft
        return draft
    return _without_confidential(form_of_task(runtime, db, task), task.draft)


def form_of_task(runtime: RuntimeHere, db: Connection, task: AnyRow) -> Form | None:
    """The form that a task asks, whether or not it still waits; None when it asks nothing."""
    if task.element == NOWHERE:
        return added_form()
    return process_of(runtime, db, case_by_id(db, task.case_id).version_id).forms.get(task.form)


def _without_confidential(form: Form | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    return form.without_confidential(answers) if form else {}
