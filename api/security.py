"""Who is asking, and may they: a bearer token, and one rule for each route."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import ColumnElement, Connection, func, select

from api.rules import RULES
from attendance import tables as attendance
from engine import tables as engine
from engine.clock import now as read_clock
from engine.database import transaction
from engine.errors import Declined, NotAllowed, NotFound
from engine.people import Actor, actor_of_token, may, require
from engine.queries.sight import Sight
from engine.runtime import Runtime

Column = ColumnElement[Any]

NOBODYS = UUID(int=0)  # the owner of what befell the whole installation: it is for anybody who may somewhere

# What a path may name, and whose it is: (id, owner).
THINGS: Mapping[str, tuple[Column, Column]] = {
    "case_id": (engine.case.c.id, engine.case.c.owner_id),
    "task_id": (engine.task.c.id, engine.task.c.owner_id),
    "timer_id": (engine.timer.c.id, engine.timer.c.owner_id),
    "incident_id": (engine.incident.c.id, func.coalesce(engine.incident.c.owner_id, NOBODYS)),
    "delivery_id": (engine.delivery.c.id, engine.delivery.c.owner_id),
    "document_id": (engine.document.c.id, engine.document.c.owner_id),
    "school_id": (attendance.school.c.id, attendance.school.c.id),
    "pupil_id": (attendance.pupil.c.id, attendance.pupil.c.school_id),
    "adult_id": (attendance.adult.c.id, attendance.adult.c.school_id),
    "work_id": (engine.work.c.id, engine.work.c.owner_id),
    "draft_id": (attendance.calendar_draft.c.id, attendance.calendar_draft.c.school_id),
    "import_id": (attendance.register_import.c.id, attendance.register_import.c.school_id),
}

# Actions to what is in sight only, and how that is told of each thing.
NARROWED = frozenset({"case.read", "contact.log", "pack.read", "pupil.read", "task.add", "timer.change", "timer.read"})
SEEN: Mapping[str, Callable[[Sight], ColumnElement[bool]]] = {
    "case_id": lambda sight: sight.of_case(engine.case.c.id, owner=engine.case.c.owner_id),
    "timer_id": lambda sight: sight.of_case(engine.timer.c.case_id, owner=engine.timer.c.owner_id),
    "pupil_id": lambda sight: sight.of_subject(attendance.pupil.c.id, owner=attendance.pupil.c.school_id),
}

_bearer = HTTPBearer(auto_error=False, scheme_name="token", description="A token of a person: `ft_…`.")


class NotSignedIn(Declined):
    """Send a token that is valid: `Authorization: Bearer ft_…`."""


class TaskTaken(Declined):
    """Somebody else has taken this task. Claim it first, if you are to do it."""


@dataclass(frozen=True)
class Allowed:
    """Somebody who may do an action: to the thing that the path names, or in some owner where it names none."""

    actor: Actor
    action: str

    @property
    def owners(self) -> list[UUID]:
        """The owners in which they may."""
        return self.owners_of(self.action)

    def owners_of(self, action: str) -> list[UUID]:
        """The owners in which they may do another action."""
        return [owner_id for owner_id in self.actor.roles if may(RULES, self.actor, action, owner_id)]

    def may(self, action: str, owner_id: UUID) -> bool:
        """Whether they may do another action to something of this owner."""
        return may(RULES, self.actor, action, owner_id)

    @property
    def sight(self) -> Sight:
        """How far they see cases, pupils and timers in these owners."""
        everything = frozenset(self.owners_of("case.read_all"))
        return Sight(everything, {owner: self.actor.roles[owner] for owner in self.owners if owner not in everything})

    def on(self, owner_id: UUID | None) -> None:
        """Asks for something that the path does not name. Raises NotFound for what is not of theirs, NotAllowed."""
        if owner_id is None or not self.actor.roles.get(owner_id):
            raise NotFound
        require(RULES, self.actor, self.action, owner_id)


def runtime_of(request: Request) -> Runtime:
    """What the engine runs with."""
    runtime: Runtime = request.app.state.runtime
    return runtime


RuntimeHere = Annotated[Runtime, Depends(runtime_of)]


class Rule:
    """A route's rule: `Depends(Rule("task.complete"))`. Asked before the body is looked at."""

    def __init__(self, action: str) -> None:
        if action not in RULES:
            raise ValueError(f"No rule says who may {action}.")
        self.action = action

    def __call__(
        self,
        request: Request,
        runtime: RuntimeHere,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Allowed:
        """Who is asking. Raises NotSignedIn, NotAllowed, and NotFound for what they do not even see."""
        if credentials is None:
            raise NotSignedIn
        with transaction(runtime.engine) as db:
            actor = actor_of_token(db, credentials.credentials, now=read_clock(db))
            if actor is None:
                raise NotSignedIn
            allowed = Allowed(actor, self.action)
            things = [name for name in request.path_params if name in THINGS]
            for name in things:
                owner_id = _owner_of(db, name, request.path_params[name])
                if owner_id == NOBODYS and allowed.owners:
                    continue
                allowed.on(owner_id)
                if self.action in NARROWED and not _is_in_sight(db, allowed.sight, name, request.path_params[name]):
                    raise NotFound
        if not things and not allowed.owners:
            raise NotAllowed
        return allowed


class RuledRoute(APIRoute):
    """A route that cannot be built without exactly one rule, nor with a path that names a thing of nobody."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        super().__init__(path, endpoint, **settings)
        if len(found := rules_of(self.dependant)) != 1:
            raise TypeError(f"{path} needs one rule and has {len(found)}.")
        if unknown := [name for name in self.param_convertors if name.endswith("_id") and name not in THINGS]:
            raise TypeError(f"{path} names {', '.join(unknown)}: say in THINGS whose that is.")


def rules_of(dependant: Dependant) -> list[Rule]:
    """The rules among what a route depends on."""
    own = [dependant.call] if isinstance(dependant.call, Rule) else []
    return own + [rule for part in dependant.dependencies for rule in rules_of(part)]


def _owner_of(db: Connection, name: str, value: str) -> UUID | None:
    thing, owner = THINGS[name]
    try:
        wanted = UUID(value)
    except ValueError:
        return None
    found: UUID | None = db.execute(select(owner).where(thing == wanted)).scalar_one_or_none()
    return found


def _is_in_sight(db: Connection, sight: Sight, name: str, value: str) -> bool:
    thing, _ = THINGS[name]
    return bool(db.execute(select(SEEN[name](sight)).where(thing == UUID(value))).scalar())
