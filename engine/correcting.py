"""Completed tasks that were answered wrongly: a new version with its reason; what was decided and sent stays."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from engine import tables
from engine.added_tasks import NOWHERE, added_form, put_task
from engine.database import AnyRow, transaction
from engine.errors import Changed, Declined, NotFound
from engine.forms import Form
from engine.ids import new_id
from engine.incidents import Command, guarded
from engine.projection import save
from engine.registry import Refusal
from engine.rescheduling import work_out_again
from engine.runtime import Runtime
from engine.spiff.workflow import Place
from engine.steps import Step
from engine.timers import caught_up

CORRECT = "task.correct"  # the handler, where there is one, that brings records in line, or refuses


class NotDone(Declined):
    """This task has not been done: answer it, and there is nothing to correct."""


def correct_task(
    runtime: Runtime,
    task_id: UUID,
    *,
    actor: str,
    answers: dict[str, Any],
    reason: str,
    changes: str,
    tell: str = "",
    version: int | None = None,
) -> int:
    """Keeps a further version of a task's answers. Gives its number.

    changes: in words, what it changes. tell: who is to be told, which becomes a task; letters that went out stay as
    they are. version: the one that was read. What the answers decided of the case's way cannot be corrected.
    Raises NotFound, NotDone, Changed, FormRefused, Refusal, IncidentRaised.
    """
    said = {"answers": answers, "reason": reason, "changes": changes, "tell": tell, "version": version}
    t = tables.task.c
    with transaction(runtime.engine) as db:
        of = db.execute(select(t.case_id, t.owner_id, t.element).where(t.id == task_id)).one_or_none()
    if of is None:
        raise NotFound(f"There is no task {task_id}.")
    command = Command("correct_task", {"task_id": str(task_id), **said}, actor, *of)
    with guarded(runtime, command):
        return perform_correct(runtime, command)


def perform_correct(runtime: Runtime, command: Command) -> int:
    """Makes the correction that a command carries."""
    said = command.arguments
    task_id = UUID(said["task_id"])
    with caught_up(runtime, task_id=task_id, actor=command.actor) as step:
        t = tables.task.c
        row = step.db.execute(select(tables.task).where(t.id == task_id)).one()
        before = _latest(step, row)
        if row.state != "done" or before is None:
            raise NotDone
        if said["version"] is not None and before.version != said["version"]:
            raise Changed
        _correct(step, row, before, said)
    return int(before.version) + 1


def _correct(step: Step, row: AnyRow, before: AnyRow, said: Mapping[str, Any]) -> None:
    form = added_form() if row.element == NOWHERE else step.process.forms.get(row.form)
    if form is None:
        raise NotDone
    checked = form.parse(said["answers"], offers=_offered(form, before.answers), seeded=_seeded(form, before.answers))
    changed = sorted(name for name, value in checked.items() if value != before.answers.get(name))
    if not changed:
        raise Refusal("nothing_changed", "These are the answers that stand there already.", field="answers")
    place = Place(token=row.token, element=row.element, path=row.path, visit=row.visit, item=row.item, data={})
    if (correct := step.runtime.registry.handlers.get(CORRECT)) and row.element != NOWHERE:
        accept = step.process.bindings[row.element].properties.get("accept", "")
        correct(step.call(place), checked, before=before.answers, accept=accept)
    version = before.version + 1
    step.db.execute(
        insert(tables.answer).values(
            id=new_id(),
            case_id=step.case.id,
            task_id=row.id,
            element=row.element,
            path=row.path,
            visit=row.visit,
            item=row.item,
            version=version,
            answers=checked,
            actor=step.actor,
            at=step.now,
        )
    )
    facts = {"name": row.name, "version": version, "fields": changed}
    step.note("task_corrected", place, **facts, reason=said["reason"], changes=said["changes"], tell=said["tell"])
    if said["tell"]:
        put_task(
            step.db,
            step.case,
            step.notes,
            name=f"Tell of a correction: {row.name}"[:200],
            details=f"{said['tell']}: {said['changes']}",
            groups=row.groups,
            assignee=None,
            due_on=None,
            now=step.now,
        )
    if step.row.closed_at is None:
        # What is still to come follows the facts as they stand now.
        work_out_again(step, None)
        step.workflow.advance()
        save(step)
        return
    step.notes.write(step.db)
    c = tables.case.c
    step.db.execute(update(tables.case).where(c.id == step.case.id).values(revision=c.revision + 1))


def _latest(step: Step, row: AnyRow) -> AnyRow | None:
    a = tables.answer.c
    found = select(a.version, a.answers).where(a.task_id == row.id).order_by(a.version.desc()).limit(1)
    return step.db.execute(found).one_or_none()


def _offered(form: Form, before: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """What could be chosen then is not known any more: what was chosen can be chosen again."""
    offers: dict[str, list[dict[str, str]]] = {}
    for field in form.fields:
        if field.type == "rows":
            rows = before.get(field.name) or []
            offers |= {
                f"{field.name}.{part.name}": _options([row.get(part.name) for row in rows])
                for part in field.of
                if part.offers
            }
        elif field.offers:
            given = before.get(field.name)
            offers[field.name] = _options(given if isinstance(given, list) else [given])
    return offers


def _seeded(form: Form, before: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {field.name: before.get(field.name) or [] for field in form.fields if field.seeded}


def _options(values: list[Any]) -> list[dict[str, str]]:
    return [{"value": value, "label": value} for value in dict.fromkeys(values) if isinstance(value, str)]
