"""The contact log: calls, visits, messages and the advice of the duty line, beside meetings and letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select

from attendance import tables
from attendance.moments import LONDON
from engine.clock import lock_case
from engine.history import Notes
from engine.ids import new_id
from engine.registry import Refusal

DUTY_LINE = "duty_line"


@dataclass(frozen=True)
class Contact:
    """One contact as somebody tells it. `adult_id` is the parent it was with; `with_whom` anybody else."""

    kind: str
    happened_at: datetime
    said: str
    reached: bool = True
    adult_id: UUID | None = None
    with_whom: str = ""
    replaces: UUID | None = None


def log_contact(db: Connection, case_id: UUID, contact: Contact, *, actor: str) -> UUID:
    """Keeps a contact, with a line in the case's history. Gives its id. Source: R092, domain.md 5.4.

    Raises NotFound, Refusal.
    """
    case, now = lock_case(db, case_id)
    _refuse(db, case, contact, now)
    contact_id = new_id()
    db.execute(
        insert(tables.contact).values(
            id=contact_id,
            case_id=case_id,
            kind=contact.kind,
            happened_at=contact.happened_at,
            adult_id=contact.adult_id,
            with_whom=contact.with_whom,
            reached=contact.reached,
            said=contact.said,
            replaces=contact.replaces,
            recorded_by=actor,
            recorded_at=now,
        )
    )
    notes = Notes(case_id, actor=actor, at=now)
    notes.add(
        "contact_logged",
        facts={
            "contact": str(contact_id),
            "kind": contact.kind,
            "happened_on": contact.happened_at.astimezone(LONDON).date().isoformat(),
            "parent": str(contact.adult_id) if contact.adult_id else None,
            "with_whom": contact.with_whom,
            "reached": contact.reached,
            "corrects": str(contact.replaces) if contact.replaces else None,
            "reason": contact.said,
        },
    )
    notes.write(db)
    return contact_id


def contacts_of(db: Connection, case_id: UUID) -> Sequence[Row[Any]]:
    """The contacts of a case as they stand, the earliest first; a correction in place of what it corrects."""
    c, later = tables.contact.c, tables.contact.alias()
    corrected = select(later.c.replaces).where(later.c.case_id == case_id, later.c.replaces.is_not(None))
    found = select(tables.contact).where(c.case_id == case_id, c.id.not_in(corrected))
    return db.execute(found.order_by(c.happened_at, c.id)).all()


def _refuse(db: Connection, case: Row[Any], contact: Contact, now: datetime) -> None:
    if contact.happened_at > now:
        raise Refusal("in_the_future", "This is still to come.", rule="R092", field="happened_at")
    if contact.adult_id is None and not contact.with_whom.strip():
        raise Refusal("with_nobody", "Say with whom.", rule="R092", field="with_whom")
    if contact.adult_id is not None:
        if contact.kind == DUTY_LINE:
            raise Refusal("not_a_parent", "The duty line is the authority's.", rule="R092", field="adult_id")
        link = tables.parenthood.c
        around = select(link.adult_id).where(link.pupil_id == case.subject_id, link.adult_id == contact.adult_id)
        if db.execute(around).one_or_none() is None:
            raise Refusal("not_around", "This adult has nothing to do with the pupil.", field="adult_id")
    c = tables.contact.c
    if contact.replaces is not None:
        earlier = db.execute(select(c.id).where(c.id == contact.replaces, c.case_id == case.id)).one_or_none()
        if earlier is None:
            raise Refusal("no_such_contact", "There is no such contact in this case.", field="replaces")
