"""What a version of a school's calendar has done to its cases, as their histories say."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from engine.tables import case, history, incident

CHANGED = "calendar_changed"
MOVED, SHORTER, CLOSED = "timer_rescheduled", "notice_became_shorter", "day_closed"


@dataclass
class CaseEffects:
    """What became of one case when it followed. The parts are the facts of its history."""

    id: UUID
    reference: str
    subject_id: UUID
    was: int
    moved: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)


def cases_that_followed(db: Connection, school_id: UUID, version: int) -> list[CaseEffects]:
    """Every case that was brought to a version, by reference."""
    changed, other, c = history.alias(), history.c, case.c
    found = (
        select(c.id, c.reference, c.subject_id, changed.c.facts.label("version"), other.what, other.facts)
        .join_from(case, changed, and_(changed.c.case_id == c.id, changed.c.what == CHANGED))
        # What was noted in the same transaction bears the same moment.
        .join(history, and_(other.case_id == c.id, other.at == changed.c.at))
        .where(c.owner_id == school_id, changed.c.facts["becomes"].as_integer() == version)
        .order_by(c.reference, other.sequence)
    )
    cases: dict[UUID, CaseEffects] = {}
    for row in db.execute(found):
        effects = cases.setdefault(row.id, CaseEffects(row.id, row.reference, row.subject_id, was=row.version["was"]))
        parts = {MOVED: effects.moved, SHORTER: effects.notices, CLOSED: effects.closed}
        if row.what in parts:
            parts[row.what].append(row.facts)
    return list(cases.values())


def cases_that_failed(db: Connection, school_id: UUID) -> Iterator[tuple[UUID, str, str]]:
    """The cases that could not be brought up to date: id, reference, why. Each is an incident to be tried again."""
    i = incident.c
    found = (
        select(case.c.id, case.c.reference, i.problem)
        .join_from(incident, case, case.c.id == i.case_id)
        .where(i.owner_id == school_id, i.command == "reschedule", i.resolved_at.is_(None))
        .order_by(case.c.reference)
    )
    return ((row.id, row.reference, row.problem) for row in db.execute(found))
