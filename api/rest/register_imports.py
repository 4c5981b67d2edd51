"""Register imports: a school's marks, taken from a file; what cannot be right is set aside and listed."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import JSONResponse, Response, StreamingResponse
from sqlalchemy import Connection

from api.idempotency import Answer, OnceHere, as_it_is
from api.register_json import layout_json
from api.rest.answering import answered
from api.rest.nouns import MISSING, UPLOADING, noun
from api.rest.register_import_shapes import (
    EXAMPLE,
    MOST_ROWS_SHOWN,
    Changed,
    Imported,
    ImportOut,
    ImportSummary,
    PreviewOut,
    SetAside,
    Superseded,
    import_out,
)
from api.rest.shapes import Listed, WantedHere
from api.rest.uploads import TYPES, UploadHere, file_body
from api.rest.work import WorkOut, work_out
from api.roll import import_by_id, imports, mark_changes
from api.security import Allowed, Rule, RuntimeHere
from attendance.register import preview
from attendance.register_findings import findings, to_be_mended
from attendance.register_mappings import titles_said
from engine.database import AnyRow, transaction
from engine.queries.people import names_of
from engine.queries.work import work_by_id
from handlers.imports import import_register as take_in
from handlers.imports import queue_register

router = noun("register-imports", explained="Registers as schools send them, and what became of each row.")

MOST_BYTES = 600_000_000  # a school year of a large authority
AT_ONCE_BYTES = 20_000_000  # a larger file is taken in while nobody waits for the answer

READING = Depends(Rule("register.read"))
Reading = Annotated[Allowed, READING]
Importing = Annotated[Allowed, Depends(Rule("register.import"))]
SchoolWanted = Annotated[UUID, Query(description="Whose register it is.")]
Titles = Annotated[
    list[str] | None,
    Query(
        max_length=20,
        description="Which column is what, where its title is not known: `mark=Attendance Code`. It is remembered.",
        examples=[["mark=Attendance Code"]],
    ),
]
LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": WorkOut, "description": "The file is kept and will be taken in: `/work/{id}` says how far it is."}
}


@router.post(
    "",
    status_code=201,
    response_model=Imported,
    responses={**UPLOADING, **LATER},
    openapi_extra=file_body(example=EXAMPLE, types=TYPES),
    max_body_size=MOST_BYTES,
)
def import_register(
    runtime: RuntimeHere,
    allowed: Importing,
    school_id: SchoolWanted,
    upload: UploadHere,
    once: OnceHere,
    mapping: Titles = None,
    in_background: Annotated[bool, Query(description="Answer at once (202), and take the file in afterwards.")] = False,
) -> JSONResponse:
    """Takes a register's good rows up to today. Open cases hear of it when it changes what they rest on.

    CSV, Excel workbook or common transfer file, of any shape that is known. A file of more than 20 MB is always taken
    in afterwards.
    """
    allowed.on(school_id)
    me = allowed.actor.id
    titles = titles_said(mapping or [])

    def act() -> Answer:
        if in_background or upload.size > AT_ONCE_BYTES:
            work_id = queue_register(
                runtime,
                school_id=school_id,
                filename=upload.filename,
                content=upload.file,
                actor=str(me),
                mapping=titles,
            )
            with transaction(runtime.engine) as db:
                return Answer(202, work_out(db, [work_by_id(db, work_id)])[0].model_dump(mode="json"))
        found = take_in(
            runtime,
            school_id=school_id,
            filename=upload.filename,
            content=upload.file,
            actor=str(me),
            mapping=titles,
        )
        with transaction(runtime.engine) as db:
            (kept,) = _imports_out(db, [import_by_id(db, found.id)])
        return Answer(201, Imported.of(kept, found).model_dump(mode="json"))

    answer = once.do(act, person_id=me, content=upload.sha256.encode(), answer=as_it_is)
    noun_of = "work" if answer.status == 202 else "register-imports"
    return answered(answer, at=f"{noun_of}/{answer.body['id']}")


@router.post(
    "/preview",
    responses=UPLOADING,
    openapi_extra=file_body(example=EXAMPLE, types=TYPES),
    max_body_size=MOST_BYTES,
)
def preview_register(
    allowed: Importing, school_id: SchoolWanted, upload: UploadHere, mapping: Titles = None
) -> PreviewOut:
    """How a file would be read: its shape, which column is what, its first rows. Nothing is kept."""
    allowed.on(school_id)
    found = preview(upload.file, mapping=titles_said(mapping or []))
    return PreviewOut(**layout_json(found.layout), rows=[list(row) for row in found.rows])


@router.get("")
def list_imports(runtime: RuntimeHere, allowed: Reading, wanted: WantedHere) -> Listed[ImportSummary]:
    """Register imports, the newest first."""
    with transaction(runtime.engine) as db:
        page = imports(db, allowed.owners, wanted=wanted)
        people = names_of(db, [row.imported_by for row in page.rows])
        return Listed(items=[ImportSummary(**import_out(row, people)) for row in page.rows], next=page.next)


@router.get("/{import_id}", responses=MISSING, dependencies=[READING])
def read_import(import_id: UUID, runtime: RuntimeHere) -> ImportOut:
    """One register import with the first thousand rows of each kind of which to know."""
    with transaction(runtime.engine) as db:
        (out,) = _imports_out(db, [import_by_id(db, import_id)])
    return out


@router.get(
    "/{import_id}/quarantined.csv",
    responses={**MISSING, 200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    response_class=Response,
    dependencies=[READING],
)
def read_quarantined(import_id: UUID, runtime: RuntimeHere) -> StreamingResponse:
    """Every row set aside, with its reason, as a register of one row for each session. Mended, it can be sent again."""

    def lines() -> Iterator[str]:
        with transaction(runtime.engine) as db:
            yield from to_be_mended(db, import_id)

    headers = {"Content-Disposition": f'attachment; filename="set-aside-{import_id}.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{import_id}/changes", responses=MISSING, dependencies=[READING])
def list_changes(
    import_id: UUID,
    runtime: RuntimeHere,
    wanted: WantedHere,
    closed: Annotated[
        bool, Query(description="Only marks replaced by one of a closed day: N, O and U among them.")
    ] = False,
) -> Listed[Changed]:
    """The marks that this import changed, with what they were before."""
    with transaction(runtime.engine) as db:
        page = mark_changes(db, import_id=import_id, closed=closed, wanted=wanted)
    return Listed(items=[Changed.model_validate(row) for row in page.rows], next=page.next)


def _imports_out(db: Connection, rows: list[AnyRow]) -> list[ImportOut]:
    people = names_of(db, [row.imported_by for row in rows])
    return [
        ImportOut(
            **import_out(row, people),
            quarantined=[SetAside(**said) for said in findings(db, row.id, "quarantined", most=MOST_ROWS_SHOWN)],
            gaps=[gap["row"] for gap in findings(db, row.id, "gap", most=MOST_ROWS_SHOWN)],
            conflicts=[Superseded(**said) for said in findings(db, row.id, "conflict", most=MOST_ROWS_SHOWN)],
        )
        for row in rows
    ]
