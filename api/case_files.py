"""A case as one file: every row about it, the process it ran on and its documents, to be read without this service.

The file is a ZIP archive: `case.json`, the bundle under `process/`, the documents under `documents/`, each named after
its SHA-256. The same case gives the same bytes, whoever asks and whenever, as long as nothing is added to it.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, Table, select

import attendance.tables as records
import engine.tables as workings
from engine.database import AnyRow
from engine.errors import NotFound
from engine.versions import bundle_of

FORMAT = "fasttrack-case/1"
# What only says how far the engine has come, and nothing about the case that another row does not say.
_LEFT_OUT = frozenset({"case_state", "listener", "work"})
# A row belongs to the case by the first of these columns that its table has.
_BELONGS_BY = ("case_id", "meeting_id", "notice_id", "pupil_id")
_WHEN = (1980, 1, 1, 0, 0, 0)  # every archive's: a file's own moment would make each of them another one


def write_case_file(db: Connection, reference: str) -> bytes:
    """The archive of one case, with both parents' data in it: not to be handed out. Raises NotFound."""
    case = db.execute(select(workings.case).where(workings.case.c.reference == reference)).one_or_none()
    if case is None:
        raise NotFound(f"There is no case {reference}.")
    d = workings.document.c
    documents = db.execute(select(d.sha256, d.content).where(d.case_id == case.id).order_by(d.sha256)).all()
    files = {
        "case.json": json.dumps(case_as_json(db, case), indent=1, ensure_ascii=False).encode(),
        **{f"process/{path}": content for path, content in sorted(bundle_of(db, case.version_id).files.items())},
        **{f"documents/{row.sha256}.pdf": row.content for row in documents},
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            described = zipfile.ZipInfo(name, _WHEN)
            described.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(described, content)
    return archive.getvalue()


def case_as_json(db: Connection, case: AnyRow) -> dict[str, Any]:
    """Every row about a case under its table's name, in the order of the tables' keys; days and moments as ISO 8601."""
    known: dict[str, set[object]] = {"case_id": {case.id}, "pupil_id": {case.subject_id}}
    rows: dict[str, list[AnyRow]] = {}
    for table in (*workings.metadata.sorted_tables, *records.metadata.sorted_tables):
        if table.name not in _LEFT_OUT and (key := next((name for name in _BELONGS_BY if name in table.c), None)):
            rows[table.name] = _rows(db, table, key, known.get(key, set()))
            known[f"{_noun(table)}_id"] = {row.id for row in rows[table.name] if hasattr(row, "id")}
    adults = {row.adult_id for found in rows.values() for row in found if hasattr(row, "adult_id")}
    v = workings.process_version
    by_id: tuple[tuple[Table, str, Iterable[object]], ...] = (
        (workings.case, "id", {case.id}),
        (v, "id", {case.version_id}),
        (workings.person, "id", _people(rows)),
        (records.school, "id", {case.owner_id}),
        (records.calendar, "school_id", {case.owner_id}),
        (records.pupil, "id", {case.subject_id}),
        (records.adult, "id", adults),
        (records.address, "adult_id", adults),
    )
    for table, key, ids in by_id:
        rows[table.name] = _rows(db, table, key, ids)
    return {"format": FORMAT, "rows": {name: [_as_json(row) for row in rows[name]] for name in sorted(rows)}}


def _noun(table: Table) -> str:
    return "notice" if table is records.penalty_notice else table.name


def _people(rows: Mapping[str, list[AnyRow]]) -> set[UUID]:
    """Whoever acted, as far as it was a person."""
    named = {row.actor for found in rows.values() for row in found if hasattr(row, "actor")}
    return {UUID(actor) for actor in named if _is_id(actor)}


def _is_id(actor: str) -> bool:
    try:
        UUID(actor)
    except ValueError:
        return False
    return True


def _rows(db: Connection, table: Table, key: str, ids: Iterable[object]) -> list[AnyRow]:
    columns = [column for column in table.c if not isinstance(column.type, LargeBinary)]
    found = select(*columns).where(table.c[key].in_(ids)).order_by(*table.primary_key.columns)
    return list(db.execute(found))


def _as_json(row: AnyRow) -> dict[str, Any]:
    return {name: _value(value) for name, value in row._mapping.items()}


def _value(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
