"""In whose name a command acts: what is approved is approved by a person."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection

from api.cli.output import CommandFailed
from api.rules import RULES
from engine.people import Actor, actor_of_email, may

By = Annotated[str, typer.Option("--by", metavar="EMAIL", help="The person in whose name it is done.")]


def acting(db: Connection, email: str, *, action: str, schools: Collection[UUID]) -> Actor:
    """The person, who may do this in each of these schools. Raises CommandFailed."""
    actor = actor_of_email(db, email)
    if actor is None:
        raise CommandFailed(f"Nobody who works here has the address {email}. See `fasttrack user create`.")
    if not schools or not all(may(RULES, actor, action, school) for school in schools):
        raise CommandFailed(f"{actor.name} may not do this: it asks for {', '.join(sorted(RULES[action]))}.")
    return actor
