"""What has been read of a register so far: each pupil's marks, and every row that says something else."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from attendance.calendar import SchoolCalendar, monday_of
from attendance.codes import ON_CLOSED_DAYS, read_mark
from attendance.csv_files import bare
from attendance.dates import read_date, read_moment
from attendance.day_order import DayOrder
from attendance.errors import RowRefused, Unreadable
from attendance.marks import BYTE_OF, CODE_OF, SESSIONS, Marks
from attendance.register_birthdays import Birthdays
from attendance.register_columns import session_of
from attendance.register_layout import Shape
from attendance.register_rows import (
    Conflict,
    PupilOnRegister,
    Quarantined,
    Register,
    conflicts_spool,
    quarantine_spool,
)
from attendance.register_schools import OfOurSchool
from attendance.upn import is_mangled, normalised, problem_with
from attendance.words import in_words

OLDEST_YEARS = 30
MOST_PUPILS = 100_000  # no authority has so many schools in one register; a made-up file could fill the memory
_TEXTS = ("admission_number", "surname", "forename", "year", "registration_group")

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memo(dict[Key, Value]):
    """Remembers what a cell means, so that each spelling is looked at once. What is refused is looked at again."""

    def __init__(self, read: Callable[[Key], Value]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: Key) -> Value:
        value = self._read(key)
        if len(self) < _MOST_SPELLINGS:
            self[key] = value
        return value


_MOST_SPELLINGS = 100_000


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar as marks meet it."""

    day: date
    place: int  # of its morning in a pupil's marks
    is_later: bool  # than the as-at date
    is_open: bool
    marks: Mapping[str, int]  # cell → byte of its code, 0 without a mark


@dataclass(slots=True)
class Seat:
    """A pupil with the marks, and which row each came from: on school days, and on closed days where there are any."""

    pupil: PupilOnRegister
    codes: bytearray
    rows: "array[int]"
    closed_rows: "array[int] | None" = None
    born_cell: str = ""
    times: "array[int] | None" = None  # when each mark was entered, in a file that says so


class Book:
    """Takes mark after mark. Of two for one session the one entered later counts, otherwise the later row."""

    def __init__(
        self,
        *,
        calendar: SchoolCalendar,
        as_at: date,
        columns: Mapping[str, int],
        upn_of: Mapping[str, str] | None = None,
        school: Mapping[str, str] | None = None,
    ) -> None:
        self.calendar, self._as_at, self._columns, self._upn_of = calendar, as_at, columns, upn_of
        self.start = monday_of(calendar.start)
        self._number = (calendar.end - self.start).days + 1
        days = [calendar.is_school_day(self.start + timedelta(days=n)) for n in range(self._number)]
        self._is_open = bytearray(is_open for is_open in days for _ in SESSIONS)
        # A pupil's rows take no room for days without school: they are half of a large register's memory.
        self._slots = array("I", _counted(self._is_open))
        self.seats: dict[str, Seat] = {}
        self.spellings: dict[str, Seat] = {}  # who is meant, as it is written → seat, once all is known of the pupil
        self.quarantined = quarantine_spool()
        self.conflicts = conflicts_spool()
        self.gaps = array("I")
        self.left_out = 0
        self.last_place = -1
        self.days = Memo(self._day)
        self.dates: Memo[str, Day] = Memo(self._date)
        self.order = DayOrder(calendar)
        self.schools = OfOurSchool(columns, school or {})
        self.birthdays = Birthdays()
        self.sessions: Memo[str, int] = Memo(_session)
        self.moments: Memo[str, int] = Memo(_moment)

    def seat(self, written: str, cells: Sequence[str]) -> Seat:
        """The seat of the pupil that a row is about. Raises RowRefused, and Unreadable for too many pupils."""
        upn, admission_number = self._who(written, cells)
        seat = self.seats.get(upn or admission_number)
        if seat is None:
            if len(self.seats) == MOST_PUPILS:
                raise Unreadable(f"This file names more than {MOST_PUPILS:,} pupils.")
            marks = Marks(self.start, days=self._number)
            pupil = PupilOnRegister(upn=upn, born=None, marks=marks, **self._texts(cells))
            seat = Seat(pupil, marks.codes, array("I", bytes(4 * self._is_open.count(1))))
            self.seats[upn or admission_number] = seat
        if seat.pupil.born is None and "born" in self._columns:
            seat.pupil = replace(seat.pupil, born=self._born(cells))
            seat.born_cell = cells[self._columns["born"]] if seat.pupil.born else ""
        if written and (seat.pupil.born is not None or "born" not in self._columns):
            self.spellings[written] = seat
        return seat

    def put(self, seat: Seat, place: int, code: int, *, row: int, entered: int = 0) -> None:
        """Notes a mark. Of two different ones the other is kept as a conflict. entered: when, where the file says."""
        was = seat.codes[place]
        if entered and seat.times is None:
            seat.times = array("I", bytes(4 * len(seat.codes)))
        if seat.times is not None:
            if was and entered < seat.times[place]:
                if was != code:
                    self._conflict(seat, place, row=row, was=code, by=self._row_of(seat, place), became=was)
                return
            seat.times[place] = entered
        if was and was != code:
            self._conflict(seat, place, row=self._row_of(seat, place), was=was, by=row, became=code)
        seat.codes[place] = code
        if self._is_open[place]:
            seat.rows[self._slots[place]] = row
        else:
            self._note_closed(seat, place, row)
        self.last_place = max(self.last_place, place)

    def set_aside(self, row: int, reason: str, *, column: str = "", written: Mapping[str, Any]) -> None:
        """Keeps a row that cannot be right, or one mark of it, with what it said."""
        self.quarantined.append(Quarantined(row, reason, column, dict(written)))

    def register(self, *, rows: int, shape: Shape, notes: tuple[str, ...] = ()) -> Register:
        """What was read, without the book's own bookkeeping. Raises Unreadable when the whole of it is in doubt."""
        self.schools.require_one()
        self.order.require_day_first()
        return Register(
            as_at=self._as_at,
            rows=rows,
            pupils={key: seat.pupil for key, seat in self.seats.items()},
            quarantined=self.quarantined,
            gaps=self.gaps,
            conflicts=self.conflicts,
            left_out=self.left_out,
            last_day=self.last_day,
            shape=shape,
            notes=notes + self.birthdays.notes,
        )

    @property
    def last_day(self) -> date | None:
        """The last day with a mark."""
        return None if self.last_place < 0 else self.start + timedelta(days=self.last_place // len(SESSIONS))

    def written(self, cells: Sequence[str] | None, *, upn: str = "") -> dict[str, str]:
        """What a row says, by what we call its columns."""
        said = {name: self.cell(cells or [], name) for name in self._columns}
        return {name: text for name, text in ({"upn": upn} | said).items() if text}

    def cell(self, cells: Sequence[str], name: str) -> str:
        """A row's cell under what we call its column; empty where there is none."""
        place = self._columns.get(name, len(cells))
        # No text of a database holds a NUL.
        return cells[place].replace("\0", "").strip() if place < len(cells) else ""

    def _row_of(self, seat: Seat, place: int) -> int:
        """The row that a mark which is there came from."""
        rows = seat.rows if self._is_open[place] else seat.closed_rows
        return rows[self._slots[place]] if rows is not None else 0

    def _note_closed(self, seat: Seat, place: int, row: int) -> None:
        if seat.closed_rows is None:
            seat.closed_rows = array("I", bytes(4 * self._is_open.count(0)))
        seat.closed_rows[self._slots[place]] = row

    def _who(self, written: str, cells: Sequence[str]) -> tuple[str, str]:
        """The UPN, or the admission number where the file has no other and nobody knows whose it is."""
        upn = normalised(bare(written))
        number = bare(self.cell(cells, "admission_number"))
        if not upn and is_mangled(number):
            raise RowRefused("A spreadsheet turned the admission number into another number.")
        if not upn and number and self._upn_of is not None:
            if number not in self._upn_of:
                raise RowRefused("No register of this school has named a pupil with this admission number.")
            upn = self._upn_of[number]
        elif not upn and number and "upn" not in self._columns:
            return "", number
        if problem := problem_with(upn):
            raise RowRefused(problem)
        return upn, number

    def _texts(self, cells: Sequence[str]) -> dict[str, str]:
        found = {name: self.cell(cells, name) for name in _TEXTS}
        if not found["surname"] and (whole := self.cell(cells, "name")):
            surname, _, forename = whole.partition(",")
            found |= {"surname": surname.strip(), "forename": found["forename"] or forename.strip()}
        return found

    def _born(self, cells: Sequence[str]) -> date | None:
        """The date of birth; None when it is missing or no pupil's, such as a program's 01/01/1900."""
        try:
            born = read_date(bare(self.cell(cells, "born")))
        except RowRefused:
            return None
        return born if self._as_at.year - OLDEST_YEARS <= born.year and born <= self._as_at else None

    def _date(self, cell: str) -> Day:
        self.order.hear(cell)
        return self.days[read_date(bare(cell))]

    def _day(self, day: date) -> Day:
        calendar = self.calendar
        if not calendar.covers(day):
            self.order.refuse(day)
            raise RowRefused(
                f"{in_words(day)} is outside the school's calendar, "
                f"{in_words(calendar.start)} to {in_words(calendar.end)}."
            )
        return Day(
            day=day,
            place=(day - self.start).days * len(SESSIONS),
            is_later=day > self._as_at,
            is_open=calendar.is_school_day(day),
            marks=Memo(partial(self._mark, day)),
        )

    def _mark(self, day: date, cell: str) -> int:
        code = read_mark(cell, day)
        if not self.calendar.is_school_day(day) and (code is None or code.code not in ON_CLOSED_DAYS):
            self.order.refuse(day)
            raise RowRefused(f"The school is closed on {in_words(day)}.")
        return BYTE_OF[code.code] if code else 0

    def _conflict(self, seat: Seat, place: int, *, row: int, was: int, by: int, became: int) -> None:
        day, session = divmod(place, len(SESSIONS))
        self.conflicts.append(
            Conflict(
                row=row,
                superseded_by=by,
                upn=seat.pupil.label,
                day=self.start + timedelta(days=day),
                session=SESSIONS[session],
                was=CODE_OF[was].code,
                became=CODE_OF[became].code,
            )
        )


def _counted(is_open: bytearray) -> Iterator[int]:
    """Of each place, the how manieth of its kind it is, from 0."""
    so_far = [0, 0]
    for kind in is_open:
        yield so_far[kind]
        so_far[kind] += 1


def _session(cell: str) -> int:
    if not cell.strip():
        raise RowRefused("The session is missing.")
    found = session_of(bare(cell))
    if found is None:
        raise RowRefused(f'"{cell.strip().lower()[:20]}" is not a session: write AM or PM.')
    return found


def _moment(cell: str) -> int:
    """When a mark was entered, in seconds since 1970; 0 when it does not say, which is before all others."""
    if not cell.strip():
        return 0
    return min(max(0, int((read_moment(cell) - _FIRST_MOMENT).total_seconds())), _LAST_SECOND)


_FIRST_MOMENT = datetime(1970, 1, 1)  # noqa: DTZ001 - amendment times of one system have no offset
_LAST_SECOND = 2**32 - 1
