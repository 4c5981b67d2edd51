"""Work stands in rows and is claimed one row at a time: counted and leased, and that committed, before it is begun.

What kills its worker is found out by the count. Who outlives a lease finds under the row's lock that it is not theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from psycopg import OperationalError
from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    Interval,
    Table,
    Uuid,
    and_,
    bindparam,
    literal,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError as WrappedOperationalError

from engine.clock import NOW
from engine.clock import now as read_clock
from engine.database import AnyRow, fetch, transaction
from engine.errors import IncidentRaised
from engine.exchange import Prepared
from engine.incidents import Command, guarded, no_incident
from engine.people import SYSTEM
from engine.runtime import Runtime

MOST_DEATHS = 3
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=2), timedelta(minutes=30))


class KilledItsWorker(Exception):
    """Three workers died while they had this in hand."""


# A database that dies the next moment may forget the claim: nothing of the work is committed either, and it is claimed
# again. To wait for the disk would take as long as the work.
_LAZILY: tuple[Prepared, dict[str, Any]] = (Prepared(text("SET LOCAL synchronous_commit TO off")), {})


@dataclass(frozen=True, eq=False)
class Queue:
    """Rows of one table that are work; the table has the columns of `engine.tables.columns.claimable`."""

    command: str  # what is done with a row; when it fails, an incident keeps it under this name
    key: str  # what the row's id is called in that command
    table: Table
    to_do: ColumnElement[bool]  # asked when a row is claimed, and again under its lock
    due: ColumnElement[bool]  # asked when a row is claimed; may name NOW, and parameters that the claim is given
    order: tuple[ColumnElement[Any], ...]
    lease: timedelta
    case_id: ColumnElement[Any] = field(default_factory=lambda: null())
    owner_id: ColumnElement[Any] = field(default_factory=lambda: null())
    element: ColumnElement[Any] = field(default_factory=lambda: null())
    begun: Mapping[str, Any] = field(default_factory=dict)  # what else is written when a row is claimed
    acts_outside: bool = False  # its work is not undone with its transaction: a letter is sent

    @cached_property
    def claim(self) -> Prepared:
        """Counts and leases the next row that is due and nobody's, and gives it as it stood before."""
        t = self.table.c
        free = or_(t.lease_until.is_(None), t.lease_until < NOW + bindparam("heeded", type_=Interval))
        about = (self.case_id.label("about_case"), self.owner_id.label("about_owner"), self.element.label("about"))
        found = (
            select(self.table, *about)
            .where(self.to_do, free, self.due, no_incident(self.command, self.key, t.id))
            .order_by(*self.order)
            .limit(1)
            .with_for_update(skip_locked=True, of=self.table)
            .cte("found")
        )
        mine = {"attempts": t.attempts + 1, "lease_until": NOW + literal(self.lease, Interval), **self.begun}
        return Prepared(
            update(self.table)
            .where(t.id == found.c.id)
            .values(mine)
            .returning(*found.c, t.attempts.label("attempt"), t.lease_until.label("until"))
        )

    @cached_property
    def take(self) -> Prepared:
        """The claimed row, locked, if it is still ours and still to do."""
        t = self.table.c
        mine = (t.id == bindparam("mine", type_=Uuid), t.attempts == bindparam("attempt", type_=Integer))
        until = t.lease_until == bindparam("until", type_=DateTime(timezone=True))
        return Prepared(select(self.table).where(*mine, until, self.to_do).with_for_update())


@dataclass(frozen=True)
class Claimed:
    """A row that is ours while its lease lasts; `row` is how it stood before."""

    row: AnyRow
    attempt: int
    command: Command


Perform = Callable[[Claimed], object]


def work_off(
    runtime: Runtime,
    queue: Queue,
    perform: Perform,
    *,
    limit: int,
    patience: timedelta | None = None,
    gave_up: Callable[[Connection, Claimed], None] | None = None,
    go_on: Callable[[], bool] = lambda: True,
    **parameters: Any,
) -> int:
    """Does what is to be done, row by row, until there is nothing left. Gives how many rows were dealt with.

    What fails becomes an incident, which holds its row back, and the others go on. `gave_up` is told of it. `go_on` is
    asked before each row. `parameters` are those of the queue's `due`.
    """
    done = 0
    while done < limit and go_on() and (claimed := claim(runtime, queue, patience=patience, **parameters)) is not None:
        try:
            with guarded(runtime, claimed.command, is_asked=False):
                _attempt(runtime, queue, perform, claimed)
        except IncidentRaised:
            if gave_up is not None:
                with transaction(runtime.engine) as db:
                    gave_up(db, claimed)
        done += 1
    return done


def claim(runtime: Runtime, queue: Queue, *, patience: timedelta | None = None, **parameters: Any) -> Claimed | None:
    """The next row that is due and nobody's. With `patience` a lease older than that is not heeded."""
    given = {"heeded": timedelta() if patience is None else queue.lease - patience, **parameters}
    with transaction(runtime.engine) as db:
        rows = fetch(db, *([] if queue.acts_outside else [_LAZILY]), (queue.claim, given), commits=True)[-1]
    if not rows:
        return None
    (row,) = rows
    runtime.reached(f"{queue.command}.claimed", row.id)
    arguments = {queue.key: str(row.id), "attempt": row.attempt, "lease_until": row.until.isoformat()}
    command = Command(queue.command, arguments, SYSTEM, row.about_case, row.about_owner, row.about or "")
    return Claimed(row, row.attempt, command)


def mine(queue: Queue, command: Command) -> tuple[Prepared, dict[str, Any]]:
    """The question for the row that a command is about, locked: nothing when it is not ours, or not to do any more."""
    arguments = command.arguments
    return queue.take, {
        "mine": UUID(arguments[queue.key]),
        "attempt": arguments["attempt"],
        "until": datetime.fromisoformat(arguments["lease_until"]),
    }


def take(db: Connection, queue: Queue, command: Command) -> Any:
    """The claimed row, locked; None when it is not ours any more, or nothing is to be done with it."""
    (rows,) = fetch(db, mine(queue, command))
    return rows[0] if rows else None


def put_back(db: Connection, queue: Queue, id_: UUID, *, until: datetime | None = None, **values: Any) -> None:
    """Gives a row back; nobody takes it before `until`. Without a moment it is as new, its attempts forgotten."""
    if until is None:
        values["attempts"] = 0
    t = queue.table.c
    db.execute(update(queue.table).where(t.id == id_).values(lease_until=until, **values))


def _attempt(runtime: Runtime, queue: Queue, perform: Perform, claimed: Claimed) -> None:
    if claimed.attempt > MOST_DEATHS:
        raise KilledItsWorker(KilledItsWorker.__doc__)
    try:
        perform(claimed)
    except (OperationalError, WrappedOperationalError):
        # The database was in the way, not the work: a deadlock, a restart. It passes.
        if claimed.attempt == MOST_DEATHS:
            raise
        t = queue.table.c
        with transaction(runtime.engine) as db:
            until = read_clock(db) + BACK_OFF[claimed.attempt - 1]
            mine = and_(t.id == claimed.row.id, t.attempts == claimed.attempt)
            db.execute(update(queue.table).where(mine).values(lease_until=until))
    runtime.reached(f"{queue.command}.committed", claimed.row.id)
