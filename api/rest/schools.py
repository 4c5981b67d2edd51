"""Schools and their calendars."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends
from pydantic import AfterValidator, Field, JsonValue
from sqlalchemy import Connection

from api.rest.nouns import CREATING, MISSING, noun
from api.rest.shapes import Moment, Out, PersonRef, person_or_none, storable_record
from api.roll import calendar_versions, latest_calendar, schools
from api.security import Allowed, Rule, RuntimeHere
from engine.database import AnyRow, transaction
from engine.queries.people import names_of
from engine.registry import Refusal
from handlers.calendars import keep_calendar

router = noun("schools", explained="Schools, and the calendars by which their dates are reckoned.")

READING = Depends(Rule("school.read"))
Reading = Annotated[Allowed, READING]
SAVING = Depends(Rule("calendar.save"))

CALENDAR_EXAMPLE = {
    "school": {
        "urn": "999990",
        "laestab": "9269990",
        "name": "Broad Reach Academy",
        "phone": "01603 000000",
        "address": ["1 Mill Lane", "Norwich", "NR1 1ZZ"],
    },
    "terms": [["2026-09-02", "2026-10-23"], ["2026-11-02", "2026-12-18"]],
    "inset": ["2026-09-02"],
    "closures": [{"date": "2026-11-12", "mark": "Y4", "reason": "boiler failure"}],
}
CalendarFile = Annotated[
    dict[str, JsonValue],
    AfterValidator(storable_record),
    Body(examples=[CALENDAR_EXAMPLE], description="A calendar file."),
]


class SchoolOut(Out):
    """A school as letters name it."""

    id: UUID
    urn: str
    laestab: str
    name: str
    phone: str
    address: list[str]


class CalendarOut(Out):
    """A version of a school's calendar."""

    school_id: UUID
    version: int
    content: dict[str, Any] = Field(description="Terms, staff days, closures and proclaimed bank holidays.")
    approved_by: PersonRef | None = Field(description="null: it was kept before any case rested on it.")
    reason: str
    created_at: Moment


@router.get("")
def list_schools(runtime: RuntimeHere, allowed: Reading) -> list[SchoolOut]:
    """The schools that one belongs to, by name."""
    with transaction(runtime.engine) as db:
        rows = schools(db, allowed.owners)
    return [SchoolOut.model_validate(row) for row in rows]


@router.get("/{school_id}", responses=MISSING, dependencies=[READING])
def read_school(school_id: UUID, runtime: RuntimeHere) -> SchoolOut:
    """One school."""
    with transaction(runtime.engine) as db:
        (row,) = schools(db, [school_id])
    return SchoolOut.model_validate(row)


@router.get("/{school_id}/calendar", responses=MISSING, dependencies=[READING])
def read_calendar(school_id: UUID, runtime: RuntimeHere) -> CalendarOut:
    """The calendar as it is now."""
    with transaction(runtime.engine) as db:
        return _calendar_out(db, latest_calendar(db, school_id))


@router.get("/{school_id}/calendar/versions", responses=MISSING, dependencies=[READING])
def list_calendar_versions(school_id: UUID, runtime: RuntimeHere) -> list[CalendarOut]:
    """Every version of the calendar, the newest first. None is ever changed."""
    with transaction(runtime.engine) as db:
        return [_calendar_out(db, row) for row in calendar_versions(db, school_id)]


@router.put("/{school_id}/calendar", responses=CREATING, dependencies=[SAVING])
def save_calendar(school_id: UUID, content: CalendarFile, runtime: RuntimeHere) -> CalendarOut:
    """Keeps a new version of the calendar, and what the file says of the school. The same again makes no version.

    While cases are open, a change is a draft: this is refused then.
    """
    with transaction(runtime.engine) as db:
        (school,) = schools(db, [school_id])
    named = content.get("school")
    if isinstance(named, dict) and named.get("urn") != school.urn:
        raise Refusal("another_school", "This calendar is of another school: its URN differs.", field="school.urn")
    keep_calendar(runtime, content)
    with transaction(runtime.engine) as db:
        return _calendar_out(db, latest_calendar(db, school_id))


def _calendar_out(db: Connection, row: AnyRow) -> CalendarOut:
    return CalendarOut(
        school_id=row.school_id,
        version=row.version,
        content=row.content,
        approved_by=person_or_none(row.approved_by, names_of(db, [row.approved_by])),
        reason=row.reason,
        created_at=row.created_at,
    )
