"""Processes, their published versions and files."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from engine.database import AnyRow
from engine.errors import NotFound
from engine.queries.pages import Page, Wanted, read_page
from engine.tables import case, process_file, process_version


def processes(db: Connection) -> list[AnyRow]:
    """Each process with its newest version."""
    v = process_version.c
    newest = select(process_version).ext(distinct_on(v.process)).order_by(v.process, v.number.desc())
    return list(db.execute(newest))


def versions(db: Connection, process: str, *, wanted: Wanted) -> Page:
    """The versions of a process, the newest first."""
    statement = select(process_version).where(process_version.c.process == process)
    return read_page(db, statement, of=process_version, wanted=wanted, newest_first=True)


def version(db: Connection, process: str, number: int) -> AnyRow:
    """One version. Raises NotFound."""
    v = process_version.c
    row = db.execute(select(process_version).where(v.process == process, v.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no version {number} of this process.")
    return row


def open_cases_of_versions(db: Connection, ids: Collection[UUID]) -> dict[UUID, int]:
    """How many open cases run on each of these versions; none is left out."""
    found = select(case.c.version_id, func.count().label("open_cases")).where(
        case.c.version_id.in_(ids), case.c.closed_at.is_(None)
    )
    found = found.group_by(case.c.version_id)
    return {row.version_id: row.open_cases for row in db.execute(found)} if ids else {}


def files(db: Connection, version_id: UUID) -> list[AnyRow]:
    """The files of a version by path, with their size."""
    f = process_file.c
    listed = select(f.path, func.octet_length(f.content).label("size")).where(f.version_id == version_id)
    return list(db.execute(listed.order_by(f.path)))


def file(db: Connection, version_id: UUID, path: str) -> bytes:
    """The content of one file. Raises NotFound."""
    f = process_file.c
    content = db.execute(select(f.content).where(f.version_id == version_id, f.path == path)).scalar_one_or_none()
    if content is None:
        raise NotFound("This version has no such file.")
    return bytes(content)
