"""`fasttrack user`: the people of an installation, made where nobody can sign in yet."""

from typing import Annotated

import typer
from sqlalchemy.exc import IntegrityError

from api.cli.connected import connected
from api.cli.output import AsJson, CommandFailed, answer
from api.cli.school import school_of
from api.rules import ROLES
from engine.clock import now as read_clock
from engine.people import actor_of_email, create_person, grant, issue_token, revoke_tokens

app = typer.Typer(help="People and their roles.", no_args_is_help=True)

Email = Annotated[str, typer.Option(help="Names the person; nobody else may have it.")]


@app.command()
def create(
    name: Annotated[str, typer.Option(help="As others see it.")],
    email: Email,
    role: Annotated[list[str], typer.Option(help=f"One or more of {', '.join(sorted(ROLES))}.")],
    school: Annotated[list[str], typer.Option(metavar="URN", help="The schools in which they hold the roles.")],
    as_json: AsJson = False,
) -> None:
    """Makes a person and prints a token for them, once: only its hash is kept."""
    if unknown := sorted(set(role) - ROLES):
        raise CommandFailed(f"There is no role {unknown[0]}. There are {', '.join(sorted(ROLES))}.", code=2)
    with connected() as wiring, wiring.database.engine.begin() as db:
        now = read_clock(db)
        schools = [school_of(db, urn) for urn in dict.fromkeys(school)]
        try:
            person_id = create_person(db, name=name, email=email, now=now)
        except IntegrityError:
            raise CommandFailed(f"Somebody has the address {email} already.") from None
        for school_id in schools:
            for each in dict.fromkeys(role):
                grant(db, person_id, school_id, each)
        token = issue_token(db, person_id, name="first", now=now)
    answer(
        {"id": str(person_id), "token": token},
        as_json=as_json,
        words=f"{name} may sign in with this token, which is not shown again:\n{token}",
    )


@app.command()
def revoke(email: Email, as_json: AsJson = False) -> None:
    """Makes every token of a person worthless, as when one was lost or somebody has left."""
    with connected() as wiring, wiring.database.engine.begin() as db:
        person = actor_of_email(db, email)
        if person is None:
            raise CommandFailed(f"Nobody who works here has the address {email}.")
        revoke_tokens(db, person.id, now=read_clock(db))
    answer(
        {"id": str(person.id)}, as_json=as_json, words=f"No token of {person.name} is good any more, from this moment."
    )
