"""Reads a school's register. What cannot be right is set aside with its reason; one bad row never blocks the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import BinaryIO

from attendance import workbooks
from attendance.calendar import SchoolCalendar
from attendance.csv_files import Record, read_rows
from attendance.register_book import Book
from attendance.register_layout import LOOKED_AT, Layout, Shape, layout_of
from attendance.register_rows import Register
from attendance.register_strangers import WANTED
from attendance.register_tables import read_table
from attendance.register_transfer import is_transfer_file, read_transfer


def read_register(
    stream: BinaryIO,
    *,
    calendar: SchoolCalendar,
    as_at: date,
    mapping: Mapping[str, str] | None = None,
    upn_of: Mapping[str, str] | None = None,
    school: Mapping[str, str] | None = None,
) -> Register:
    """The register in a file of any shape that is known: CSV, Excel workbook, common transfer file.

    Of two different marks for one session the later counts, by the time of entry where the file has one, otherwise by
    the row; the conflict is reported; a row without a mark replaces nothing. mapping: what we call a column → its
    title. upn_of: admission number → UPN, where they are known. school: its urn and laestab, without which marks of
    other schools cannot be told from its own. Raises Unreadable. Source: domain.md 5.3.
    """
    head = _head(stream)
    if is_transfer_file(head):
        return read_transfer(stream, calendar=calendar, as_at=as_at, laestab=(school or {}).get("laestab", ""))
    rows = _rows(stream, head, mapping)
    first = list(islice(rows, LOOKED_AT))
    layout = layout_of(first, mapping)
    book = Book(calendar=calendar, as_at=as_at, columns=layout.columns, upn_of=upn_of, school=school)
    number = read_table(book, layout, chain(first[layout.rows_above :], rows))
    return book.register(rows=number, shape=layout.shape)


@dataclass(frozen=True)
class Preview:
    """How a file would be read, before anything is taken from it."""

    layout: Layout
    rows: tuple[tuple[str, ...], ...]  # the first below the header


def preview(stream: BinaryIO, *, mapping: Mapping[str, str] | None = None) -> Preview:
    """The layout of a file and its first rows. Raises Unreadable."""
    head = _head(stream)
    if is_transfer_file(head):
        return Preview(Layout(Shape.TRANSFER, (), {}), ())
    rows = _rows(stream, head, mapping)
    first = list(islice(rows, LOOKED_AT))
    layout = layout_of(first, mapping)
    return Preview(layout, tuple(tuple(row) for row in first[layout.rows_above :][:_SHOWN] if row is not None))


_SHOWN = 5


def _rows(stream: BinaryIO, head: bytes, mapping: Mapping[str, str] | None) -> Iterator[Record]:
    is_workbook = head.startswith(workbooks.BEGINNINGS)
    return read_rows(workbooks.as_csv(stream, mapping) if is_workbook else stream, wanted=WANTED)


def _head(stream: BinaryIO) -> bytes:
    head = stream.read(1024)
    stream.seek(0)
    return head
