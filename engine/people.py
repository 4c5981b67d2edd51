"""Who may do what: people, their roles in each owner, their tokens."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from engine import tables
from engine.errors import NotAllowed
from engine.ids import new_id

SYSTEM = "system"  # who acts when no person does

EVERYBODY = "*"  # anybody who belongs to the owner, whatever their roles
# What an action asks for: any of these roles.
Rules = Mapping[str, frozenset[str]]
ANY_MEMBER = frozenset({EVERYBODY})


@dataclass(frozen=True)
class Actor:
    """Somebody who is signed in, with their roles in each owner."""

    id: UUID
    name: str
    roles: Mapping[UUID, frozenset[str]]

    def has(self, owner_id: UUID, wanted: Iterable[str]) -> bool:
        """Whether they hold any of these roles in this owner; `*` is held by whoever belongs to it."""
        held = self.roles.get(owner_id, frozenset())
        return any(role in held or (role == EVERYBODY and held) for role in wanted)

    def owners(self, wanted: Iterable[str] = ANY_MEMBER) -> list[UUID]:
        """The owners in which they hold any of these roles."""
        roles = frozenset(wanted)
        return [owner for owner, held in self.roles.items() if held and ("*" in roles or not held.isdisjoint(roles))]


def may(rules: Rules, actor: Actor, action: str, owner_id: UUID) -> bool:
    """Whether a person may do this to something of this owner. What no rule names is denied."""
    wanted = rules.get(action, frozenset())
    held = actor.roles.get(owner_id, frozenset())
    return bool(held) and ("*" in wanted or not held.isdisjoint(wanted))


def require(rules: Rules, actor: Actor, action: str, owner_id: UUID) -> None:
    """Raises NotAllowed unless `may`."""
    if not may(rules, actor, action, owner_id):
        raise NotAllowed


def create_person(db: Connection, *, name: str, email: str, now: datetime) -> UUID:
    """Adds a person."""
    person_id = new_id()
    db.execute(insert(tables.person).values(id=person_id, name=name, email=email, created_at=now))
    return person_id


def grant(db: Connection, person_id: UUID, owner_id: UUID, role: str) -> None:
    """Gives a person a role in an owner."""
    db.execute(insert(tables.membership).values(person_id=person_id, owner_id=owner_id, role=role))


def issue_token(
    db: Connection, person_id: UUID, *, name: str, now: datetime, expires_at: datetime | None = None
) -> str:
    """A new token; only its hash is kept, so it is shown once."""
    secret = f"ft_{secrets.token_urlsafe(32)}"
    db.execute(
        insert(tables.token).values(
            id=new_id(), person_id=person_id, sha256=_hash(secret), name=name, created_at=now, expires_at=expires_at
        )
    )
    return secret


def revoke_tokens(db: Connection, person_id: UUID, *, now: datetime) -> None:
    """Makes every token of a person worthless."""
    t = tables.token.c
    db.execute(update(tables.token).where(t.person_id == person_id, t.revoked_at.is_(None)).values(revoked_at=now))


def actor_of_token(db: Connection, secret: str, *, now: datetime) -> Actor | None:
    """Who holds this token, if it is good."""
    t, p = tables.token.c, tables.person.c
    person = db.execute(
        select(p.id, p.name, t.expires_at)
        .join_from(tables.token, tables.person, p.id == t.person_id)
        .where(t.sha256 == _hash(secret), t.revoked_at.is_(None), p.active)
    ).one_or_none()
    if person is None or (person.expires_at is not None and person.expires_at <= now):
        return None
    return _actor(db, person.id, person.name)


def actor_of_email(db: Connection, email: str) -> Actor | None:
    """Who is active and has this address."""
    p = tables.person.c
    person = db.execute(select(p.id, p.name).where(p.email == email, p.active)).one_or_none()
    return None if person is None else _actor(db, person.id, person.name)


def _actor(db: Connection, person_id: UUID, name: str) -> Actor:
    m = tables.membership.c
    roles: dict[UUID, set[str]] = {}
    for owner_id, role in db.execute(select(m.owner_id, m.role).where(m.person_id == person_id)):
        roles.setdefault(owner_id, set()).add(role)
    return Actor(person_id, name, {owner: frozenset(held) for owner, held in roles.items()})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
