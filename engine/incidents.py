"""Anything unexpected: the command is kept with everything a person typed, and can be tried again."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Uuid, exists, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from engine import tables
from engine.clock import now as read_clock
from engine.database import transaction
from engine.errors import Declined, IncidentRaised, NotFound
from engine.ids import new_id
from engine.registry import Refusal
from engine.runtime import Runtime
from engine.telling import in_full, in_short

LONGEST_DETAIL = 20_000  # characters of traceback


class AlreadyResolved(Declined):
    """This incident is resolved already."""


@dataclass(frozen=True)
class Command:
    """What somebody asked for, so that the very same can be asked again. `arguments` are JSON."""

    name: str
    arguments: Mapping[str, Any]
    actor: str
    case_id: UUID | None
    owner_id: UUID | None
    element: str = ""


Perform = Callable[[Runtime, Command], object]


@contextmanager
def guarded(runtime: Runtime, command: Command | Callable[[], Command], *, is_asked: bool = True) -> Iterator[None]:
    """Turns anything unexpected into an incident. A clear no goes through, unless nobody asked who could hear it.

    The command may be given as a function, which is only asked for it when there is an incident.

    Enter it outside the transaction, so that the incident is written after everything was rolled back.
    Raises IncidentRaised.
    """
    try:
        yield
    except IncidentRaised:
        raise
    except Exception as error:
        if is_asked and isinstance(error, (Declined, Refusal)):
            raise
        failed = command() if callable(command) else command
        raise IncidentRaised(str(_record(runtime, failed, error))) from error


def resolve(db: Connection, command: Command, *, now: datetime) -> None:
    """What was asked for has been done: open incidents about the same thing are resolved with it."""
    db.execute(update(tables.incident).where(*_same(command)).values(resolved_at=now, resolved_by=command.actor))


def retry(runtime: Runtime, incident_id: UUID, *, actor: str, commands: Mapping[str, Perform]) -> None:
    """Runs the kept command again, as the person who gave it. Raises IncidentRaised when it fails again."""
    i = tables.incident.c
    with transaction(runtime.engine) as db:
        row = db.execute(
            select(i.command, i.arguments, i.actor, i.case_id, i.owner_id, i.element, i.resolved_at).where(
                i.id == incident_id
            )
        ).one_or_none()
    if row is None:
        raise NotFound(f"There is no incident {incident_id}.")
    if row.resolved_at is not None:
        raise AlreadyResolved
    command = Command(row.command, row.arguments, row.actor, row.case_id, row.owner_id, row.element)
    with guarded(runtime, command):
        commands[command.name](runtime, command)
    with transaction(runtime.engine) as db:
        db.execute(
            update(tables.incident)
            .where(i.id == incident_id)
            .values(resolved_at=func.coalesce(i.resolved_at, read_clock(db)), resolved_by=actor)
        )


def no_incident(command: str, key: str, id_: ColumnElement[UUID]) -> ColumnElement[bool]:
    """That no open incident holds back this command about the row with this id."""
    i = tables.incident.c
    named = i.arguments[key].as_string().cast(Uuid) == id_
    return ~exists().where(i.command == command, i.resolved_at.is_(None), named)


def _record(runtime: Runtime, command: Command, error: BaseException) -> UUID:
    i = tables.incident.c
    with transaction(runtime.engine) as db:
        now = read_clock(db)
        told = {
            "problem": in_short(error)[:2_000],
            "detail": in_full(error)[-LONGEST_DETAIL:],
            "last_at": now,
            "arguments": dict(command.arguments),
        }
        first = {
            "id": new_id(),
            "case_id": command.case_id,
            "owner_id": command.owner_id,
            "command": command.name,
            "about": _about(command),
            "actor": command.actor,
            "element": command.element,
            "attempts": 1,
            "first_at": now,
        }
        recorded = insert(tables.incident).values(**first, **told)
        again = recorded.on_conflict_do_update(
            index_elements=[i.about],
            index_where=i.resolved_at.is_(None),
            set_={"attempts": i.attempts + 1, **told},
        )
        return db.execute(again.returning(i.id)).scalar_one()  # type: ignore[no-any-return]


def _about(command: Command) -> str:
    """What makes two open incidents one: the same thing, of one person. Nobody's answers replace anybody else's."""
    named = {key: str(command.arguments[key]) for key in _NAMING if key in command.arguments}
    answers = command.arguments["answers"] if command.name == "report" else None
    told = [command.name, str(command.case_id), named, command.actor, answers]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _same(command: Command) -> tuple[Any, ...]:
    """Which open incidents are about the same thing: one task, whatever the answers; one report, word for word."""
    i = tables.incident.c
    same = [i.command == command.name, i.resolved_at.is_(None), i.case_id.is_not_distinct_from(command.case_id)]
    for key in _NAMING:
        if key in command.arguments:
            same.append(i.arguments[key].as_string() == str(command.arguments[key]))
    if command.name == "report":
        # Two parents may both be unable to attend; that one was told of has nothing to do with the other.
        same += [i.actor == command.actor, i.arguments["answers"] == type_coerce(command.arguments["answers"], JSONB)]
    return tuple(same)


# The arguments that say which thing a command is about.
_NAMING = ("task_id", "timer_id", "inbox_id", "delivery_id", "message", "subject_id")
