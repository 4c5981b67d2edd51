"""Calendars that end soon, and what a version of one has done to its cases."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field

from api.calendar_alerts import alerts
from api.calendar_effects import cases_that_failed, cases_that_followed
from api.rest.nouns import MISSING, noun
from api.rest.shapes import CaseRef, Moment, Out
from api.roll import latest_calendar
from api.security import Allowed, Rule, RuntimeHere
from attendance.calendar_alerts import Ends
from engine.clock import london_day
from engine.clock import now as read_clock
from engine.database import transaction

router = noun("calendars", explained="Calendars that end soon, and what a version of one has done to its cases.")

Reading = Annotated[Allowed, Depends(Rule("school.read"))]


class AlertOut(Out):
    """Something that ends soon. `school_id` is null for the bank holidays, which all schools share."""

    what: Ends
    school_id: UUID | None
    until: date
    sentence: str


@router.get("/alerts")
def list_calendar_alerts(runtime: RuntimeHere, allowed: Reading) -> list[AlertOut]:
    """What ends soon: the published bank holidays within 18 months, a school's calendar within 12."""
    with transaction(runtime.engine) as db:
        found = alerts(db, today=london_day(read_clock(db)), schools=allowed.owners)
    return [
        AlertOut(what=alert.what, school_id=school_id, until=alert.until, sentence=alert.sentence)
        for school_id, alert in found
    ]


class MovedThen(Out):
    """A moment that moved."""

    element: str
    name: str
    was: Moment
    becomes: Moment


class NoticeThen(Out):
    """A parent's notice that is worth less since. Grades as in a draft's preview."""

    parent: UUID
    meeting: UUID
    meeting_on: date
    posted_on: date | None
    was: str
    becomes: str


class ClosedThen(Out):
    """A day that was agreed for something and on which the school is closed since."""

    agreed: str
    day: date
    because: str


class FollowedOut(Out):
    """A case that was brought to the version, and what that meant for it."""

    case: CaseRef
    was: int = Field(description="The version that it was reckoned by before.")
    moved: list[MovedThen]
    notices: list[NoticeThen]
    closed: list[ClosedThen]


class FailedOut(Out):
    """A case that could not be brought up to date; an incident holds it until it is tried again."""

    case: CaseRef
    problem: str


class EffectsOut(Out):
    """What a version has done."""

    version: int
    followed: list[FollowedOut]
    failed: list[FailedOut] = Field(description="Of any version, as it is now.")


@router.get("/effects", responses=MISSING)
def read_calendar_effects(
    runtime: RuntimeHere,
    allowed: Annotated[Allowed, Depends(Rule("calendar.read"))],
    school_id: Annotated[UUID, Query(description="Whose calendar it is.")],
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Left out: the latest.")] = None,
) -> EffectsOut:
    """What a version of a school's calendar has done to the cases that were open, by their histories."""
    allowed.on(school_id)
    with transaction(runtime.engine) as db:
        wanted = version or latest_calendar(db, school_id).version
        return EffectsOut(
            version=wanted,
            followed=[
                FollowedOut(
                    case=CaseRef(id=one.id, reference=one.reference),
                    was=one.was,
                    moved=[MovedThen.model_validate(moved) for moved in one.moved],
                    notices=[NoticeThen.model_validate(notice) for notice in one.notices],
                    closed=[ClosedThen.model_validate(closed) for closed in one.closed],
                )
                for one in cases_that_followed(db, school_id, wanted)
            ],
            failed=[
                FailedOut(case=CaseRef(id=id_, reference=reference), problem=problem)
                for id_, reference, problem in cases_that_failed(db, school_id)
            ],
        )
