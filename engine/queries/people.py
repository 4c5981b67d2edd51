"""People by their name and roles."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Connection, select

from engine.database import AnyRow
from engine.people import EVERYBODY
from engine.queries.pages import Page, Wanted, read_page
from engine.tables import membership, person


def names_of(db: Connection, actors: Iterable[str | None]) -> dict[str, str]:
    """The name of each person among these actors; `system` and who is unknown have none."""
    ids = {found for found in map(_id, actors) if found is not None}
    if not ids:
        return {}
    return {str(row.id): row.name for row in db.execute(select(person.c.id, person.c.name).where(person.c.id.in_(ids)))}


def people(db: Connection, owners: Collection[UUID], *, wanted: Wanted) -> Page:
    """Who is active and belongs to any of these owners."""
    member = select(membership.c.person_id).where(membership.c.owner_id.in_(owners))
    statement = select(person.c.id, person.c.name).where(person.c.active, person.c.id.in_(member))
    return read_page(db, statement, of=person, wanted=wanted, order=[person.c.name])


def roles_of(db: Connection, ids: Collection[UUID], owners: Collection[UUID]) -> list[AnyRow]:
    """Who holds which role in which of these owners."""
    m = membership.c
    found = select(m.person_id, m.owner_id, m.role).where(m.person_id.in_(ids), m.owner_id.in_(owners))
    return list(db.execute(found.order_by(m.person_id, m.owner_id, m.role)))


def holds_any(db: Connection, person_id: UUID, owner_id: UUID, roles: Collection[str]) -> bool:
    """Whether an active person holds any of these roles in an owner."""
    m = membership.c
    found = (
        select(m.role)
        .join_from(membership, person, person.c.id == m.person_id)
        .where(person.c.active, m.person_id == person_id, m.owner_id == owner_id)
    )
    if EVERYBODY not in roles:
        found = found.where(m.role.in_(roles))
    return db.execute(found.limit(1)).one_or_none() is not None


def is_held(db: Connection, role: str, owner_id: UUID) -> bool:
    """Whether anybody who is active holds a role in an owner."""
    m = membership.c
    found = (
        select(m.role)
        .join_from(membership, person, person.c.id == m.person_id)
        .where(person.c.active, m.owner_id == owner_id, m.role == role)
    )
    return db.execute(found.limit(1)).one_or_none() is not None


def _id(actor: str | None) -> UUID | None:
    try:
        return UUID(actor or "")
    except ValueError:
        return None
