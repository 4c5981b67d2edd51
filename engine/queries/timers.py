"""Timers: deadlines that are overdue or at risk, what is to come, and waits that the sweep is late with."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from engine.database import AnyRow
from engine.errors import NotFound
from engine.queries.pages import Page, Wanted, read_page
from engine.queries.sight import Sight
from engine.tables import case, timer

WARNING = timedelta(days=5)


class State(StrEnum):
    """How a timer stands. `overdue`: a deadline has passed unmet, whether or not it fired; `lag`: a wait is due and
    the sweep has not fired it yet; `paused`: a person has paused it, and the pause is not over."""

    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    UPCOMING = "upcoming"
    PAUSED = "paused"
    LAG = "lag"
    MET = "met"
    FIRED = "fired"
    ENDED = "ended"


def timers(
    db: Connection,
    owners: Collection[UUID],
    *,
    wanted: Wanted,
    now: datetime,
    state: State | None = None,
    warning: timedelta = WARNING,
    case_id: UUID | None = None,
    sight: Sight | None = None,
) -> Page:
    """The timers of these owners, as far as in sight, the first due first; without a state those that still matter.

    `at_risk` is a deadline due within the warning; `upcoming` is everything open that is still to come, paused or not.
    """
    statement = _timers().where(timer.c.owner_id.in_(owners), _in(state, now, warning))
    if sight is not None:
        statement = statement.where(sight.of_case(timer.c.case_id, owner=timer.c.owner_id))
    if case_id is not None:
        statement = statement.where(timer.c.case_id == case_id)
    return read_page(db, statement, of=timer, wanted=wanted, order=[timer.c.due_at])


def timer_by_id(db: Connection, timer_id: UUID) -> AnyRow:
    """One timer. Raises NotFound."""
    row = db.execute(_timers().where(timer.c.id == timer_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no timer {timer_id}.")
    return row


def state_of(row: AnyRow, now: datetime, *, warning: timedelta = WARNING) -> State:
    """How a timer stands at a moment."""
    if row.met_on is not None:
        return State.MET
    if row.kind == "wait" and row.fired_at is not None:
        return State.FIRED
    if row.ended_at is not None:
        return State.ENDED
    if row.paused_until is not None and row.due_at > now:
        return State.PAUSED
    if row.kind == "wait":
        return State.LAG if row.due_at <= now else State.UPCOMING
    if row.due_at <= now:
        return State.OVERDUE
    return State.AT_RISK if row.due_at <= now + warning else State.UPCOMING


def _timers() -> Select[Any]:
    about = (case.c.reference, case.c.subject_id, case.c.version_id, case.c.revision)
    return select(timer, *about).join_from(timer, case, case.c.id == timer.c.case_id)


def _in(state: State | None, now: datetime, warning: timedelta) -> ColumnElement[bool]:
    t = timer.c
    is_open = and_(t.met_on.is_(None), t.ended_at.is_(None))
    deadline = and_(is_open, t.kind == "deadline")
    waits = and_(is_open, t.kind == "wait", t.fired_at.is_(None))
    either = and_(is_open, or_(t.kind == "deadline", and_(t.kind == "wait", t.fired_at.is_(None))))
    match state:
        case None:
            return either
        case State.OVERDUE:
            return and_(deadline, t.due_at <= now)
        case State.AT_RISK:
            return and_(deadline, t.due_at > now, t.due_at <= now + warning, t.paused_until.is_(None))
        case State.UPCOMING:
            return and_(either, t.due_at > now)
        case State.PAUSED:
            return and_(either, t.paused_until.is_not(None), t.due_at > now)
        case State.LAG:
            return and_(waits, t.due_at <= now)
        case State.MET:
            return t.met_on.is_not(None)
        case State.FIRED:
            return and_(t.kind == "wait", t.fired_at.is_not(None))
        case State.ENDED:
            fired = and_(t.kind == "wait", t.fired_at.is_not(None))
            return and_(t.ended_at.is_not(None), t.met_on.is_(None), ~fired)
