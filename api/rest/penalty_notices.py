"""Penalty notices: given by the authority to one parent for one pupil; their sessions cannot be relied on again."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.idempotency import Answer, OnceHere, as_it_is
from api.rest.answering import answered
from api.rest.nouns import MISSING, UPLOADING, noun
from api.rest.register_import_shapes import SetAside
from api.rest.shapes import Out
from api.rest.uploads import MOST_BYTES, UploadHere, file_body
from api.security import Allowed, Rule, RuntimeHere
from attendance.notice_records import import_notices, notices_of
from engine.asking import is_done
from engine.clock import now as read_clock
from engine.database import transaction
from engine.ids import new_id

router = noun("penalty-notices", explained="Penalty notices that the authority has given, with their sessions.")
of_pupils = noun("pupils", explained="Pupils on roll, and whether they meet the criteria.")

READING = Depends(Rule("notice.read"))
Importing = Annotated[Allowed, Depends(Rule("notice.import"))]

EXAMPLE = (
    "Reference,UPN,Adult id,Issued on,Status,Date,Session\n"
    "PN-2026-0042,P926999018001,A0001,2026-11-20,issued,2026-11-09,AM\n"
)


class NoticesImported(Out):
    """What became of a file of penalty notices."""

    rows: int
    notices_new: int
    notices_changed: int
    notices_unchanged: int
    quarantined: list[SetAside]


class SessionOut(Out):
    """Half a school day."""

    day: date
    session: str = Field(examples=["AM"])


class NoticeOut(Out):
    """One notice."""

    id: UUID
    reference: str
    pupil_id: UUID
    adult_id: UUID
    issued_on: date
    status: str = Field(description="issued, paid, unpaid, withdrawn or prosecuted.")
    sessions: list[SessionOut]


@router.post(
    "",
    status_code=201,
    response_model=NoticesImported,
    responses=UPLOADING,
    openapi_extra=file_body(example=EXAMPLE),
    max_body_size=MOST_BYTES,
)
def import_penalty_notices(
    runtime: RuntimeHere,
    allowed: Importing,
    school_id: Annotated[UUID, Query(description="Whose pupils they are about.")],
    upload: UploadHere,
    once: OnceHere,
) -> JSONResponse:
    """Takes notices from a CSV file: a row for each session, or a period with `From` and `To`.

    A notice is known by its reference; sent again it is brought up to date.
    """
    allowed.on(school_id)
    me = allowed.actor.id

    def act() -> Answer:
        with transaction(runtime.engine) as db:
            found = import_notices(
                db, school_id=school_id, content=upload.content, actor=str(me), now=read_clock(db), new_id=new_id
            )
            answer = Answer(201, NoticesImported.model_validate(found).model_dump(mode="json"))
            is_done(db, answer)
        return answer

    answer = once.do(act, person_id=me, content=upload.sha256.encode(), answer=as_it_is)
    return answered(answer, at="penalty-notices")


@of_pupils.get("/{pupil_id}/penalty-notices", responses=MISSING, dependencies=[READING])
def list_notices_of_pupil(pupil_id: UUID, runtime: RuntimeHere) -> list[NoticeOut]:
    """The notices about a pupil, the oldest first."""
    with transaction(runtime.engine) as db:
        found = notices_of(db, pupil_id)
    return [
        NoticeOut(
            id=notice.id,
            reference=notice.reference,
            pupil_id=notice.pupil_id,
            adult_id=notice.adult_id,
            issued_on=notice.issued_on,
            status=notice.status,
            sessions=[SessionOut(day=day, session=session) for day, session in notice.sessions],
        )
        for notice in found
    ]
