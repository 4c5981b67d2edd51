"""People: oneself, and who works for a school."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import Field

from api.rest.nouns import noun
from api.rest.shapes import Listed, Out, WantedHere
from api.roll import schools
from api.security import Allowed, Rule, RuntimeHere
from engine.database import transaction
from engine.queries import people as queries

me = noun("me", explained="Oneself.")
router = noun("people", explained="Who works for a school, and in which roles.")

ReadingSelf = Annotated[Allowed, Depends(Rule("self.read"))]
Reading = Annotated[Allowed, Depends(Rule("person.read"))]


class Membership(Out):
    """The roles that somebody holds in a school."""

    school_id: UUID
    school: str
    roles: list[str] = Field(examples=[["attendance_lead"]])


class PersonOut(Out):
    """Somebody with their roles."""

    id: UUID
    name: str
    memberships: list[Membership]


@me.get("")
def read_self(runtime: RuntimeHere, allowed: ReadingSelf) -> PersonOut:
    """Who one is, and one's roles in each school."""
    actor = allowed.actor
    with transaction(runtime.engine) as db:
        names = {row.id: row.name for row in schools(db, list(actor.roles))}
    memberships = [
        Membership(school_id=owner_id, school=names.get(owner_id, ""), roles=sorted(roles))
        for owner_id, roles in sorted(actor.roles.items())
    ]
    return PersonOut(id=actor.id, name=actor.name, memberships=memberships)


@router.get("")
def list_people(runtime: RuntimeHere, allowed: Reading, wanted: WantedHere) -> Listed[PersonOut]:
    """Who works for one's schools, by name."""
    with transaction(runtime.engine) as db:
        page = queries.people(db, allowed.owners, wanted=wanted)
        names = {row.id: row.name for row in schools(db, allowed.owners)}
        held: dict[UUID, dict[UUID, list[str]]] = {}
        for row in queries.roles_of(db, [row.id for row in page.rows], allowed.owners):
            held.setdefault(row.person_id, {}).setdefault(row.owner_id, []).append(row.role)
    items = [
        PersonOut(
            id=row.id,
            name=row.name,
            memberships=[
                Membership(school_id=owner_id, school=names.get(owner_id, ""), roles=roles)
                for owner_id, roles in held.get(row.id, {}).items()
            ],
        )
        for row in page.rows
    ]
    return Listed(items=items, next=page.next)
