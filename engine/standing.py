"""How a case stands in the tables: its row locked, and all that a step needs of it read behind the lock at once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, cast, func, or_, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql import Select

from engine import tables
from engine.added_tasks import NOWHERE
from engine.database import fetch
from engine.errors import NotFound
from engine.exchange import Prepared

Question = tuple[Prepared, dict[str, Any]]


class OpenTask(NamedTuple):
    """A task as it is needed within a step; the one that was asked for may be over."""

    id: UUID
    token: UUID
    element: str
    name: str
    form: str
    state: str
    revision: int
    ended_by: str | None


class OpenTimer(NamedTuple):
    """A timer that is not over; with a `task_id` it is the due date of that task."""

    id: UUID
    token: UUID
    kind: str
    task_id: UUID | None
    due_at: datetime
    has_fired: bool
    is_met: bool
    met_by_element: str | None


class Listener(NamedTuple):
    """What a case listens for."""

    token: UUID
    message: str
    key: str
    form: str


@dataclass
class Standing:
    """A case's row, its state as it was saved, and what waits, by the token it stands for.

    `claimed` is the row of work that was asked for together with the lock: None when it is not ours, or done.
    """

    row: Any
    now: datetime
    saved: Any = None
    tasks: dict[UUID, OpenTask] = field(default_factory=dict)  # those of the diagram that are open
    asked: OpenTask | None = None  # the task that was asked for, open or not
    timers: dict[UUID, OpenTimer] = field(default_factory=dict)
    listeners: dict[UUID, Listener] = field(default_factory=dict)
    stopped: frozenset[UUID] = frozenset()  # the timers that an open incident holds back
    claimed: Any = None

    @property
    def has_due(self) -> bool:
        """Whether a timer is due and has not fired; one that an incident holds back does not count."""
        return any(
            timer.due_at <= self.now and not timer.has_fired and timer.task_id is None and timer.id not in self.stopped
            for timer in self.timers.values()
        )

    @property
    def has_incidents(self) -> bool:
        """Whether an incident of the case is open."""
        return self.saved is not None and self.saved.incidents != "[]"


def lock(
    db: Connection, *, case_id: UUID | None = None, task_id: UUID | None = None, claim: Question | None = None
) -> Standing:
    """Locks the case with this id, or of this task, and reads how it stands. Raises NotFound.

    The statement behind the lock sees what whoever held it has committed; the clock is read once it is held.
    """
    named = "task" if case_id is None else "case"
    of = {"of": task_id if case_id is None else case_id, "task_id": task_id}
    locked, read, *claimed = fetch(db, (_LOCK[named], of), (_READ[named], of), *([claim] if claim else []))
    if not locked or not read:
        raise NotFound(f"There is no task {task_id}." if task_id else f"There is no case {case_id}.")
    (row,), (saved,) = locked, read
    tasks = [OpenTask(UUID(id_), UUID(token), *told) for id_, token, *told in orjson.loads(saved.tasks)]
    listeners = [Listener(UUID(token), *told) for token, *told in orjson.loads(saved.listeners)]
    return Standing(
        row=row,
        now=row.now.astimezone(UTC),
        saved=saved,
        tasks={task.token: task for task in tasks if task.state == "open" and task.element != NOWHERE},
        asked=next((task for task in tasks if task.id == task_id), None),
        timers=_timers(saved.timers),
        listeners={listener.token: listener for listener in listeners},
        stopped=frozenset(UUID(timer) for timer in orjson.loads(saved.incidents) if timer),
        claimed=claimed[0][0] if claimed and claimed[0] else None,
    )


def open_timers(db: Connection, case_id: UUID) -> dict[UUID, OpenTimer]:
    """The timers of a case that are not over, read anew."""
    ((row,),) = fetch(db, (_READ["case"], {"of": case_id, "task_id": None}))
    return _timers(row.timers)


def is_due(timer: Any, at: Any) -> tuple[ColumnElement[bool], ...]:
    """That a timer's moment has come, and it has not fired and is not over."""
    return (timer.due_at <= at, timer.fired_at.is_(None), timer.ended_at.is_(None), timer.task_id.is_(None))


def _timers(told: str) -> dict[UUID, OpenTimer]:
    rows = [
        OpenTimer(
            UUID(id_), UUID(token), kind, UUID(task_id) if task_id else None, datetime.fromisoformat(due_at), *rest
        )
        for id_, token, kind, task_id, due_at, *rest in orjson.loads(told)
    ]
    return {row.token: row for row in rows}


# A statement for each way of naming a case: one for both is planned anew each time.
_NAMED = {"case": "CAST(:of AS uuid)", "task": "(SELECT case_id FROM task WHERE id = CAST(:of AS uuid))"}
_LOCK = {
    named: Prepared(
        text(
            f"""
            WITH c AS MATERIALIZED (SELECT * FROM "case" WHERE id = {case_id} FOR NO KEY UPDATE)
            SELECT c.*, clock_timestamp()
                + make_interval(secs => COALESCE((SELECT offset_seconds FROM clock WHERE demo), 0)) AS now
            FROM c
            """  # noqa: S608
        )
    )
    for named, case_id in _NAMED.items()
}


def _case_id(named: str) -> ColumnElement[UUID]:
    of = bindparam("of", type_=tables.case.c.id.type)
    t = tables.task.c
    return of if named == "case" else select(t.case_id).where(t.id == of).scalar_subquery()


def _listed(each: ColumnElement[Any], *, where: ColumnElement[bool], order: ColumnElement[Any]) -> ColumnElement[str]:
    """Rows as the text of a JSON list: several tables are read in one statement."""
    listed = func.json_agg(aggregate_order_by(each, order))
    return select(func.coalesce(cast(listed, Text), "[]")).where(where).scalar_subquery()


def _read(named: str) -> Select[Any]:
    s, i, h = (table.c for table in (tables.case_state, tables.incident, tables.history))
    t, r, c = (table.c for table in (tables.task, tables.timer, tables.listener))
    last = select(func.coalesce(func.max(h.sequence), 0)).where(h.case_id == s.case_id).scalar_subquery()
    is_wanted = or_(t.state == "open", t.id == bindparam("task_id", type_=t.id.type))
    tasks = _listed(
        func.json_build_array(t.id, t.token, t.element, t.name, t.form, t.state, t.revision, t.ended_by),
        where=and_(t.case_id == s.case_id, is_wanted),
        order=t.id,
    )
    so_far = (r.fired_at.is_not(None), r.met_on.is_not(None), r.met_by_element)
    timers = _listed(
        func.json_build_array(r.id, r.token, r.kind, r.task_id, r.due_at, *so_far),
        where=and_(r.case_id == s.case_id, r.ended_at.is_(None)),
        order=r.id,
    )
    listeners = _listed(
        func.json_build_array(c.token, c.message, c.key, c.form), where=c.case_id == s.case_id, order=c.created_at
    )
    incidents = _listed(
        i.arguments["timer_id"].as_string(), where=and_(i.case_id == s.case_id, i.resolved_at.is_(None)), order=i.id
    )
    told = {
        "incidents": incidents,
        "last_sequence": last,
        "tasks": tasks,
        "timers": timers,
        "listeners": listeners,
    }
    columns = [part.label(name) for name, part in told.items()]
    return select(s.format, s.checksum, s.state, s.visits, *columns).where(s.case_id == _case_id(named))


_READ = {named: Prepared(_read(named)) for named in _NAMED}
