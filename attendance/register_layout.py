"""How a register's file is laid out, told from its first rows: which shape it has and where each thing stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from attendance.csv_files import Record, columns_of, plain
from attendance.errors import Unreadable
from attendance.register_columns import COLUMNS, SessionColumn, says_a_day, session_column, session_of, week_of
from attendance.register_strangers import WANTED, stranger
from attendance.upn import normalised, problem_with

LOOKED_AT = 30  # rows at the beginning: reports have titles above their header
_FEW = 2


class Shape(StrEnum):
    """What a row of the file is about."""

    LONG = "a row for each pupil, day and session"
    DAILY = "a row for each pupil and day"
    WIDE = "a row for each pupil and a column for each session"
    GRID = "a weekly grid"
    TRANSFER = "a common transfer file"


@dataclass(frozen=True)
class Layout:
    """Where things stand. `columns`: what we call them → place in a row."""

    shape: Shape
    header: tuple[str, ...]
    columns: Mapping[str, int]
    sessions: tuple[SessionColumn, ...] = ()  # wide, daily and grid
    week: date | None = None  # a grid's Monday, where a line above the header says it
    upn: str = ""  # of the only pupil, where a line above the header says it
    rows_above: int = 0  # the header's own included

    @property
    def unused(self) -> list[str]:
        """The titles of columns from which nothing is read."""
        used = {*self.columns.values(), *(column.place for column in self.sessions)}
        return [title for place, title in enumerate(self.header) if title and place not in used]


def layout_of(first: Sequence[Record], mapping: Mapping[str, str] | None = None) -> Layout:
    """The layout that the first rows of a file show. Raises Unreadable, naming what it is instead.

    mapping: what we call a column → its title in this file, where the file's titles are not among those known.
    """
    above: dict[str, str] = {}
    for place, record in enumerate(first):
        below = first[place + 1] if place + 1 < len(first) else None
        for header, rows in _headers(record, below):
            if layout := _recognised(header, mapping or {}, above, rows_above=place + rows):
                return layout
        filled = [cell.strip() for cell in record or [] if cell.strip()]
        if len(filled) == _FEW:
            above.setdefault(plain(filled[0]), filled[1])
        elif len(filled) == 1:
            title, _, said = filled[0].partition(":")
            above.setdefault(plain(title), said.strip())
            above.setdefault(plain(filled[0]), filled[0])
    raise Unreadable(_why_not(first, mapping or {}))


def mapped(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Where the columns stand, those that the mapping names first. Raises Unreadable for what we have no column for."""
    if strangers := [name for name in mapping if name not in COLUMNS]:
        raise Unreadable(f"There is no {strangers[0]} to give a column: known are {', '.join(COLUMNS)}.")
    titles = {plain(title): place for place, title in reversed(list(enumerate(header)))}
    given = {name: titles[plain(title)] for name, title in mapping.items() if plain(title) in titles}
    return {**columns_of(list(header), COLUMNS), **given}


def _headers(record: Record, below: Record) -> Iterator[tuple[list[str], int]]:
    """The header that a row can be: by itself, or with the sessions in the row below it."""
    if record is None:
        return
    yield [cell.strip() for cell in record], 1
    if below is not None and sum(session_of(cell) is not None for cell in below) >= _FEW:
        joined, over = [], ""
        for place, low in enumerate(cell.strip() for cell in below):
            own = record[place].strip() if place < len(record) else ""
            over = own or over
            joined.append(f"{over} {low}" if session_of(low) is not None else low or own)
        yield joined, 2


def _recognised(
    header: list[str], mapping: Mapping[str, str], above: Mapping[str, str], *, rows_above: int
) -> Layout | None:
    columns = mapped(header, mapping)
    upn = normalised(above.get("upn", above.get("unique pupil number", "")))
    upn = "" if problem_with(upn) else upn
    if not ({"upn", "admission_number"} & columns.keys() or upn):
        return None
    if {"date", "session", "mark"} <= columns.keys():
        return Layout(Shape.LONG, tuple(header), columns, upn=upn, rows_above=rows_above)
    sessions = [column for place, title in enumerate(header) if (column := session_column(place, title))]
    dated = [column for column in sessions if column.day is not None or column.problem]
    of_weekdays = [column for column in sessions if column.weekday is not None]
    plainly = [column for column in sessions if not (column.day or column.problem) and column.weekday is None]
    if any(column.day for column in dated):
        return Layout(Shape.WIDE, tuple(header), columns, tuple(dated), upn=upn, rows_above=rows_above)
    if len(of_weekdays) >= _FEW:
        week = next((week_of(title, said) for title, said in above.items() if week_of(title, said)), None)
        return Layout(Shape.GRID, tuple(header), columns, tuple(of_weekdays), week, upn=upn, rows_above=rows_above)
    if "date" in columns and plainly:
        return Layout(Shape.DAILY, tuple(header), columns, tuple(plainly), upn=upn, rows_above=rows_above)
    return None


def _why_not(first: Sequence[Record], mapping: Mapping[str, str]) -> str:
    """What the file is instead, or what its header lacks."""
    rows = [[cell.strip() for cell in record] for record in first if record is not None]
    for row in rows:
        if other := stranger({plain(title) for title in row}):
            return f"This is {other}, not {WANTED}."
    if not rows:
        return f"The first line of this file is not the header of {WANTED}."
    # Titles above a header are short: the first of the longest rows is the likeliest header.
    header = max(rows, key=lambda row: sum(map(bool, row)))
    if not problem_with(normalised(rows[0][0])):
        return "The first line of this file is a row of data; it should name the columns."
    for title in mapping.values():
        if plain(title) not in {plain(cell) for cell in header}:
            return f'This file has no column "{title[:40]}", which the mapping names.'
    if why := _no_session_told(header):
        return f"{why} Send {WANTED}."
    columns = mapped(header, mapping)
    missing = [title for name, title in _NEEDED.items() if name not in columns]
    return f"This file has no column {' and no column '.join(missing) or 'with marks'}. Send {WANTED}."


def _no_session_told(header: Sequence[str]) -> str:
    """Why the columns of days cannot be read, where there are some; a day names no session and is not guessed."""
    columns = [column for place, title in enumerate(header) if (column := session_column(place, title))]
    if wrong := next((column for column in columns if column.problem), None):
        return f'Of which day the column "{wrong.title}" is cannot be told: {wrong.problem}'
    if not columns and (title := next((title for title in header if says_a_day(title)), "")):
        return f'The column "{title[:40]}" does not say which session of the day it is: write AM or PM beside the day.'
    return ""


_NEEDED = {"upn": "UPN", "date": "Date", "session": "Session", "mark": "Mark"}
