"""Letters that were due and not made, because nobody had checked where their parent lives, or nobody knows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, exists, select

from engine.calls import Call
from engine.tables import delivery, history

WHAT = "letter_missing"


@dataclass(frozen=True)
class MissingLetter:
    """One letter that one parent did not get. `id` is that of the row of the history that says so."""

    id: UUID
    letter: str
    parent: UUID
    at: datetime


def note_missing(call: Call, *, letter: str, parent: UUID) -> None:
    """Keeps that a letter was not made. Source: R028, R029, R030."""
    call.note(WHAT, letter=letter, parent=str(parent))


def missing_letters(db: Connection, case_id: UUID) -> list[MissingLetter]:
    """What parents of a case did not get and have not got since, oldest first."""
    h, d = history.c, delivery.c
    letter, parent = h.facts["letter"].astext, h.facts["parent"].astext
    made_since = exists().where(d.case_id == h.case_id, d.letter == letter, d.recipient == parent, d.created_at > h.at)
    found = select(h.id, letter.label("letter"), parent.label("parent"), h.at).where(
        h.case_id == case_id, h.what == WHAT, ~made_since
    )
    return [
        MissingLetter(row.id, row.letter, UUID(row.parent), row.at) for row in db.execute(found.order_by(h.at, h.id))
    ]
