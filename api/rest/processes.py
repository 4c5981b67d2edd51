"""Processes: their published versions, and the files of each."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Response
from sqlalchemy import Connection

from api.rest.nouns import MISSING, noun
from api.rest.shapes import PROCESS_NAME, Listed, Moment, Out, PersonRef, WantedHere, person_ref
from api.security import Rule, RuntimeHere
from engine.database import AnyRow, transaction
from engine.queries import processes as queries
from engine.queries.people import names_of

router = noun("processes", explained="The procedure as it is drawn: versions that never change, and their files.")

READING = Depends(Rule("process.read"))
Process = Annotated[str, Path(pattern=PROCESS_NAME, examples=["fast_track"])]
Number = Annotated[int, Path(ge=1, le=1_000_000, examples=[1])]
FilePath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_./-]{1,300}$", examples=["forms/outcome.json"])]
MEDIA_TYPES = {
    ".json": "application/json",
    ".md": "text/markdown",
    ".bpmn": "application/xml",
    ".dmn": "application/xml",
}


class VersionOut(Out):
    """A published version: numbered, hashed, never changed."""

    id: UUID
    process: str
    number: int
    sha256: str
    published_by: PersonRef
    published_at: Moment
    open_cases: int


class FileOut(Out):
    """A file of a version."""

    path: str
    size: int


@router.get("", dependencies=[READING])
def list_processes(runtime: RuntimeHere) -> list[VersionOut]:
    """Each process with its newest version, on which new cases run."""
    with transaction(runtime.engine) as db:
        return _versions_out(db, queries.processes(db))


@router.get("/{process}/versions", dependencies=[READING])
def list_versions(process: Process, runtime: RuntimeHere, wanted: WantedHere) -> Listed[VersionOut]:
    """The versions of a process, the newest first."""
    with transaction(runtime.engine) as db:
        page = queries.versions(db, process, wanted=wanted)
        return Listed(items=_versions_out(db, page.rows), next=page.next)


@router.get("/{process}/versions/{number}", responses=MISSING, dependencies=[READING])
def read_version(process: Process, number: Number, runtime: RuntimeHere) -> VersionOut:
    """One version."""
    with transaction(runtime.engine) as db:
        (out,) = _versions_out(db, [queries.version(db, process, number)])
    return out


@router.get("/{process}/versions/{number}/files", responses=MISSING, dependencies=[READING])
def list_files(process: Process, number: Number, runtime: RuntimeHere) -> list[FileOut]:
    """The files of a version by path."""
    with transaction(runtime.engine) as db:
        rows = queries.files(db, queries.version(db, process, number).id)
    return [FileOut.model_validate(row) for row in rows]


@router.get(
    "/{process}/versions/{number}/files/{path:path}",
    response_class=Response,
    responses=MISSING | {200: {"description": "The file.", "content": {name: {} for name in MEDIA_TYPES.values()}}},
    dependencies=[READING],
)
def read_file(process: Process, number: Number, path: FilePath, runtime: RuntimeHere) -> Response:
    """One file as it was published."""
    with transaction(runtime.engine) as db:
        version = queries.version(db, process, number)
        content = queries.file(db, version.id, path)
    name = path.rpartition("/")[2]
    media_type = next((kind for suffix, kind in MEDIA_TYPES.items() if name.endswith(suffix)), "text/plain")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{version.sha256}"'}
    return Response(content, media_type=media_type, headers=headers)


def _versions_out(db: Connection, rows: list[AnyRow]) -> list[VersionOut]:
    people = names_of(db, [row.published_by for row in rows])
    open_cases = queries.open_cases_of_versions(db, [row.id for row in rows])
    return [
        VersionOut(
            id=row.id,
            process=row.process,
            number=row.number,
            sha256=row.sha256,
            published_by=person_ref(row.published_by, people),
            published_at=row.published_at,
            open_cases=open_cases.get(row.id, 0),
        )
        for row in rows
    ]
