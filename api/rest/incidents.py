"""Incidents: what went wrong, and trying it again."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from api.rest.nouns import CONFLICT, MISSING, noun
from api.rest.shapes import CaseRef, Listed, Moment, Out, PersonRef, WantedHere, person_or_none, person_ref
from api.security import Allowed, Rule, RuntimeHere
from engine.commands import retry
from engine.database import AnyRow, transaction
from engine.queries import sending as queries
from engine.queries.people import names_of

router = noun("incidents", explained="Anything unexpected: the case stays where it was, and it can be tried again.")

READING = Depends(Rule("incident.read"))
Reading = Annotated[Allowed, READING]
Retrying = Annotated[Allowed, Depends(Rule("incident.retry"))]


class IncidentOut(Out):
    """What went wrong with what. The answers of whoever it befell are kept with it."""

    id: UUID
    case: CaseRef | None
    school_id: UUID | None = Field(description="Null where it befell the whole installation.")
    command: str = Field(description="What was to be done.", examples=["complete_task"])
    element: str
    actor: PersonRef
    problem: str
    attempts: int
    first_at: Moment
    last_at: Moment
    resolved_at: Moment | None
    resolved_by: PersonRef | None


class IncidentInDetail(IncidentOut):
    """An incident with what a programmer needs."""

    detail: str = Field(description="The traceback of the last attempt.")


@router.get("")
def list_incidents(
    runtime: RuntimeHere,
    allowed: Reading,
    wanted: WantedHere,
    resolved: Annotated[bool, Query(description="Those that are resolved instead of those that are open.")] = False,
    case_id: Annotated[UUID | None, Query(description="Those of one case.")] = None,
) -> Listed[IncidentOut]:
    """Incidents, the newest first."""
    with transaction(runtime.engine) as db:
        page = queries.incidents(db, allowed.owners, wanted=wanted, resolved=resolved, case_id=case_id)
        return Listed(items=incidents_out(db, page.rows), next=page.next)


@router.get("/{incident_id}", responses=MISSING, dependencies=[READING])
def read_incident(incident_id: UUID, runtime: RuntimeHere) -> IncidentInDetail:
    """One incident."""
    return _read(runtime, incident_id)


@router.post("/{incident_id}/retry", responses=CONFLICT)
def retry_incident(incident_id: UUID, runtime: RuntimeHere, allowed: Retrying) -> IncidentInDetail:
    """Does again what failed, as the person who asked for it. When it fails again, so does this: 500 with its id."""
    retry(runtime, incident_id, actor=str(allowed.actor.id))
    return _read(runtime, incident_id)


def incidents_out(db: Connection, rows: list[AnyRow]) -> list[IncidentOut]:
    """Rows of incidents as they are answered."""
    people = names_of(db, [actor for row in rows for actor in (row.actor, row.resolved_by)])
    return [
        IncidentOut(
            id=row.id,
            case=None
            if row.case_id is None or row.reference is None
            else CaseRef(id=row.case_id, reference=row.reference),
            school_id=row.owner_id,
            command=row.command,
            element=row.element,
            actor=person_ref(row.actor, people),
            problem=row.problem,
            attempts=row.attempts,
            first_at=row.first_at,
            last_at=row.last_at,
            resolved_at=row.resolved_at,
            resolved_by=person_or_none(row.resolved_by, people),
        )
        for row in rows
    ]


def _read(runtime: RuntimeHere, incident_id: UUID) -> IncidentInDetail:
    with transaction(runtime.engine) as db:
        row = queries.incident_by_id(db, incident_id)
        (out,) = incidents_out(db, [row])
    return IncidentInDetail(**dict(out), detail=row.detail)
