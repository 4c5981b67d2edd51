"""Deliveries, the documents they carry, and incidents."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, or_, select

from engine.database import AnyRow
from engine.errors import NotFound
from engine.queries.pages import Page, Wanted, read_page
from engine.tables import case, delivery, document, incident


def deliveries(
    db: Connection,
    owners: Collection[UUID],
    *,
    wanted: Wanted,
    state: str | None = None,
    case_id: UUID | None = None,
) -> Page:
    """The deliveries of these owners, the newest first."""
    statement = _deliveries().where(delivery.c.owner_id.in_(owners))
    if state is not None:
        statement = statement.where(delivery.c.state == state)
    if case_id is not None:
        statement = statement.where(delivery.c.case_id == case_id)
    return read_page(db, statement, of=delivery, wanted=wanted, newest_first=True)


def delivery_by_id(db: Connection, delivery_id: UUID) -> AnyRow:
    """One delivery. Raises NotFound."""
    return _one(db, _deliveries().where(delivery.c.id == delivery_id), f"There is no delivery {delivery_id}.")


def documents(db: Connection, owners: Collection[UUID], *, wanted: Wanted, case_id: UUID | None = None) -> Page:
    """The documents of these owners without their content, the newest first."""
    statement = _documents().where(document.c.owner_id.in_(owners))
    if case_id is not None:
        statement = statement.where(document.c.case_id == case_id)
    return read_page(db, statement, of=document, wanted=wanted, newest_first=True)


def document_by_id(db: Connection, document_id: UUID) -> AnyRow:
    """One document without its content. Raises NotFound."""
    return _one(db, _documents().where(document.c.id == document_id), f"There is no document {document_id}.")


def content_of(db: Connection, document_id: UUID) -> bytes:
    """A document's bytes. Raises NotFound."""
    found = select(document.c.content).where(document.c.id == document_id)
    return bytes(_one(db, found, f"There is no document {document_id}.").content)


def incidents(
    db: Connection, owners: Collection[UUID], *, wanted: Wanted, resolved: bool = False, case_id: UUID | None = None
) -> Page:
    """The incidents of these owners and of the whole installation, open or resolved, the newest first."""
    i = incident.c
    are_theirs = or_(i.owner_id.in_(owners), i.owner_id.is_(None))
    statement = _incidents().where(are_theirs, i.resolved_at.is_not(None) == resolved)
    if case_id is not None:
        statement = statement.where(incident.c.case_id == case_id)
    return read_page(db, statement, of=incident, wanted=wanted, newest_first=True)


def incident_by_id(db: Connection, incident_id: UUID) -> AnyRow:
    """One incident. Raises NotFound."""
    return _one(db, _incidents().where(incident.c.id == incident_id), f"There is no incident {incident_id}.")


def _one(db: Connection, statement: Select[Any], otherwise: str) -> AnyRow:
    row = db.execute(statement).one_or_none()
    if row is None:
        raise NotFound(otherwise)
    return row


def _deliveries() -> Select[Any]:
    return select(delivery, case.c.reference, case.c.subject_id).join_from(
        delivery, case, case.c.id == delivery.c.case_id
    )


def _documents() -> Select[Any]:
    d = document.c
    size = func.octet_length(d.content).label("size")
    without_content = [column for column in d if column is not d.content]
    return select(*without_content, size, case.c.reference, case.c.subject_id).join_from(
        document, case, case.c.id == d.case_id
    )


def _incidents() -> Select[Any]:
    # Opening a case can fail too: then there is none.
    return select(incident, case.c.reference).outerjoin_from(incident, case, case.c.id == incident.c.case_id)
