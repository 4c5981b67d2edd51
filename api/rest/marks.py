"""Marks: how fresh those of each school are."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from api.rest.nouns import noun
from api.rest.shapes import Moment, Out
from api.roll import schools
from api.security import Allowed, Rule, RuntimeHere
from attendance.freshness import FRESH_SCHOOL_DAYS, freshness_of
from engine.clock import london_day
from engine.clock import now as read_clock
from engine.database import AnyRow, transaction

router = noun("marks", explained="How fresh each school's marks are.")

Reading = Annotated[Allowed, Depends(Rule("marks.read"))]


class FreshnessOut(Out):
    """How fresh a school's marks are."""

    school_id: UUID
    school: str
    marks_as_at: date | None = Field(description="The day of the last mark.")
    last_file_at: Moment | None = Field(description="When a file last brought something.")
    school_days_since: int | None = Field(description="School days since that of the last mark, today included.")
    is_stale: bool = Field(description=f"More than {FRESH_SCHOOL_DAYS} school days have passed.")


@router.get("")
def list_freshness(
    runtime: RuntimeHere,
    allowed: Reading,
    stale: Annotated[bool, Query(description="Only the schools whose marks are stale.")] = False,
) -> list[FreshnessOut]:
    """Every school that one sees, by name. A school without a calendar counts as stale: nobody knows its days."""
    with transaction(runtime.engine) as db:
        today = london_day(read_clock(db))
        found = [freshness_out(db, school, today) for school in schools(db, allowed.owners)]
    return [each for each in found if each.is_stale or not stale]


def freshness_out(db: Connection, school: AnyRow, today: date) -> FreshnessOut:
    """One school's freshness as it is answered."""
    found = freshness_of(db, school.id, today=today)
    return FreshnessOut(
        school_id=school.id,
        school=school.name,
        marks_as_at=found.marks_as_at,
        last_file_at=found.last_file_at,
        school_days_since=found.school_days_since,
        is_stale=found.is_stale,
    )
