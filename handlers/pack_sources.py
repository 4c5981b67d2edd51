"""Where what a form says comes from: a record, or a person's answer with its day and author."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import tables as engine_tables
from engine.clock import london_day
from handlers.facts import Facts
from handlers.letter_fields import full

ADMISSION = "Admission register"
ATTENDANCE = "Attendance register"
UNKNOWN = "Not known to the school"
TASKS = {
    "ReviewEarlySupport": "Review of early support",
    "EstablishParents": "Record of parents",
    "RecordMeeting": "Minutes",
    "AgreePlan": "Plan",
    "DecideOutcome": "Decision at the review",
    "DecideInternalReview": "Decision of the internal review",
    "CompleteCaseForm": "This form",
    "CompleteApplication": "This form",
    "CollectEvidence": "Evidence task",
}

Row = list[str]  # what is asked, what is known, where that comes from


@dataclass(frozen=True)
class Answered:
    """Somebody's latest answers to a task, and the words that name them as a source."""

    answers: dict[str, Any]
    source: str


def answered(facts: Facts, element: str) -> Answered | None:
    """The latest answers to a task with their source; None while there are none."""
    a = engine_tables.answer.c
    row = facts.db.execute(
        select(a.answers, a.actor, a.at)
        .where(a.case_id == facts.case.id, a.element == element)
        .order_by(a.at.desc(), a.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    by = _name(facts, row.actor)
    return Answered(row.answers, f"{TASKS[element]}, {full(london_day(row.at))}{f', {by}' if by else ''}")


def row(asked: str, known: Any, source: str) -> Row:
    """A row of a form: nothing is said where nothing is known."""
    words = "Yes" if known is True else "No" if known is False else "" if known is None else str(known).strip()
    return [asked, words or "–", source if words else UNKNOWN]


def _name(facts: Facts, actor: str) -> str:
    try:
        person_id = UUID(actor)
    except ValueError:
        return ""
    person = engine_tables.person.c
    found: str | None = facts.db.execute(select(person.name).where(person.id == person_id)).scalar_one_or_none()
    return found or ""
