"""Tasks: mine, my role's, nobody's; overdue, today, this week."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, false, literal_column, or_, select
from sqlalchemy.dialects.postgresql import array

from engine.clock import LONDON, london_day
from engine.database import AnyRow
from engine.errors import NotFound
from engine.people import EVERYBODY, Actor
from engine.queries.pages import Page, Wanted, read_page
from engine.tables import case, task

# In the statement's words, for its indexes to be found: as a parameter it is known too late.
_OPEN = literal_column("'open'", task.c.state.type)


class Scope(StrEnum):
    """Whose tasks."""

    MINE = "mine"
    ROLE = "role"
    UNASSIGNED = "unassigned"
    ALL = "all"


class Due(StrEnum):
    """When they are due. `week` is up to the end of Sunday and holds what is due today; `later` is the rest."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


def tasks(
    db: Connection,
    actor: Actor,
    *,
    wanted: Wanted,
    now: datetime,
    scope: Scope = Scope.ALL,
    due: Due | None = None,
    case_id: UUID | None = None,
    sees_all: Collection[UUID] = (),
) -> Page:
    """Open tasks that a person may see, the first due first. `sees_all`: owners of which they see every task."""
    statement = _tasks().where(task.c.state == _OPEN, _in_scope(actor, scope, sees_all))
    if due is not None:
        statement = statement.where(_due(due, now))
    if case_id is not None:
        statement = statement.where(task.c.case_id == case_id)
    return read_page(db, statement, of=task, wanted=wanted, order=[task.c.sorts_at])


def task_by_id(db: Connection, task_id: UUID) -> AnyRow:
    """One task, open or not. Raises NotFound."""
    row = db.execute(_tasks().where(task.c.id == task_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no task {task_id}.")
    return row


def tasks_of_case(db: Connection, case_id: UUID) -> list[AnyRow]:
    """The open tasks of a case, the first due first."""
    found = _tasks().where(task.c.case_id == case_id, task.c.state == "open")
    return list(db.execute(found.order_by(task.c.due_at, task.c.id)))


def _tasks() -> Select[Any]:
    return select(task, case.c.reference, case.c.subject_id, case.c.process).join_from(
        task, case, case.c.id == task.c.case_id
    )


def _in_scope(actor: Actor, scope: Scope, sees_all: Collection[UUID]) -> ColumnElement[bool]:
    if scope is Scope.MINE:
        return and_(task.c.assignee == str(actor.id), task.c.owner_id.in_(actor.owners()))
    of_my_roles = _of_roles(actor)
    if scope is Scope.ALL:
        return or_(of_my_roles, task.c.owner_id.in_(sees_all))
    if scope is Scope.UNASSIGNED:
        return and_(of_my_roles, task.c.assignee.is_(None))
    return of_my_roles


def _of_roles(actor: Actor) -> ColumnElement[bool]:
    owners: dict[frozenset[str], list[UUID]] = {}
    for owner_id, roles in actor.roles.items():
        if roles:
            owners.setdefault(roles, []).append(owner_id)
    return or_(
        false(),
        *[
            and_(task.c.owner_id.in_(of_these), task.c.groups.has_any(array(sorted({*roles, EVERYBODY}))))
            for roles, of_these in owners.items()
        ],
    )


def _due(due: Due, now: datetime) -> ColumnElement[bool]:
    at, today = task.c.due_at, london_day(now)
    next_monday = today + timedelta(days=7 - today.weekday())
    match due:
        case Due.OVERDUE:
            return at < now
        case Due.TODAY:
            return and_(at >= now, at < _midnight(today + timedelta(days=1)))
        case Due.WEEK:
            return and_(at >= now, at < _midnight(next_monday))
        case Due.LATER:
            return or_(at.is_(None), at >= _midnight(next_monday))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
