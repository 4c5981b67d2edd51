"""Schools and their calendars."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends
from pydantic import AfterValidator, Field, JsonValue

from api.rest.nouns import CREATING, MISSING, noun
from api.rest.shapes import Moment, Out, storable_record
from api.roll import latest_calendar, schools
from api.security import Allowed, Rule, RuntimeHere
from attendance.schools import save_school_calendar
from engine.clock import now as read_clock
from engine.database import transaction
from engine.ids import new_id
from engine.registry import Refusal

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
        return CalendarOut.model_validate(latest_calendar(db, school_id))


@router.put("/{school_id}/calendar", responses=CREATING, dependencies=[SAVING])
def save_calendar(school_id: UUID, content: CalendarFile, runtime: RuntimeHere) -> CalendarOut:
    """Keeps a new version of the calendar, and what the file says of the school. The same again makes no version."""
    with transaction(runtime.engine) as db:
        (school,) = schools(db, [school_id])
        named = content.get("school")
        if isinstance(named, dict) and named.get("urn") != school.urn:
            raise Refusal("another_school", "This calendar is of another school: its URN differs.", field="school.urn")
        save_school_calendar(db, content, now=read_clock(db), new_id=new_id)
        return CalendarOut.model_validate(latest_calendar(db, school_id))
