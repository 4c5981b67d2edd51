"""Register imports: a school's marks, taken from a file; what cannot be right is set aside and listed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import Connection

from api.idempotency import Answer, OnceHere
from api.rest.answering import answered
from api.rest.nouns import MISSING, UPLOADING, noun
from api.rest.shapes import Listed, Moment, Out, PersonRef, WantedHere, person_ref
from api.rest.uploads import MOST_BYTES, UploadHere, file_body
from api.roll import import_by_id, imports
from api.security import Allowed, Rule, RuntimeHere
from engine.database import AnyRow, transaction
from engine.queries.people import names_of
from handlers.imports import import_register as take_in

router = noun("register-imports", explained="Registers as schools send them, and what became of each row.")

READING = Depends(Rule("register.read"))
Reading = Annotated[Allowed, READING]
Importing = Annotated[Allowed, Depends(Rule("register.import"))]

EXAMPLE = "UPN,Date,Session,Mark\nP926999018001,2026-11-20,AM,/\n"


class SetAside(Out):
    """A row that cannot be right. Rows of data are counted from 1."""

    row: int
    reason: str = Field(examples=["The school is closed on Thu 12 Nov 2026."])


class Superseded(Out):
    """A row whose mark a later row of the same file replaced. Both are kept."""

    row: int
    superseded_by: int
    day: date
    session: str
    was: str
    became: str


class ImportOut(Out):
    """What a file brought. Marks are counted by session."""

    id: UUID
    school_id: UUID
    filename: str
    sha256: str
    rows: int
    marks_new: int
    marks_changed: int
    quarantined: list[SetAside]
    gaps: list[int] = Field(description="Rows without a mark: they replace nothing.")
    conflicts: list[Superseded]
    last_day: date | None = Field(description="The last day with a mark.")
    imported_by: PersonRef
    imported_at: Moment


class Imported(ImportOut):
    """What has just been taken in. `repeats` is the import of the very same file before."""

    repeats: UUID | None
    is_stale: bool = Field(description="The same file came before, and others since: nothing of it was taken.")
    left_out: int = Field(description="Rows of days to come.")
    pupils_new: int
    marks_unchanged: int
    pupils_changed: int = Field(description="Whose marks are new or different.")


@router.post(
    "",
    status_code=201,
    response_model=Imported,
    responses=UPLOADING,
    openapi_extra=file_body(example=EXAMPLE),
    max_body_size=MOST_BYTES,
)
def import_register(
    runtime: RuntimeHere,
    allowed: Importing,
    school_id: Annotated[UUID, Query(description="Whose register it is.")],
    upload: UploadHere,
    once: OnceHere,
) -> JSONResponse:
    """Takes a register's good rows up to today. Open cases hear of it when it changes what they rest on."""
    allowed.on(school_id)
    me = allowed.actor.id

    def act() -> Answer:
        found = take_in(runtime, school_id=school_id, filename=upload.filename, content=upload.content, actor=str(me))
        with transaction(runtime.engine) as db:
            (kept,) = _imports_out(db, [import_by_id(db, found.id)])
        counted = Imported(
            **{**dict(kept), "marks_new": found.marks_new, "marks_changed": found.marks_changed},
            repeats=found.repeats,
            is_stale=found.is_stale,
            left_out=found.left_out,
            pupils_new=found.pupils_new,
            marks_unchanged=found.marks_unchanged,
            pupils_changed=len(found.pupils_changed),
        )
        return Answer(201, counted.model_dump(mode="json"))

    answer = once.do(act, person_id=me, content=upload.content)
    return answered(answer, at=f"register-imports/{answer.body['id']}")


@router.get("")
def list_imports(runtime: RuntimeHere, allowed: Reading, wanted: WantedHere) -> Listed[ImportOut]:
    """Register imports, the newest first."""
    with transaction(runtime.engine) as db:
        page = imports(db, allowed.owners, wanted=wanted)
        return Listed(items=_imports_out(db, page.rows), next=page.next)


@router.get("/{import_id}", responses=MISSING, dependencies=[READING])
def read_import(import_id: UUID, runtime: RuntimeHere) -> ImportOut:
    """One register import."""
    with transaction(runtime.engine) as db:
        (out,) = _imports_out(db, [import_by_id(db, import_id)])
    return out


def _imports_out(db: Connection, rows: list[AnyRow]) -> list[ImportOut]:
    people = names_of(db, [row.imported_by for row in rows])
    return [
        ImportOut(
            id=row.id,
            school_id=row.school_id,
            filename=row.filename,
            sha256=row.sha256,
            rows=row.rows,
            marks_new=row.marks_new,
            marks_changed=row.marks_changed,
            quarantined=row.quarantined,
            gaps=row.gaps,
            conflicts=row.conflicts,
            last_day=row.last_day,
            imported_by=person_ref(row.imported_by, people),
            imported_at=row.imported_at,
        )
        for row in rows
    ]
