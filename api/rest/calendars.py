"""Calendars that end soon."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from api.calendar_alerts import alerts
from api.rest.nouns import noun
from api.rest.shapes import Out
from api.security import Allowed, Rule, RuntimeHere
from attendance.calendar_alerts import Ends
from engine.clock import london_day
from engine.clock import now as read_clock
from engine.database import transaction

router = noun("calendars", explained="Calendars that end soon: bank holidays and schools' own.")

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
