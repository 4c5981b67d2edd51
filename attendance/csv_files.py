"""CSV as schools' systems write it: encoding, separator, quotes. What is no CSV is refused under its name."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain, islice
from typing import BinaryIO

from attendance.errors import Unreadable

Record = list[str] | None  # None: a quotation mark that is never closed

# What files begin with that are often sent in place of a CSV.
_OTHER_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "an Excel workbook (.xlsx) or another zipped file"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook of the old kind (.xls)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"{\\rtf", "a Word document (RTF)"),
    (b"<?xml", "an XML file"),
    (b"<", "a web page"),
    (b"{", "a JSON file, such as a calendar"),
    (b"[", "a JSON file"),
)
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LONGEST_LINE = 1 << 20  # a line that goes on is cut, so that no file fills the memory
_CHUNK = 1 << 20
_LOOKED_AT = 10  # lines that say which the separator is: some reports begin with a title
_LINES_IN_QUOTES = 20  # a comment may run over lines; a quotation mark left open must not swallow the file


def read_csv(stream: BinaryIO, *, wanted: str) -> tuple[list[str], Iterator[Record]]:
    """The header of a CSV file and its records one by one, without lines that are empty.

    wanted: what the file should have been, for the sentence of the refusal. Raises Unreadable.
    """
    rows = read_rows(stream, wanted=wanted)
    header = next(rows, None)
    if header is None:
        raise Unreadable(f"The first line of this file is not the header of {wanted}.")
    return [cell.strip() for cell in header], rows


def read_rows(stream: BinaryIO, *, wanted: str) -> Iterator[Record]:
    """The records of a CSV file one by one, its header among them, without lines that are empty. Raises Unreadable."""
    refuse_other_kinds(stream.read(512), wanted=wanted)
    stream.seek(0)
    encoding, errors = _encoding_of(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors=errors)
    lines = iter(partial(text.readline, LONGEST_LINE), "")
    first = list(islice((line for line in lines if line.strip()), _LOOKED_AT))
    if first and len(first[0]) == LONGEST_LINE:
        raise Unreadable(f"The first line of this file is longer than any header of {wanted}.")
    separator = max(",;\t|", key=lambda mark: sum(line.count(mark) for line in first))
    return _records(chain(first, lines), separator)


def columns_of(header: list[str], names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Where the columns stand: what we call them → place. Case, spaces and punctuation of the header do not matter."""
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        places.setdefault(plain(title), place)
    found = (
        (name, next((places[title] for title in titles if title in places), None)) for name, titles in names.items()
    )
    return {name: place for name, place in found if place is not None}


def bare(cell: str) -> str:
    """A cell without the dress that keeps a spreadsheet from changing it: 'text or ="text"."""
    word = cell.strip()
    if word.startswith('="') and word.endswith('"') and len(word) > len('=""'):
        return word[2:-1].strip()
    return word.removeprefix("'").strip()


def plain(title: str) -> str:
    """A column's title in small letters and digits, one space between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in title.lower()).split())


def refuse_other_kinds(head: bytes, *, wanted: str) -> None:
    """Refuses what does not begin like CSV, under its name. Raises Unreadable."""
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        raise Unreadable(f"This file is empty. Send {wanted}.")
    for beginning, name in _OTHER_KINDS:
        if text.startswith(beginning):
            raise Unreadable(f"This is {name}, not {wanted}.")
    if b"\0" in text.splitlines()[0] and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable(f"This is not a text file, so it cannot be {wanted}.")


def _encoding_of(stream: BinaryIO) -> tuple[str, str]:
    """By its byte order mark; otherwise UTF-8 when all of it is; otherwise Windows-1252. Nothing is guessed further."""
    head = stream.read(4)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding, "replace"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252", "replace"
    return "utf-8", "strict"


def _records(lines: Iterator[str], separator: str) -> Iterator[Record]:
    waiting: deque[str] = deque()
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return
        if '"' in line:
            yield _quoted(line, lines, waiting, separator)
        elif not line.isspace():
            yield line.rstrip("\n").split(separator)


def _quoted(line: str, lines: Iterator[str], waiting: deque[str], separator: str) -> Record:
    """One record with quotation marks. What was read ahead in vain goes back to be read as records of its own."""
    taken = [line]
    while (record := _parsed(taken, separator)) is None:
        following = waiting.popleft() if waiting else next(lines, None)
        if following is None or len(taken) == _LINES_IN_QUOTES:
            waiting.extendleft(reversed([*taken[1:], following] if following is not None else taken[1:]))
            return None
        taken.append(following)
    return record


def _parsed(taken: list[str], separator: str) -> Record:
    """The record in these lines, None when a quotation mark is open at their end.

    Only within one line is a misplaced quotation mark forgiven: over several, two open ones would swallow rows.
    """
    forgiven = len(taken) == 1 and taken[0].count('"') % 2 == 0
    for strict in (True, False) if forgiven else (True,):
        try:
            records = list(csv.reader(taken, delimiter=separator, strict=strict))
        except csv.Error:
            continue
        return records[0] if len(records) == 1 else None
    return None
