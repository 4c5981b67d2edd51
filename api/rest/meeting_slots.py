"""When a meeting can be held, and the meeting for diaries."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field

from api.case_facts import facts_of_case
from api.rest.nouns import MISSING, noun
from api.rest.shapes import Out
from api.security import Rule, RuntimeHere
from attendance.notice import Postage
from engine.database import transaction
from handlers.diaries import diary_entry
from handlers.slot_finder import find_slots

router = noun("cases", explained="One run of the procedure about one pupil.")

READING = Depends(Rule("answer.read"))
INVITING = Depends(Rule("delivery.read"))
ICS = "text/calendar"
Kind = Literal["panel", "review"]


class NoticeToOut(Out):
    """What the post to one parent allows. Null where no letter can reach them."""

    adult_id: UUID
    name: str
    received_on: date | None = Field(description="When a letter counts as received.")
    earliest_lawful: date | None
    earliest_evidence: date | None


class SlotOut(Out):
    """A school day on which everybody is free."""

    day: date
    grade: str = Field(description="evidence, clear or literal.")
    is_within_six_weeks: bool


class LatestOut(Out):
    """The last day of posting for each grade of notice."""

    literal: date
    clear: date
    evidence_grade: date


class AskedOut(Out):
    """The day that was asked about. `grade` is `refused` below the floor; `words` say why, or warn."""

    day: date
    grade: str
    rule: str
    words: str
    latest_posting: LatestOut


class SlotsOut(Out):
    """When a meeting can be held, and what limits it."""

    posted_on: date
    parents: list[NoticeToOut]
    earliest_lawful: date | None
    earliest_evidence: date | None
    last_day: date | None = Field(description="Six weeks after the panel, for a review.")
    slots: list[SlotOut]
    asked: AskedOut | None
    forecast: dict[str, Any] = Field(description="What the rest of the procedure leaves of the time to prosecute.")


@router.get("/{case_id}/meeting-slots", responses=MISSING, dependencies=[READING])
def find_meeting_slots(
    case_id: UUID,
    runtime: RuntimeHere,
    kind: Kind = "panel",
    postage: Postage = Postage.FIRST,
    on: Annotated[date | None, Query(description="A day that somebody has in mind.")] = None,
    unavailable: Annotated[
        list[date] | None, Query(description="Days on which somebody cannot come who must be there.", max_length=100)
    ] = None,
) -> SlotsOut:
    """The earliest lawful day and the earliest that stands as evidence, for letters that are posted today."""
    with transaction(runtime.engine) as db:
        found = find_slots(
            facts_of_case(runtime, db, case_id),
            kind=kind,
            postage=postage,
            on=on,
            unavailable=frozenset(unavailable or ()),
        )
    parents = [
        NoticeToOut(
            adult_id=one.parent.id,
            name=one.parent.name,
            received_on=one.notice.deemed_receipt if one.notice else None,
            earliest_lawful=one.notice.literal if one.notice else None,
            earliest_evidence=one.notice.evidence_grade if one.notice else None,
        )
        for one in found.parents
    ]
    return SlotsOut.model_validate({**vars(found), "parents": parents})


@router.get(
    "/{case_id}/invitation.ics",
    responses={**MISSING, 200: {"content": {ICS: {}}, "description": "iCalendar, METHOD:REQUEST or CANCEL."}},
    response_class=Response,
    dependencies=[INVITING],
)
def read_diary_entry(
    case_id: UUID,
    runtime: RuntimeHere,
    kind: Kind = "panel",
    adult_id: Annotated[UUID | None, Query(description="The parent it is for; else somebody of the school.")] = None,
) -> Response:
    """The meeting for one person's diary. A new date has a higher sequence; one that is called off is cancelled."""
    with transaction(runtime.engine) as db:
        content = diary_entry(facts_of_case(runtime, db, case_id), kind, adult_id=adult_id)
    return Response(content, media_type=f"{ICS}; charset=utf-8")
