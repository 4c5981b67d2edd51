"""Documents: letters as they were made, byte for byte."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field
from sqlalchemy import Connection

from api.rest.nouns import MISSING, noun
from api.rest.shapes import CaseRef, Listed, Moment, Out, PupilRef, WantedHere, case_ref, pupil_ref, subjects_of
from api.roll import has_confidential_address, pupil_names
from api.security import Allowed, Rule, RuntimeHere
from engine.database import AnyRow, transaction
from engine.errors import NotAllowed
from engine.queries import sending as queries

router = noun("documents", explained="Letters as they were made, never changed.")

READING = Depends(Rule("document.read"))
Reading = Annotated[Allowed, READING]
SUFFIXES = {"application/pdf": ".pdf", "application/zip": ".zip"}


class DocumentOut(Out):
    """A document without its content, which stands under `/documents/{id}/content`."""

    id: UUID
    case: CaseRef
    pupil: PupilRef | None
    school_id: UUID
    kind: str = Field(description="The letter's code.", examples=["L1"])
    title: str
    recipient: str = Field(description="The id of the adult to whom it is addressed.")
    media_type: str
    size: int = Field(description="In bytes.")
    sha256: str
    created_at: Moment


@router.get("")
def list_documents(
    runtime: RuntimeHere,
    allowed: Reading,
    wanted: WantedHere,
    case_id: Annotated[UUID | None, Query(description="Those of one case.")] = None,
) -> Listed[DocumentOut]:
    """Documents, the newest first."""
    with transaction(runtime.engine) as db:
        page = queries.documents(db, allowed.owners, wanted=wanted, case_id=case_id)
        return Listed(items=documents_out(db, page.rows), next=page.next)


@router.get("/{document_id}", responses=MISSING, dependencies=[READING])
def read_document(document_id: UUID, runtime: RuntimeHere) -> DocumentOut:
    """One document without its content."""
    with transaction(runtime.engine) as db:
        (out,) = documents_out(db, [queries.document_by_id(db, document_id)])
    return out


@router.get(
    "/{document_id}/content",
    response_class=Response,
    responses=MISSING
    | {200: {"description": "The document itself.", "content": {"application/pdf": {}, "application/zip": {}}}},
)
def read_content(document_id: UUID, runtime: RuntimeHere, allowed: Reading) -> Response:
    """The document itself, under a name that says nothing about anybody.

    One to an adult whose address is confidential bears it: that is for who checks addresses, and for the post room.
    """
    with transaction(runtime.engine) as db:
        row = queries.document_by_id(db, document_id)
        may_read_all = allowed.may("document.read_confidential", row.owner_id)
        if not may_read_all and has_confidential_address(db, row.recipient):
            raise NotAllowed("This letter bears a confidential address.")
        content = queries.content_of(db, document_id)
    name = f"{row.reference}-{row.kind}{SUFFIXES.get(row.media_type, '')}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "ETag": f'"{row.sha256}"',
    }
    return Response(content, media_type=row.media_type, headers=headers)


def documents_out(db: Connection, rows: list[AnyRow]) -> list[DocumentOut]:
    """Rows of documents as they are answered."""
    pupils = pupil_names(db, subjects_of(rows))
    return [
        DocumentOut(
            id=row.id,
            case=case_ref(row),
            pupil=pupil_ref(row.subject_id, pupils),
            school_id=row.owner_id,
            kind=row.kind,
            title=row.title,
            recipient=row.recipient,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            created_at=row.created_at,
        )
        for row in rows
    ]
