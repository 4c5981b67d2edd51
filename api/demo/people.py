"""The people of the demo: one for each role, with tokens that stay the same from one start to the next."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, select

from engine import tables
from engine.clock import now as read_clock
from engine.people import actor_of_token, create_person, grant, issue_token

PEOPLE = (
    ("attendance_lead", "Marnie Tollgate"),
    ("head_teacher", "Oswin Barleyfield"),
    ("panel_chair", "Perpetua Lamplough-Dyke"),
    ("post_room", "Ferdi Stampwell"),
    ("authority_officer", "Constance Overmere"),
    ("supervisor", "Hamish Clearwater-Fen"),
    ("process_owner", "Ottilie Drawbridge"),
)


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who can sign in to the demo."""

    role: str
    name: str
    token: str


def ensure_people(db: Connection, school_id: UUID, *, kept_in: Path) -> list[DemoPerson]:
    """Makes those who are missing. Their tokens stand in a file that only its owner may read.

    A database keeps only the hash of a token, and a demo whose addresses change with every start is tiresome.
    """
    tokens: dict[str, str] = json.loads(kept_in.read_text()) if kept_in.exists() else {}
    people = [DemoPerson(role, name, _token(db, school_id, role, name, tokens.get(role, ""))) for role, name in PEOPLE]
    kept = {person.role: person.token for person in people}
    if kept != tokens:
        kept_in.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(kept, file, indent=1)
    return people


def _token(db: Connection, school_id: UUID, role: str, name: str, kept: str) -> str:
    now = read_clock(db)
    if kept and actor_of_token(db, kept, now=now):
        return kept
    email = f"{role.replace('_', '.')}@example.org"
    person_id = db.execute(select(tables.person.c.id).where(tables.person.c.email == email)).scalar_one_or_none()
    if person_id is None:
        person_id = create_person(db, name=name, email=email, now=now)
        grant(db, person_id, school_id, role)
    return issue_token(db, person_id, name="demo", now=now)
