"""What people query of a case, written in the transaction that changed it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from engine import tables
from engine.database import insert_rows, wake_workers
from engine.errors import EngineError
from engine.ids import new_id
from engine.spiff.environment import aware_iso
from engine.steps import Step


class Stuck(EngineError):
    """The case rests, but nothing will ever move it again: no task, no timer, nobody listened for."""


def save(step: Step) -> None:
    """Saves the state and everything that lists show. Raises Stuck."""
    over = step.workflow.is_over
    tasks = [] if over else list(step.workflow.user_tasks())
    timers = [] if over else list(step.workflow.timers())
    listeners = [] if over else list(step.workflow.listeners())
    if not over and not tasks and not listeners and not any(not timer.is_boundary for timer in timers):
        raise Stuck
    _save_tasks(step, tasks)
    _save_timers(step, timers)
    _save_listeners(step, listeners)
    step.save_state()
    _save_case(step, over, tasks, timers)
    step.notes.write(step.db)
    wake_workers(step.db)


def _save_tasks(step: Step, places: list[Any]) -> None:
    t = tables.task.c
    open_now = step.db.execute(select(t.token, t.id).where(t.case_id == step.case.id, t.state == "open"))
    known = {row.token: row.id for row in open_now}
    new = [place for place in places if place.token not in known]
    gone = known.keys() - {place.token for place in places}
    if gone:
        step.db.execute(
            update(tables.task)
            .where(t.id.in_([known[token] for token in gone]))
            .values(state="withdrawn", ended_at=step.now, revision=t.revision + 1)
        )
        _end_timers(step, [known[token] for token in gone], of_tasks=True)
    rows, deadlines = [], []
    for place in new:
        binding = step.process.bindings[place.element]
        row = {
            "id": new_id(),
            "case_id": step.case.id,
            "owner_id": step.case.owner_id,
            "token": place.token,
            "element": place.element,
            "path": place.path,
            "visit": place.visit,
            "item": place.item,
            "name": binding.name or place.element,
            "form": binding.form,
            "groups": list(binding.groups),
            "state": "open",
            "due_at": None,
            "created_at": step.now,
        }
        if binding.due:
            row["due_at"] = datetime.fromisoformat(aware_iso(step.evaluate(binding.due, place.data), binding.due))
            deadlines.append(_timer_row(step, place, row["due_at"], binding.due, kind="deadline", task_id=row["id"]))
        rows.append(row)
        step.note("task_opened", place, name=row["name"])
    insert_rows(step.db, tables.task, rows)
    insert_rows(step.db, tables.timer, deadlines)


def _save_timers(step: Step, waiting: list[Any]) -> None:
    t = tables.timer.c
    rows = step.db.execute(
        select(t.id, t.token, t.fired_at, t.kind).where(
            t.case_id == step.case.id, t.task_id.is_(None), t.ended_at.is_(None)
        )
    ).all()
    known = {row.token for row in rows}
    tokens = {timer.place.token for timer in waiting}
    # A deadline that has fired goes on being overdue for as long as what it guards goes on.
    over = [
        row.id
        for row in rows
        if row.token not in tokens
        and not (row.fired_at is not None and row.kind == "deadline" and step.workflow.guards(row.token))
    ]
    _end_timers(step, over)
    new = [timer for timer in waiting if timer.place.token not in known]
    insert_rows(
        step.db,
        tables.timer,
        [
            _timer_row(
                step,
                timer.place,
                datetime.fromisoformat(timer.due),
                timer.expression,
                kind="deadline" if step.process.bindings[timer.place.element].properties.get("metBy") else "wait",
                trace=timer.trace,
            )
            for timer in new
        ],
    )


def _timer_row(
    step: Step,
    place: Any,
    due_at: datetime,
    expression: str,
    *,
    kind: str,
    task_id: UUID | None = None,
    trace: Any = None,
) -> dict[str, Any]:
    binding = step.process.bindings[place.element]
    return {
        "id": new_id(),
        "case_id": step.case.id,
        "owner_id": step.case.owner_id,
        "token": place.token,
        "element": place.element,
        "path": place.path,
        "visit": place.visit,
        "name": binding.name or place.element,
        "kind": kind,
        "task_id": task_id,
        "met_by_element": place.element if task_id else binding.properties.get("metBy"),
        "due_at": due_at,
        "expression": expression.removeprefix("="),
        "derivation": step.trace() if trace is None else trace,
        "calendar_version": str(getattr(step.facts, "calendar_version", "")),
        "created_at": step.now,
    }


def _end_timers(step: Step, ids: list[UUID], *, of_tasks: bool = False) -> None:
    if ids:
        t = tables.timer.c
        column = t.task_id if of_tasks else t.id
        step.db.execute(update(tables.timer).where(column.in_(ids), t.ended_at.is_(None)).values(ended_at=step.now))


def _save_listeners(step: Step, places: list[Any]) -> None:
    c = tables.listener.c
    rows_now = step.db.execute(select(c.token, c.message, c.key).where(c.case_id == step.case.id)).all()
    known = {row.token for row in rows_now}
    tokens = {place.token for place in places}
    if known - tokens:
        step.db.execute(delete(tables.listener).where(c.case_id == step.case.id, c.token.in_(known - tokens)))
    rows = []
    for place in places:
        if place.token in known:
            continue
        binding = step.process.bindings[place.element]
        rows.append(
            {
                "case_id": step.case.id,
                "token": place.token,
                "element": place.element,
                "path": place.path,
                "message": binding.message,
                "key": str(step.evaluate(binding.key, place.data)) if binding.key else "",
                "form": binding.form,
                "groups": list(binding.groups),
                "created_at": step.now,
            }
        )
    insert_rows(step.db, tables.listener, rows)
    still = {(r.message, r.key) for r in rows_now if r.token in tokens} | {(r["message"], r["key"]) for r in rows}
    for message, key in {(r.message, r.key) for r in rows_now if r.key} - still:
        _leave_to_a_person(step, message, key)


def _leave_to_a_person(step: Step, message: str, key: str) -> None:
    """What a message was about (a meeting) is over: what was not heard by then is for a person to read."""
    i = tables.inbox.c
    step.db.execute(
        update(tables.inbox)
        .where(i.case_id == step.case.id, i.message == message, i.key == key, i.heard_at.is_(None), i.left_at.is_(None))
        .values(left_at=step.now)
    )


def _save_case(step: Step, over: bool, tasks: list[Any], timers: list[Any]) -> None:
    c = tables.case.c
    waits = [timer.place for timer in timers if not timer.is_boundary]
    # The deepest place is where the procedure stands; the frame's own waits are always there.
    standing = max([*tasks, *waits], key=lambda place: place.path.count("/"), default=None)
    values: dict[str, Any] = {"revision": c.revision + 1}
    values["stage"] = "" if standing is None else step.process.bindings[standing.element].name or standing.element
    if over:
        values |= {"closed_at": step.now, "result": func.coalesce(c.result, "ended")}
        i = tables.inbox.c
        step.db.execute(
            update(tables.inbox)
            .where(i.case_id == step.case.id, i.heard_at.is_(None), i.left_at.is_(None))
            .values(left_at=step.now)
        )
        step.note("closed")
    step.db.execute(update(tables.case).where(c.id == step.case.id).values(**values))
