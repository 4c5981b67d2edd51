"""Reads a school's register. What cannot be right is set aside with its reason; one bad row never blocks the rest."""

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import BinaryIO, TypeVar

from attendance.calendar import SchoolCalendar, monday_of
from attendance.codes import ON_CLOSED_DAYS, read_mark
from attendance.csv_files import Record, read_csv
from attendance.dates import read_date
from attendance.errors import RowRefused
from attendance.marks import BYTE_OF, CODE_OF, SESSIONS, Marks
from attendance.register_shapes import WANTED, long_columns
from attendance.upn import normalised, problem_with
from attendance.words import in_words

DETAILS = ("admission_number", "surname", "forename", "year", "registration_group")
OLDEST_YEARS = 30
_SESSION_WORDS = {"am": 0, "1": 0, "morning": 0, "pm": 1, "2": 1, "afternoon": 1}


@dataclass(frozen=True)
class Quarantined:
    """A row set aside. Rows of data are counted from 1, the header and empty lines are not."""

    row: int
    reason: str


@dataclass(frozen=True)
class Conflict:
    """A row whose mark a later row of the same file replaced; both are kept."""

    row: int
    superseded_by: int
    upn: str
    day: date
    session: str
    was: str
    became: str


@dataclass(frozen=True)
class PupilOnRegister:
    """A pupil as the register names them, with the marks that were read."""

    upn: str
    admission_number: str
    surname: str
    forename: str
    born: date | None
    year: str
    registration_group: str
    marks: Marks


@dataclass(frozen=True)
class Register:
    """What a register's file says on a day: every pupil it names, in its order, and what was set aside."""

    as_at: date
    rows: int
    pupils: Mapping[str, PupilOnRegister]
    quarantined: tuple[Quarantined, ...]
    gaps: tuple[int, ...]  # rows without a mark
    conflicts: tuple[Conflict, ...]
    left_out: int  # good rows after the as-at date
    last_day: date | None  # the last day with a mark


def read_register(stream: BinaryIO, *, calendar: SchoolCalendar, as_at: date) -> Register:
    """The register in a CSV file of one row for each pupil, day and session.

    Of two rows with different marks for one session the later row counts, and the conflict is reported; a row without
    a mark replaces nothing. Raises Unreadable for a file of another shape, named. Source: domain.md 5.3.
    """
    header, records = read_csv(stream, wanted=WANTED)
    reader = _Reader(calendar=calendar, as_at=as_at, columns=long_columns(header))
    reader.read(records)
    return reader.register()


Key = TypeVar("Key")
Value = TypeVar("Value")


class _Memo(dict[Key, Value]):
    """Remembers what a cell means, so that each spelling is looked at once. What is refused is looked at again."""

    def __init__(self, read: Callable[[Key], Value]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: Key) -> Value:
        value = self[key] = self._read(key)
        return value


@dataclass(frozen=True, slots=True)
class _Day:
    place: int  # of its morning in a pupil's marks
    is_later: bool  # than the as-at date
    marks: Mapping[str, int]  # cell → byte of its code, 0 without a mark


@dataclass(slots=True)
class _Seat:
    pupil: PupilOnRegister
    codes: bytearray
    rows: "array[int]"  # which row each mark came from


@dataclass
class _Reader:
    calendar: SchoolCalendar
    as_at: date
    columns: Mapping[str, int]
    seats: dict[str, _Seat] = field(default_factory=dict)  # by UPN
    quarantined: list[Quarantined] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    rows: int = 0
    left_out: int = 0
    last_place: int = -1

    def __post_init__(self) -> None:
        self.start = monday_of(self.calendar.start)
        self.spellings: dict[str, _Seat] = {}  # UPN as it is written → seat, once all is known that is to be known
        self.days = _Memo(self._day)
        self.dates: _Memo[str, _Day] = _Memo(lambda cell: self.days[read_date(cell)])
        self.sessions = _Memo(_session)

    def read(self, records: Iterable[Record]) -> None:
        """Reads row after row. The innermost loop: a school year of a large authority passes through it."""
        upn, day_at, session, mark = (self.columns[name] for name in ("upn", "date", "session", "mark"))
        width = max(upn, day_at, session, mark) + 1
        spellings, dates, sessions = self.spellings, self.dates, self.sessions
        row = 0
        for row, cells in enumerate(records, start=1):
            try:
                if cells is None:
                    raise RowRefused("A quotation mark in this row is never closed.")
                if len(cells) < width:  # spreadsheets leave out empty cells at the end
                    cells += [""] * (width - len(cells))
                seat = spellings.get(cells[upn]) or self._seat(cells[upn], cells)
                day = dates[cells[day_at]]
                place = day.place + sessions[cells[session]]
                code = day.marks[cells[mark]]
            except RowRefused as refused:
                self.quarantined.append(Quarantined(row, str(refused)))
                continue
            if day.is_later:
                self.left_out += 1
            elif not code:
                self.gaps.append(row)
            else:
                was = seat.codes[place]
                if was and was != code:
                    self._conflict(seat, place, row, code)
                seat.codes[place] = code
                seat.rows[place] = row
                if place > self.last_place:
                    self.last_place = place
        self.rows = row

    def register(self) -> Register:
        """What was read, without the reader's own bookkeeping."""
        return Register(
            as_at=self.as_at,
            rows=self.rows,
            pupils={upn: seat.pupil for upn, seat in self.seats.items()},
            quarantined=tuple(self.quarantined),
            gaps=tuple(self.gaps),
            conflicts=tuple(self.conflicts),
            left_out=self.left_out,
            last_day=None if self.last_place < 0 else self.start + timedelta(days=self.last_place // len(SESSIONS)),
        )

    def _seat(self, written: str, cells: list[str]) -> _Seat:
        upn = normalised(written)
        if problem := problem_with(upn):
            raise RowRefused(problem)
        seat = self.seats.get(upn)
        if seat is None:
            marks = Marks(self.start, days=(self.calendar.end - self.start).days + 1)
            pupil = PupilOnRegister(
                upn=upn,
                born=None,
                marks=marks,
                **{name: self._cell(cells, name) for name in DETAILS},
            )
            seat = self.seats[upn] = _Seat(pupil, marks.codes, array("I", bytes(len(marks.codes) * 4)))
        if seat.pupil.born is None and "born" in self.columns:
            seat.pupil = replace(seat.pupil, born=self._born(cells))
        if seat.pupil.born is not None or "born" not in self.columns:
            self.spellings[written] = seat
        return seat

    def _born(self, cells: list[str]) -> date | None:
        """The date of birth; None when it is missing or no pupil's, such as a program's 01/01/1900."""
        try:
            born = read_date(self._cell(cells, "born"))
        except RowRefused:
            return None
        return born if self.as_at.year - OLDEST_YEARS <= born.year and born <= self.as_at else None

    def _cell(self, cells: list[str], name: str) -> str:
        place = self.columns.get(name, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    def _day(self, day: date) -> _Day:
        if not self.calendar.covers(day):
            raise RowRefused(
                f"{in_words(day)} is outside the school's calendar, "
                f"{in_words(self.calendar.start)} to {in_words(self.calendar.end)}."
            )
        return _Day(
            place=(day - self.start).days * len(SESSIONS),
            is_later=day > self.as_at,
            marks=_Memo(partial(self._mark, day)),
        )

    def _mark(self, day: date, cell: str) -> int:
        code = read_mark(cell, day)
        if not self.calendar.is_school_day(day) and (code is None or code.code not in ON_CLOSED_DAYS):
            raise RowRefused(f"The school is closed on {in_words(day)}.")
        return BYTE_OF[code.code] if code else 0

    def _conflict(self, seat: _Seat, place: int, row: int, code: int) -> None:
        day, session = divmod(place, len(SESSIONS))
        self.conflicts.append(
            Conflict(
                row=seat.rows[place],
                superseded_by=row,
                upn=seat.pupil.upn,
                day=self.start + timedelta(days=day),
                session=SESSIONS[session],
                was=CODE_OF[seat.codes[place]].code,
                became=CODE_OF[code].code,
            )
        )


def _session(cell: str) -> int:
    word = cell.strip().lower()
    if not word:
        raise RowRefused("The session is missing.")
    if word not in _SESSION_WORDS:
        raise RowRefused(f'"{word[:20]}" is not a session: write AM or PM.')
    return _SESSION_WORDS[word]
