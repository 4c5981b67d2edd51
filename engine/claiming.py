"""Work stands in rows and is claimed one row at a time: counted and leased, and that committed, before it is begun.

What kills its worker is found out by the count. Who outlives a lease finds under the row's lock that it is not theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, Uuid, and_, exists, null, or_, select, true, update
from sqlalchemy.exc import OperationalError

from engine import tables
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction
from engine.errors import IncidentRaised
from engine.incidents import Command, guarded
from engine.people import SYSTEM
from engine.runtime import Runtime

MOST_DEATHS = 3
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=2), timedelta(minutes=30))


class KilledItsWorker(Exception):
    """Three workers died while they had this in hand."""


@dataclass(frozen=True)
class Queue:
    """Rows of one table that are work; the table has the columns of `engine.tables.columns.claimable`."""

    command: str  # what is done with a row; when it fails, an incident keeps it under this name
    key: str  # what the row's id is called in that command
    table: Table
    to_do: ColumnElement[bool]  # asked when a row is claimed, and again under its lock
    order: tuple[ColumnElement[Any], ...]
    lease: timedelta
    case_id: ColumnElement[Any] = field(default_factory=lambda: null())
    owner_id: ColumnElement[Any] = field(default_factory=lambda: null())
    element: ColumnElement[Any] = field(default_factory=lambda: null())
    begun: Mapping[str, Any] = field(default_factory=dict)  # what else is written when a row is claimed


@dataclass(frozen=True)
class Claimed:
    """A row that is ours while its lease lasts; `row` is how it stood before."""

    row: AnyRow
    attempt: int
    command: Command


Due = Callable[[datetime], ColumnElement[bool]]
Perform = Callable[[Claimed], object]


def work_off(
    runtime: Runtime,
    queue: Queue,
    perform: Perform,
    *,
    limit: int,
    due: Due = lambda _: true(),
    patience: timedelta | None = None,
    gave_up: Callable[[Connection, Claimed], None] | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Does what is to be done, row by row, until there is nothing left. Gives how many rows were dealt with.

    What fails becomes an incident, which holds its row back, and the others go on. `gave_up` is told of it. `go_on` is
    asked before each row.
    """
    done = 0
    while done < limit and go_on() and (claimed := claim(runtime, queue, due=due, patience=patience)) is not None:
        try:
            with guarded(runtime, claimed.command, is_asked=False):
                _attempt(runtime, queue, perform, claimed)
        except IncidentRaised:
            if gave_up is not None:
                with transaction(runtime.engine) as db:
                    gave_up(db, claimed)
        done += 1
    return done


def claim(
    runtime: Runtime, queue: Queue, *, due: Due = lambda _: true(), patience: timedelta | None = None
) -> Claimed | None:
    """The next row that is due and nobody's. With `patience` a lease older than that is not heeded."""
    t = queue.table.c
    with transaction(runtime.engine) as db:
        now = read_clock(db)
        free = or_(t.lease_until.is_(None), t.lease_until < (now if patience is None else now + queue.lease - patience))
        about = (queue.case_id.label("about_case"), queue.owner_id.label("about_owner"), queue.element.label("about"))
        row = db.execute(
            select(queue.table, *about)
            .where(queue.to_do, free, due(now), not_stopped(queue, t.id))
            .order_by(*queue.order)
            .limit(1)
            .with_for_update(skip_locked=True, of=queue.table)
        ).one_or_none()
        if row is None:
            return None
        attempt, until = row.attempts + 1, now + queue.lease
        mine = {"attempts": attempt, "lease_until": until, **queue.begun}
        db.execute(update(queue.table).where(t.id == row.id).values(**mine))
        runtime.reached(f"{queue.command}.claiming", row.id)
    runtime.reached(f"{queue.command}.claimed", row.id)
    arguments = {queue.key: str(row.id), "attempt": attempt, "lease_until": until.isoformat()}
    return Claimed(
        row, attempt, Command(queue.command, arguments, SYSTEM, row.about_case, row.about_owner, row.about or "")
    )


def take(db: Connection, queue: Queue, command: Command) -> AnyRow | None:
    """The claimed row, locked; None when it is not ours any more, or nothing is to be done with it."""
    t = queue.table.c
    arguments = command.arguments
    return db.execute(
        select(queue.table)
        .where(
            t.id == UUID(arguments[queue.key]),
            t.attempts == arguments["attempt"],
            t.lease_until == datetime.fromisoformat(arguments["lease_until"]),
            queue.to_do,
        )
        .with_for_update()
    ).one_or_none()


def put_back(db: Connection, queue: Queue, id_: UUID, *, until: datetime | None = None, **values: Any) -> None:
    """Gives a row back; nobody takes it before `until`. Without a moment it is as new, its attempts forgotten."""
    if until is None:
        values["attempts"] = 0
    t = queue.table.c
    db.execute(update(queue.table).where(t.id == id_).values(lease_until=until, **values))


def not_stopped(queue: Queue, id_: ColumnElement[UUID]) -> ColumnElement[bool]:
    """That no open incident holds back the row with this id."""
    i = tables.incident.c
    named = i.arguments[queue.key].as_string().cast(Uuid) == id_
    return ~exists().where(i.command == queue.command, i.resolved_at.is_(None), named)


def _attempt(runtime: Runtime, queue: Queue, perform: Perform, claimed: Claimed) -> None:
    if claimed.attempt > MOST_DEATHS:
        raise KilledItsWorker(KilledItsWorker.__doc__)
    try:
        perform(claimed)
    except OperationalError:
        # The database was in the way, not the work: a deadlock, a restart. It passes.
        if claimed.attempt == MOST_DEATHS:
            raise
        t = queue.table.c
        with transaction(runtime.engine) as db:
            until = read_clock(db) + BACK_OFF[claimed.attempt - 1]
            mine = and_(t.id == claimed.row.id, t.attempts == claimed.attempt)
            db.execute(update(queue.table).where(mine).values(lease_until=until))
    runtime.reached(f"{queue.command}.committed", claimed.row.id)
