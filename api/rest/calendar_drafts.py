"""Drafts of a school's calendar: from a file or by hand, looked at before a person approves them."""

from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.idempotency import Answer, OnceHere
from api.rest.answering import answered
from api.rest.calendar_shapes import Approval, CalendarDraftOut, CalendarEdit, drafts_out
from api.rest.nouns import CONFLICT, MISSING, UPLOADING, noun
from api.rest.previews import PreviewOut, preview_out
from api.rest.revisions import IfMatch, set_etag
from api.rest.uploads import Upload, file_body, taking
from api.security import Allowed, Rule, RuntimeHere
from attendance import calendar_drafts as drafts
from attendance.calendar_content import edited
from attendance.calendar_file import JSON
from attendance.calendar_ics import MOST_BYTES
from attendance.calendar_reading import CalendarRead, read_calendar
from attendance.schools import NoCalendar, latest_calendar
from engine.asking import is_done
from engine.clock import now as read_clock
from engine.database import transaction
from engine.ids import new_id
from handlers.calendar_preview import preview_draft
from handlers.calendars import approve_calendar

router = noun("calendar-drafts", explained="Changes of a school's calendar that nothing rests on until approved.")

READING = Depends(Rule("calendar.read"))
Reading = Annotated[Allowed, READING]
Drafting = Annotated[Allowed, Depends(Rule("calendar.draft"))]
Approving = Annotated[Allowed, Depends(Rule("calendar.approve"))]
School = Annotated[UUID, Query(description="Whose calendar it is.")]
TYPES = ("text/calendar", "text/csv", "text/plain", "application/json")
Read = Callable[[Mapping[str, JSON]], CalendarRead]
CalendarUpload = Annotated[Upload, Depends(taking(*TYPES))]

EXAMPLE = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:INSET day\nDTSTART;VALUE=DATE:20261204\nEND:VEVENT\nEND:VCALENDAR\n"


@router.post(
    "",
    status_code=201,
    response_model=CalendarDraftOut,
    responses=UPLOADING,
    openapi_extra=file_body(example=EXAMPLE, types=TYPES),
    max_body_size=MOST_BYTES,
)
def draft_from_file(
    runtime: RuntimeHere, allowed: Drafting, school_id: School, upload: CalendarUpload, once: OnceHere
) -> JSONResponse:
    """Drafts the next version of a school's calendar from a file: JSON, a table (CSV) or a diary (ICS)."""
    allowed.on(school_id)

    def read(known: Mapping[str, JSON]) -> CalendarRead:
        return read_calendar(upload.content, known=known)

    return _drafted(runtime, allowed, school_id, once, read=read, source=upload.filename, content=upload.content)


@router.post("/edits", status_code=201, response_model=CalendarDraftOut, responses=CONFLICT)
def draft_by_hand(
    body: CalendarEdit, runtime: RuntimeHere, allowed: Drafting, school_id: School, once: OnceHere
) -> JSONResponse:
    """Drafts the next version of a school's calendar from a few changes."""
    allowed.on(school_id)

    def read(known: Mapping[str, JSON]) -> CalendarRead:
        return CalendarRead(edited(known, body.as_edit()), ())

    content = body.model_dump_json().encode()
    return _drafted(runtime, allowed, school_id, once, read=read, source="by hand", content=content)


@router.get("")
def list_calendar_drafts(runtime: RuntimeHere, allowed: Reading) -> list[CalendarDraftOut]:
    """Every draft of one's schools, the newest first."""
    with transaction(runtime.engine) as db:
        found = [draft for school_id in allowed.owners for draft in drafts.drafts_of(db, school_id)]
        return drafts_out(db, sorted(found, key=lambda draft: draft.drafted_at, reverse=True))


@router.get("/{draft_id}", responses=MISSING, dependencies=[READING])
def read_calendar_draft(draft_id: UUID, runtime: RuntimeHere, response: Response) -> CalendarDraftOut:
    """One draft."""
    return _shown(runtime, draft_id, response)


@router.get("/{draft_id}/preview", responses=CONFLICT, dependencies=[READING])
def preview_calendar_draft(draft_id: UUID, runtime: RuntimeHere) -> PreviewOut:
    """What approving the draft would change, worked out as it would be done and rolled back."""
    found = preview_draft(runtime, draft_id)
    with transaction(runtime.engine) as db:
        return preview_out(db, found, now=read_clock(db))


@router.post("/{draft_id}/edits", responses=CONFLICT, dependencies=[Depends(Rule("calendar.draft"))])
def change_calendar_draft(
    draft_id: UUID, body: CalendarEdit, runtime: RuntimeHere, response: Response, expected: IfMatch
) -> CalendarDraftOut:
    """Changes an open draft by hand. It then follows the calendar as it is now."""
    with transaction(runtime.engine) as db:
        content = edited(drafts.draft_by_id(db, draft_id).content, body.as_edit())
        drafts.change_draft(db, draft_id, content, revision=expected)
    return _shown(runtime, draft_id, response)


@router.post("/{draft_id}/rebase", responses=CONFLICT, dependencies=[Depends(Rule("calendar.draft"))])
def rebase_calendar_draft(
    draft_id: UUID, runtime: RuntimeHere, response: Response, expected: IfMatch
) -> CalendarDraftOut:
    """Does what the draft changes to the calendar as it is now, when another version came in between."""
    with transaction(runtime.engine) as db:
        drafts.rebase_draft(db, draft_id, revision=expected)
    return _shown(runtime, draft_id, response)


@router.post("/{draft_id}/discard", responses=CONFLICT)
def discard_calendar_draft(
    draft_id: UUID, runtime: RuntimeHere, allowed: Drafting, response: Response
) -> CalendarDraftOut:
    """Lets nothing come of a draft."""
    with transaction(runtime.engine) as db:
        drafts.discard_draft(db, draft_id, by=str(allowed.actor.id), now=read_clock(db))
    return _shown(runtime, draft_id, response)


@router.post("/{draft_id}/approve", responses=CONFLICT)
def approve_calendar_draft(
    draft_id: UUID,
    body: Approval,
    runtime: RuntimeHere,
    allowed: Approving,
    response: Response,
    expected: IfMatch,
) -> CalendarDraftOut:
    """Makes the draft the calendar's next version, once. Open cases follow at once, each by itself."""
    approve_calendar(runtime, draft_id, by=str(allowed.actor.id), reason=body.reason, revision=expected)
    return _shown(runtime, draft_id, response)


def _drafted(
    runtime: RuntimeHere, allowed: Allowed, school_id: UUID, once: OnceHere, *, read: Read, source: str, content: bytes
) -> JSONResponse:
    me = allowed.actor.id

    def act() -> UUID:
        with transaction(runtime.engine) as db:
            current = latest_calendar(db, school_id)
            if current is None:
                raise NoCalendar
            found = read(current.content)
            draft_id = drafts.draft_calendar(
                db,
                school_id,
                found.content,
                source=source,
                author=str(me),
                now=read_clock(db),
                new_id=new_id,
                left_out=found.left_out,
            )
            is_done(db, draft_id)
        return draft_id

    answer = once.do(act, person_id=me, content=content, answer=_kept)
    return answered(answer, at=f"calendar-drafts/{answer.body['id']}")


def _kept(db: Connection, draft_id: UUID) -> Answer:
    (out,) = drafts_out(db, [drafts.draft_by_id(db, draft_id)])
    return Answer(201, out.model_dump(mode="json"))


def _shown(runtime: RuntimeHere, draft_id: UUID, response: Response) -> CalendarDraftOut:
    with transaction(runtime.engine) as db:
        (out,) = drafts_out(db, [drafts.draft_by_id(db, draft_id)])
    set_etag(response, out.revision)
    return out
