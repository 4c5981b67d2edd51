"""Reads the attendance of a common transfer file (CTF): one text of marks for each pupil, from a day on.

Source: domain.md 5.3. Which days the text goes through (every day, Monday to Friday, or school days) and how it writes
codes of two characters is not published anywhere we could read: the first is settled by the school's own calendar where
only one reading fits it, the second is never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import BinaryIO

from attendance.calendar import SchoolCalendar
from attendance.codes import NO_MARK, ON_CLOSED_DAYS
from attendance.dates import read_date
from attendance.errors import RowRefused, Unreadable
from attendance.marks import SESSIONS
from attendance.register_book import Book
from attendance.register_layout import Shape
from attendance.register_rows import Register
from attendance.transfer_files import COLUMNS, Attendance, read_attendance
from attendance.words import in_words
from attendance.working_days import SATURDAY

LEAST_FIT = 50  # of so many marks at most one may contradict the calendar
CLEARER = 10  # times as many must contradict every other reading

_BEGINNING = re.compile(rb"\s*(<\?xml[^>]*>)?(\s|<!--.*?-->)*<([A-Za-z_][\w.-]*:)?CTfile[\s>/]", re.DOTALL)


def is_transfer_file(head: bytes) -> bool:
    """Whether a file begins like a common transfer file."""
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    return _BEGINNING.match(plain) is not None


def read_transfer(stream: BinaryIO, *, calendar: SchoolCalendar, as_at: date, laestab: str = "") -> Register:
    """The register in a common transfer file. Rows are its texts of marks, from 1. Raises Unreadable."""
    columns = {name: place for place, name in enumerate(COLUMNS)}
    book = Book(calendar=calendar, as_at=as_at, columns=columns)
    texts = list(read_attendance(stream))
    if not texts:
        raise Unreadable(
            "This common transfer file holds no marks of sessions (AttendanceMarks): its totals say how many but not "
            "which, so the criteria cannot be judged by it."
        )
    notes = []
    good = [(row, text) for row, text in enumerate(texts, start=1) if not _set_aside(book, row, text, laestab)]
    reading = _settled(calendar, [text for _, text in good])
    for row, text in good:
        _take(book, row, text, reading)
    if good:
        notes.append(
            f"The texts of marks were read as going through {reading.words}: no other fits the calendar, "
            "or it would give the same days."
        )
    if len(good) < len(texts):
        notes.append(f"{len(texts) - len(good)} of {len(texts)} texts of marks were set aside.")
    return book.register(rows=len(texts), shape=Shape.TRANSFER, notes=tuple(notes))


@dataclass(frozen=True)
class _Reading:
    """Which days a text of marks goes through."""

    words: str
    every_day: bool = False
    weekdays: bool = False


_READINGS = (
    _Reading("school days alone"),
    _Reading("Monday to Friday, holidays included", weekdays=True),
    _Reading("every day of the week", every_day=True, weekdays=True),
)


def _set_aside(book: Book, row: int, text: Attendance, laestab: str) -> bool:
    """Whether a whole text cannot be read, with the reason kept."""
    reason = ""
    if laestab and text.laestab and text.laestab != laestab:
        reason = f"These marks are of another school, {text.laestab}."
    elif any(mark.isdigit() for mark in text.marks):
        reason = (
            "This text has codes of two characters, such as C2. How a transfer file writes them beside codes of one "
            "character is not known to us, so it is not guessed: send these marks as CSV."
        )
    if not reason:
        try:
            read_date(text.start)
            book.seat(text.upn, text.cells)
        except RowRefused as refused:
            reason = str(refused)
    if reason:
        book.set_aside(row, reason, written={**book.written(text.cells), "date": text.start, "mark": text.marks})
    return bool(reason)


def _settled(calendar: SchoolCalendar, texts: list[Attendance]) -> _Reading:
    """The one reading that fits the school's calendar. Raises Unreadable when none does, or several that differ."""
    marks = sum(len(text.marks) for text in texts)
    against = {reading: sum(_contradictions(calendar, text, reading) for text in texts) for reading in _READINGS}
    best = min(_READINGS, key=lambda reading: against[reading])
    if against[best] * LEAST_FIT > marks:
        counted = "; ".join(f"as {reading.words}, {number} of {marks}" for reading, number in against.items())
        raise Unreadable(f"{_NOT_TOLD} None fits the calendar; marks against it: {counted}. {_AS_CSV}")
    for other in _READINGS:
        is_as_likely = other is not best and against[other] < max(1, against[best] * CLEARER)
        if is_as_likely and _differ(calendar, texts, best, other):
            raise Unreadable(f"{_NOT_TOLD} It fits the calendar as {best.words} and as {other.words}. {_AS_CSV}")
    return best


_NOT_TOLD = "Which days the marks of this common transfer file are of cannot be told."
_AS_CSV = "Send the register as CSV."


def _contradictions(calendar: SchoolCalendar, text: Attendance, reading: _Reading) -> int:
    """Marks of attendance or absence on closed days, and marks of planned closure on open ones."""
    return sum(
        (mark == "#") if calendar.is_school_day(day) else (mark not in _OF_CLOSED_DAYS)
        for day, _, mark in _marks(calendar, text, reading)
        if calendar.covers(day)
    )


_OF_CLOSED_DAYS = NO_MARK | ON_CLOSED_DAYS | {" ", "Y", "X", "Z"}


def _differ(calendar: SchoolCalendar, texts: list[Attendance], one: _Reading, other: _Reading) -> bool:
    """Whether two readings give any mark of school days to different days."""

    def said(text: Attendance, reading: _Reading) -> list[tuple[date, int, str]]:
        return [each for each in _marks(calendar, text, reading) if calendar.is_school_day(each[0])]

    return any(said(text, one) != said(text, other) for text in texts)


def _marks(calendar: SchoolCalendar, text: Attendance, reading: _Reading) -> Iterator[tuple[date, int, str]]:
    """Day, session and mark of each character under a reading; those past the calendar's end are not told apart."""
    days = _days(calendar, read_date(text.start), reading)
    for place in range(0, len(text.marks), len(SESSIONS)):
        day = next(days, None)
        if day is None:
            return
        for session, mark in enumerate(text.marks[place : place + len(SESSIONS)]):
            yield day, session, mark.upper()


def _days(calendar: SchoolCalendar, start: date, reading: _Reading) -> Iterator[date]:
    day = start
    while day <= calendar.known_until:
        if reading.every_day or (day.weekday() < SATURDAY if reading.weekdays else calendar.is_school_day(day)):
            yield day
        day += timedelta(days=1)


def _take(book: Book, row: int, text: Attendance, reading: _Reading) -> None:
    seat = book.seat(text.upn, text.cells)
    said = list(_marks(book.calendar, text, reading))
    has_gap = False
    if rest := text.marks[len(said) :].strip(" -#"):
        reason = f"{len(rest)} marks lie past the end of the school's calendar, {in_words(book.calendar.end)}."
        book.set_aside(row, reason, written=book.written(text.cells) | {"mark": rest})
    for day, session, mark in said:
        try:
            found = book.days[day]
            code = found.marks[mark] if found.is_open or mark in ON_CLOSED_DAYS else None
            if code is None and mark not in _OF_CLOSED_DAYS:
                found.marks[mark]  # says why not
        except RowRefused as refused:
            if mark.strip("- #"):
                marks = [(day.isoformat(), SESSIONS[session], mark)]
                column = f"{in_words(day)} {SESSIONS[session]}"
                written = {**book.written(text.cells), "marks": marks}
                book.set_aside(row, str(refused), column=column, written=written)
            continue
        if code is None:
            continue
        if found.is_later:
            book.left_out += 1
        elif not code:
            has_gap = True
        else:
            book.put(seat, found.place + session, code, row=row)
    if has_gap:
        book.gaps.append(row)
