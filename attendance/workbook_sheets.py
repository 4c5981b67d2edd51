"""Prints the sheets of a workbook that look like a register as CSV.

`python -m attendance.workbook_sheets FILE MAPPING`, the mapping as JSON: run as a process of its own, with limits on
memory, time and output, by what reads workbooks.
"""

import csv
import io
import json
import resource
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from itertools import chain, islice
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
from attendance.register_layout import LOOKED_AT, Layout, Shape, layout_of

MOST_MEMORY = 1 << 30
MOST_OUTPUT = 1 << 30
MOST_SECONDS = 110


def main(path: str, mapping: str) -> None:
    """Prints the sheets, or says on standard error why not."""
    for limit, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    try:
        with load_workbook(path) as workbook:
            rows = _register_in(workbook, json.loads(mapping))
            written = csv.writer(io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=False))
            written.writerows(rows)
    except PasswordError:
        sys.exit("This Excel workbook is protected by a password.")
    except CalamineError:
        sys.exit("This Excel workbook is damaged, or it is another zipped file. Save it as CSV and send that.")


def _register_in(workbook: CalamineWorkbook, mapping: Mapping[str, str]) -> Iterator[list[str]]:
    """The rows of the sheets that a register can be read from, or of the first one with anything in it.

    Of several, such as one for each class or week, none is left out: they are read one after the other where they
    are laid out alike, and refused otherwise.
    """
    something: str | None = None
    found: dict[str, Layout] = {}
    for sheet in workbook.sheets_metadata:
        if sheet.typ is not SheetTypeEnum.WorkSheet or sheet.visible is not SheetVisibleEnum.Visible:
            continue
        first = list(islice(_rows(workbook, sheet.name), LOOKED_AT))
        something = something or (sheet.name if first else None)
        try:
            found[sheet.name] = layout_of(first, mapping)
        except Unreadable:
            continue
    if something is None:
        sys.exit("This Excel workbook is empty.")
    if not found:
        return _rows(workbook, something)
    first_name, *others = found
    for name in others:
        if not _are_alike(found[first_name], found[name]):
            sys.exit(
                f'This Excel workbook has several registers that are laid out differently, "{first_name[:40]}" and '
                f'"{name[:40]}": send each by itself.'
            )
    return chain(_rows(workbook, first_name), *(_following(workbook, name, found[name]) for name in others))


def _are_alike(one: Layout, other: Layout) -> bool:
    """Whether the rows of one sheet can follow those of the other. Each grid says its own week and pupil."""
    if (one.shape, one.header, one.columns) != (other.shape, other.header, other.columns):
        return False
    if one.shape is Shape.GRID:
        return "week" in one.columns or (one.week is not None and other.week is not None)
    return one.upn == other.upn


def _following(workbook: CalamineWorkbook, name: str, layout: Layout) -> Iterator[list[str]]:
    """The rows of a further sheet, after what it says of its week and pupil above its header."""
    if layout.week is not None:
        yield ["Week commencing", layout.week.isoformat()]
    if layout.shape is Shape.GRID and layout.upn:
        yield ["UPN", layout.upn]
    yield from islice(_rows(workbook, name), layout.rows_above, None)


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
    main(*sys.argv[1:])
