"""Keeps the rows of a file of which a person should know, and gives those set aside back to be mended."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from attendance.copying import copy_rows
from attendance.register_rows import Register
from attendance.tables import register_row

_r = register_row.c
# What a register of one row for each session is called by; it can be read again.
TITLES = {
    "upn": "UPN",
    "admission_number": "Admission number",
    "surname": "Surname",
    "forename": "Forename",
    "name": "Name",
    "born": "DOB",
    "date": "Date",
    "session": "Session",
    "mark": "Mark",
    "amended": "Amended at",
}
WHY, ROW, COLUMN = "Set aside because", "Row in the file", "Column in the file"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would work these out


def keep_findings(db: Connection, import_id: UUID, register: Register) -> None:
    """Keeps the rows set aside, those without a mark, and those in conflict."""
    copy_rows(
        db,
        "COPY register_row (import_id, place, kind, row, said) FROM STDIN",
        ((import_id, place, *found) for place, found in enumerate(_findings(register))),
    )


def findings(db: Connection, import_id: UUID, kind: str, *, most: int) -> list[dict[str, Any]]:
    """The first rows of a kind: quarantined, gap or conflict."""
    wanted = select(_r.row, _r.said).where(_r.import_id == import_id, _r.kind == kind).order_by(_r.place).limit(most)
    return [{"row": row.row, **row.said} for row in db.execute(wanted)]


def to_be_mended(db: Connection, import_id: UUID) -> Iterator[str]:
    """The rows set aside as lines of CSV, a row for each session, with the reasons. Mended, they can be sent again."""
    yield _line([*TITLES.values(), ROW, COLUMN, WHY])
    wanted = select(_r.row, _r.said).where(_r.import_id == import_id, _r.kind == "quarantined").order_by(_r.place)
    for found in db.execute(wanted.execution_options(yield_per=1000)):
        said, written = found.said, found.said["written"]
        own = [written.get(name, "") for name in TITLES]
        why = [str(found.row), said["column"], said["reason"]]
        for day, session, mark in written.get("marks", ()):
            yield _line([*(_of_mark(name, own[n], day, session, mark) for n, name in enumerate(TITLES)), *why])
        if "marks" not in written:
            yield _line([*own, *why])


def _of_mark(name: str, own: str, day: str, session: str, mark: str) -> str:
    return {"date": day, "session": session, "mark": mark}.get(name, own)


def _findings(register: Register) -> Iterator[tuple[str, int, str]]:
    for row in register.quarantined:
        said: dict[str, Any] = {"reason": row.reason, "column": row.column, "written": row.written}
        yield "quarantined", row.row, _json(said)
    for gap in register.gaps:
        yield "gap", gap, "{}"
    for conflict in register.conflicts:
        # The UPN is left out: it would outlive the pupil's own row.
        said = {name: value for name, value in asdict(conflict).items() if name not in ("row", "upn")}
        yield "conflict", conflict.row, _json({**said, "day": conflict.day.isoformat()})


def _json(said: dict[str, Any]) -> str:
    # PostgreSQL keeps no NUL in a text.
    return json.dumps(said).replace("\\u0000", "")


def _line(cells: list[str]) -> str:
    """A line of CSV in which no cell is a formula. A register's own `-` and `@` are read with or without the quote."""
    written = io.StringIO()
    csv.writer(written).writerow(f"'{cell}" if cell.startswith(_FORMULAS) else cell for cell in cells)
    return written.getvalue()
