"""Prints the sheet of a workbook that looks like a register as CSV: `python -m attendance.workbook_sheets FILE`.

Run as a process of its own, with limits on memory, time and output, by what reads workbooks.
"""

import csv
import io
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from attendance.errors import Unreadable
from attendance.register_layout import LOOKED_AT, layout_of

MOST_MEMORY = 1 << 30
MOST_OUTPUT = 1 << 30
MOST_SECONDS = 110


def main(path: str) -> None:
    """Prints the sheet, or says on standard error why not."""
    for limit, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    try:
        with load_workbook(path) as workbook:
            rows = _register_in(workbook)
            written = csv.writer(io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=False))
            written.writerows(rows)
    except PasswordError:
        sys.exit("This Excel workbook is protected by a password.")
    except CalamineError:
        sys.exit("This Excel workbook is damaged, or it is another zipped file. Save it as CSV and send that.")


def _register_in(workbook: CalamineWorkbook) -> Iterator[list[str]]:
    """The rows of the first sheet that a register can be read from, or of the first one with anything in it."""
    shown = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
    ]
    something: str | None = None
    for name in shown:
        first = [row for row, _ in zip(_rows(workbook, name), range(LOOKED_AT), strict=False)]
        if not first:
            continue
        something = something or name
        try:
            layout_of(first)
        except Unreadable:
            continue
        return _rows(workbook, name)
    if something is None:
        sys.exit("This Excel workbook is empty.")
    return _rows(workbook, something)


def _rows(workbook: CalamineWorkbook, name: str) -> Iterator[list[str]]:
    for row in workbook.get_sheet_by_name(name).iter_rows():
        cells = [_cell(value) for value in row]
        if any(cells):
            yield cells


def _cell(value: Any) -> str:
    """A cell as it would stand in a CSV file; a whole number without its `.0`."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main(sys.argv[1])
