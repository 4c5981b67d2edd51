"""What people query of a case, written in the transaction that changed it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, func, insert, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from engine import tables
from engine.database import add_later, adding, wake_workers, write_later
from engine.errors import EngineError
from engine.exchange import Prepared
from engine.history import COLUMNS
from engine.ids import new_id
from engine.spiff.environment import aware_iso
from engine.standing import OpenTask, open_timers
from engine.steps import Step


class Restless(EngineError):
    """A timer of this step comes due again and again: its date does not move on. Correct what it is worked out from."""


class Stuck(EngineError):
    """The case rests, but nothing will ever move it again: no task, no timer, nobody listened for."""


MOST_ROUNDS = 20  # in which one timer catches up
LATELY = timedelta(minutes=1)


def save(step: Step) -> None:
    """Saves the state and everything that lists show. Raises Stuck, Restless."""
    over = step.workflow.is_over
    tasks = [] if over else list(step.workflow.user_tasks())
    timers = [] if over else list(step.workflow.timers())
    listeners = [] if over else list(step.workflow.listeners())
    if not over and not tasks and not listeners and not any(not timer.is_boundary for timer in timers):
        raise Stuck
    _save_tasks(step, tasks)
    _save_timers(step, timers)
    _save_listeners(step, listeners)
    _save_case(step, over, tasks, timers)


def end_task(step: Step, row: OpenTask) -> None:
    """A person has done a task that was open."""
    write_later(step.db, _DONE, of=row.id, now=step.now, actor=step.actor)
    _end_timers(step, [timer.id for timer in step.standing.timers.values() if timer.task_id == row.id])
    step.standing.tasks.pop(row.token, None)


def _save_tasks(step: Step, places: list[Any]) -> None:
    known = step.standing.tasks
    new = [place for place in places if place.token not in known]
    gone = known.keys() - {place.token for place in places}
    if gone:
        ids = {known[token].id for token in gone}
        write_later(step.db, _WITHDRAW, ids=list(ids), now=step.now)
        _end_timers(step, [row.id for row in step.standing.timers.values() if row.task_id in ids])
    rows, deadlines = [], []
    for place in new:
        binding = step.process.bindings[place.element]
        row = _row_at(step, place) | {
            "item": place.item,
            "form": binding.form,
            "groups": list(binding.groups),
            "state": "open",
            "due_at": None,
        }
        if binding.due:
            row["due_at"] = datetime.fromisoformat(aware_iso(step.evaluate(binding.due, place.data), binding.due))
            deadlines.append(_timer_row(step, place, row["due_at"], binding.due, kind="deadline", task_id=row["id"]))
        rows.append(row)
        step.note("task_opened", place, name=row["name"])
    add_later(step.db, tables.task, rows)
    add_later(step.db, tables.timer, deadlines)


def _save_timers(step: Step, waiting: list[Any]) -> None:
    if step.notes.has("deadline_reopened"):
        step.standing.timers = open_timers(step.db, step.case.id)
    known = {token: row for token, row in step.standing.timers.items() if row.task_id is None}
    tokens = {timer.place.token for timer in waiting}
    # A deadline that has fired goes on being overdue for as long as what it guards goes on.
    over = [
        row.id
        for token, row in known.items()
        if token not in tokens and not (row.has_fired and row.kind == "deadline" and step.workflow.guards(token))
    ]
    _end_timers(step, over)
    rows = [
        _timer_row(
            step,
            timer.place,
            datetime.fromisoformat(timer.due),
            timer.expression,
            kind="deadline" if step.process.bindings[timer.place.element].properties.get("metBy") else "wait",
            trace=timer.trace,
        )
        for timer in waiting
        if timer.place.token not in known
    ]
    add_later(step.db, tables.timer, rows)
    if any(row["due_at"] <= step.now for row in rows):
        if step.notes.has("timer_fired"):
            _refuse_restless(step, rows)
        wake_workers(step.db)


def _refuse_restless(step: Step, rows: list[dict[str, Any]]) -> None:
    """What was missed while nobody worked is caught up, in as many rounds; but not for ever."""
    elements = [row["element"] for row in rows if row["due_at"] <= step.now]
    fired = (_r.case_id == step.case.id, _r.element.in_(elements), _r.fired_at > step.now - LATELY)
    rounds = select(func.count()).where(*fired).group_by(_r.element, _r.path)
    if any(number > MOST_ROUNDS for number in step.db.execute(rounds).scalars()):
        raise Restless(Restless.__doc__)


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
    return _row_at(step, place) | {
        "kind": kind,
        "task_id": task_id,
        "met_by_element": place.element if task_id else binding.properties.get("metBy"),
        "due_at": due_at,
        "expression": expression.removeprefix("="),
        "derivation": step.trace() if trace is None else trace,
        "calendar_version": str(getattr(step.facts, "calendar_version", "")),
    }


def _row_at(step: Step, place: Any) -> dict[str, Any]:
    """What every row says of where a case stands."""
    return {
        "id": new_id(),
        "case_id": step.case.id,
        "owner_id": step.case.owner_id,
        "token": place.token,
        "element": place.element,
        "path": place.path,
        "visit": place.visit,
        "name": step.process.bindings[place.element].name or place.element,
        "created_at": step.now,
    }


def _end_timers(step: Step, ids: list[UUID]) -> None:
    # One at a time: a plan for a list is made anew each time.
    for id_ in ids:
        write_later(step.db, _END_TIMER, of=id_, now=step.now)


def _save_listeners(step: Step, places: list[Any]) -> None:
    known = step.standing.listeners
    tokens = {place.token for place in places}
    if gone := known.keys() - tokens:
        write_later(step.db, _STOP_LISTENING, of=step.case.id, tokens=list(gone))
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
    if rows:
        add_later(step.db, tables.listener, rows)
        wake_workers(step.db)  # what was told before may be heard now
    still = {(r.message, r.key) for token, r in known.items() if token in tokens}
    still |= {(r["message"], r["key"]) for r in rows}
    for message, key in {(r.message, r.key) for r in known.values() if r.key} - still:
        # What the message was about (a meeting) is over: what was not heard by then is for a person to read.
        write_later(step.db, _LEAVE, of=step.case.id, message=message, key=key, now=step.now)


def _save_case(step: Step, over: bool, tasks: list[Any], timers: list[Any]) -> None:
    waits = [timer.place for timer in timers if not timer.is_boundary]
    # The deepest place is where the procedure stands; the frame's own waits are always there.
    standing = max([*tasks, *waits], key=lambda place: place.path.count("/"), default=None)
    stage = "" if standing is None else step.process.bindings[standing.element].name or standing.element
    if over:
        write_later(step.db, _LEAVE_ALL, of=step.case.id, now=step.now)
        step.note("closed")
    saved = step.standing.saved
    history = step.notes.rows(after=saved.last_sequence if saved else 0)
    values = {"history": history, **step.state(), **({"now": step.now} if over else {"stage": stage})}
    write_later(step.db, _SAVE[saved is None, over], of=step.case.id, **values)


_c, _t, _r, _l, _i = (table.c for table in (tables.case, tables.task, tables.timer, tables.listener, tables.inbox))
_of = bindparam("of", type_=_c.id.type)
_now = bindparam("now", type_=_c.opened_at.type)
_ids = func.any(bindparam("ids", type_=ARRAY(Uuid)))

_DONE = Prepared(
    update(tables.task)
    .where(_t.id == _of)
    .values(
        state="done",
        ended_at=_now,
        ended_by=bindparam("actor", type_=_t.ended_by.type),
        draft=null(),
        revision=_t.revision + 1,
    )
)
_WITHDRAW = Prepared(
    update(tables.task).where(_t.id == _ids).values(state="withdrawn", ended_at=_now, revision=_t.revision + 1)
)
_END_TIMER = Prepared(update(tables.timer).where(_r.id == _of, _r.ended_at.is_(None)).values(ended_at=_now))
_STOP_LISTENING = Prepared(
    delete(tables.listener).where(_l.case_id == _of, _l.token == func.any(bindparam("tokens", type_=ARRAY(Uuid))))
)
_unheard = (_i.case_id == _of, _i.heard_at.is_(None), _i.left_at.is_(None))
_LEAVE_ALL = Prepared(update(tables.inbox).where(*_unheard).values(left_at=_now))
_LEAVE = Prepared(
    update(tables.inbox)
    .where(
        *_unheard,
        _i.message == bindparam("message", type_=_i.message.type),
        _i.key == bindparam("key", type_=_i.key.type),
    )
    .values(left_at=_now)
)


def _saving(*, is_first: bool, is_over: bool) -> Prepared:
    """The state, the history and the case's own row in one statement."""
    s = tables.case_state.c
    state = {name: bindparam(name, type_=s[name].type) for name in ("format", "checksum", "state", "visits")}
    saved = (
        insert(tables.case_state).values(case_id=_of, **state)
        if is_first
        else update(tables.case_state).where(s.case_id == _of).values(**state)
    )
    over = {"stage": "", "closed_at": _now, "result": func.coalesce(_c.result, "ended")}
    values = over if is_over else {"stage": bindparam("stage", type_=_c.stage.type)}
    history = adding(tables.history, COLUMNS, rows="history")
    return Prepared(
        update(tables.case)
        .where(_c.id == _of)
        .values(revision=_c.revision + 1, **values)
        .add_cte(saved.cte("saved"), history.cte("told"))
    )


_SAVE = {
    (is_first, is_over): _saving(is_first=is_first, is_over=is_over)
    for is_first in (True, False)
    for is_over in (True, False)
}
