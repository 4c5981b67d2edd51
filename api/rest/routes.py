"""Routes: the other duties that the same marks bring, beside the Fast Track."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field

from api.register_json import finding_json
from api.rest.nouns import MISSING, noun
from api.rest.shapes import Out, PupilRef
from api.roll import pupil_by_id, pupil_names
from api.security import Allowed, Rule, RuntimeHere
from attendance.route_records import Routed, routes_in, spans_on
from attendance.routes import ROUTES, Finding
from attendance.schools import calendar_of
from engine.clock import london_day
from engine.clock import now as read_clock
from engine.database import transaction

router = noun("routes", explained="The other duties that a school has from the same marks.")
of_pupils = noun("pupils", explained="Pupils on roll, and whether they meet the criteria.")

READING = Depends(Rule("route.read"))
Reading = Annotated[Allowed, READING]
_DETAILS = (
    "used_in_notices, holiday_sessions, notices_in_three_years and no_further_notice_to (adults' ids) for "
    "penalty_notice; would_run_until for notice_to_improve; is_open and days_without_a_mark for continuous_absence; "
    "days for sickness."
)


class FindingOut(Out):
    """How a pupil stands on a route: what was counted from a day to a day, of how many possible sessions."""

    route: str = Field(examples=["penalty_notice"])
    reached: bool
    first: date | None
    last: date | None
    count: int
    of: int | None
    details: dict[str, Any] = Field(description=_DETAILS)


class PupilFound(FindingOut):
    """A pupil who has reached a route's threshold."""

    pupil: PupilRef


class RouteOut(Out):
    """A duty, the rule that it comes from, and whom it concerns."""

    route: str
    title: str
    rule: str
    threshold: int
    unit: str
    pupils: list[PupilFound]


class RoutesOut(Out):
    """Every route of a school on a day."""

    school_id: UUID
    as_at: date
    marks_as_at: date | None
    routes: list[RouteOut]


@router.get("", responses=MISSING)
def list_routes(
    runtime: RuntimeHere,
    allowed: Reading,
    school_id: Annotated[UUID, Query(description="Whose pupils.")],
) -> RoutesOut:
    """Each duty with the pupils who have reached its threshold today."""
    allowed.on(school_id)
    with transaction(runtime.engine) as db:
        calendar, _ = calendar_of(db, school_id)
        today = london_day(read_clock(db))
        spans = spans_on(db, school_id, as_at=today, calendar=calendar)
        reached = [
            (routed.pupil_id, finding)
            for routed in routes_in(db, school_id, spans=spans)
            for finding in routed.findings
            if finding.is_reached
        ]
        names = pupil_names(db, {pupil for pupil, _ in reached})
    return RoutesOut(
        school_id=school_id,
        as_at=today,
        marks_as_at=spans.last_mark,
        routes=[
            RouteOut(
                route=route.name,
                title=route.title,
                rule=route.rule,
                threshold=route.threshold,
                unit=route.unit,
                pupils=[
                    PupilFound(pupil=PupilRef(id=pupil, name=names[pupil]), **_said(finding))
                    for pupil, finding in reached
                    if finding.route == route.name
                ],
            )
            for route in ROUTES
        ],
    )


@of_pupils.get("/{pupil_id}/routes", responses=MISSING, dependencies=[READING])
def read_routes_of_pupil(pupil_id: UUID, runtime: RuntimeHere) -> list[FindingOut]:
    """How one pupil stands today on every route, reached or not."""
    with transaction(runtime.engine) as db:
        row = pupil_by_id(db, pupil_id)
        calendar, _ = calendar_of(db, row.school_id)
        spans = spans_on(db, row.school_id, as_at=london_day(read_clock(db)), calendar=calendar)
        (routed,) = routes_in(db, row.school_id, pupil_id, spans=spans)
    return findings_out(routed)


def findings_out(routed: Routed) -> list[FindingOut]:
    """A pupil's findings as they are answered."""
    return [FindingOut(**_said(finding)) for finding in routed.findings]


def _said(finding: Finding) -> dict[str, Any]:
    said = finding_json(finding)
    own = {name: said.pop(name) for name in ("reached", "first", "last", "count", "of")}
    return {"route": finding.route, **own, "details": said}
