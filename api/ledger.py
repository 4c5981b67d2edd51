"""The statutory clocks of a case: each date with its rules, facts, calendar and pauses, and what it was before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from api.timer_words import moment_in_words
from engine import tables
from engine.bundles import Process
from engine.queries.timers import State, state_of

_POLICY = re.compile(r"policy\.(\w+)")


@dataclass(frozen=True)
class Former:
    """A moment that a clock had before it was worked out again, or set by hand. It is kept for good."""

    at: datetime
    was: datetime
    becomes: datetime
    by: str


@dataclass(frozen=True)
class Pause:
    """A pause that a person made, until when, and why; and when a person let the clock go on before that."""

    at: datetime
    until: datetime
    by: str
    reason: str
    resumed_at: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """One clock of the case. `calls` are the input facts: what was asked, in order, with every answer."""

    id: UUID
    element: str
    name: str
    kind: str
    rules: tuple[str, ...]
    state: State
    due_at: datetime
    words: str
    expression: str
    calls: list[dict[str, Any]]
    calendar_version: str
    paused_from: datetime | None
    paused_until: datetime | None
    set_by: str | None
    met_on: date | None
    fired_at: datetime | None
    ended_at: datetime | None
    former: tuple[Former, ...]
    pauses: tuple[Pause, ...]


def ledger(db: Connection, process: Process, case_id: UUID, *, now: datetime) -> list[Clock]:
    """Every clock that a case has or had, in the order in which they were started."""
    t = tables.timer.c
    rows = db.execute(select(tables.timer).where(t.case_id == case_id).order_by(t.created_at, t.due_at, t.id)).all()
    moved, paused = _moved(db, case_id), _paused(db, case_id)
    return [
        Clock(
            id=row.id,
            element=row.element,
            name=row.name,
            kind=row.kind,
            rules=_rules(row, process),
            state=state_of(row, now),
            due_at=row.due_at,
            words=moment_in_words(row),
            expression=row.expression,
            calls=row.derivation,
            calendar_version=row.calendar_version,
            paused_from=row.paused_from,
            paused_until=row.paused_until,
            set_by=row.set_by,
            met_on=row.met_on,
            fired_at=row.fired_at,
            ended_at=row.ended_at,
            former=tuple(each for each in moved.get(row.element, ()) if each.at >= row.created_at),
            pauses=tuple(each for each in paused.get(row.element, ()) if each.at >= row.created_at),
        )
        for row in rows
    ]


def _rules(row: Any, process: Process) -> tuple[str, ...]:
    """The rules of the numbers in its expression, and those that bound what is done to it by hand."""
    policy = {name: value.rule for name, value in process.policy.items()}
    found = [policy[name] for name in _POLICY.findall(row.expression) if name in policy]
    binding = process.bindings.get(row.element)
    by_hand = binding.properties.get("byHandRule", "") if binding else ""
    return tuple(dict.fromkeys([*found, *(rule.strip() for rule in by_hand.split(",") if rule.strip())]))


def _moved(db: Connection, case_id: UUID) -> Mapping[str, list[Former]]:
    h = tables.history.c
    rows = db.execute(
        select(h.facts, h.at, h.actor)
        .where(h.case_id == case_id, h.facts["was"].is_not(None), h.facts["becomes"].is_not(None))
        .where(h.facts["element"].is_not(None))
        .order_by(h.sequence)
    )
    found: dict[str, list[Former]] = {}
    for row in rows:
        try:
            was, becomes = (datetime.fromisoformat(row.facts[name]) for name in ("was", "becomes"))
        except (TypeError, ValueError):
            continue  # something else that changed from one value to another
        found.setdefault(row.facts["element"], []).append(Former(row.at, was, becomes, row.actor))
    return found


def _paused(db: Connection, case_id: UUID) -> Mapping[str, list[Pause]]:
    h = tables.history.c
    rows = db.execute(
        select(h.what, h.facts, h.at, h.actor)
        .where(h.case_id == case_id, h.what.in_(("timer_paused", "timer_resumed")))
        .order_by(h.sequence)
    )
    found: dict[str, list[Pause]] = {}
    for row in rows:
        pauses = found.setdefault(row.facts["element"], [])
        if row.what == "timer_resumed":
            pauses[-1] = replace(pauses[-1], resumed_at=row.at)
        else:
            until = datetime.fromisoformat(row.facts["until"])
            pauses.append(Pause(row.at, until, row.actor, row.facts.get("reason", "")))
    return found
