"""Notices a file whose days are written with the month first: some of them would be read as other days."""

import re
from datetime import date

from attendance.calendar import SchoolCalendar
from attendance.errors import Unreadable

_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
MOST = 10_000  # spellings; there are fewer days in any register
_BEGINNINGS = (0, 6)  # Monday, or the Sunday before it
FITS = 5  # times as many days must be wrong with the day first as with the month first


class DayOrder:
    """Hears every way in which a file writes a day, and which days were no school days."""

    def __init__(self, calendar: SchoolCalendar) -> None:
        self._calendar = calendar
        self._written: dict[tuple[int, int, int], str] = {}  # as it stands: first number, second number, year
        self._wrong: set[date] = set()

    def hear(self, cell: str) -> None:
        """Notes how a day is written, whether or not it can be one."""
        if (found := _NUMBERS.search(cell)) and len(self._written) < MOST:
            first, second, year = (int(number) for number in found.groups())
            self._written[first, second, year] = found[0]

    def hear_week(self, cell: str) -> None:
        """Notes how the beginning of a week is written; what begins none was not meant so."""
        self.hear(cell)
        found = _NUMBERS.search(cell)
        day = _day(*(int(number) for number in found.groups())) if found else None
        if day is not None and (day.weekday() not in _BEGINNINGS or not self._calendar.covers(day)):
            self.refuse(day)

    def refuse(self, day: date) -> None:
        """Notes a day of which marks were set aside."""
        if len(self._wrong) < MOST:
            self._wrong.add(day)

    def require_day_first(self) -> None:
        """Raises Unreadable when the days make sense with the month first and not with the day first."""
        wrong = {key for key in self._written if _day(*key) in self._wrong or _day(*key) is None}
        other = [_day(second, first, year) for first, second, year in self._written]
        wrong_otherwise = sum(day is None or not self._calendar.is_school_day(day) for day in other)
        if len(other) > 1 and wrong and wrong_otherwise * FITS <= len(wrong):
            example = self._written[min(wrong, key=lambda key: (key[1], key[0], key[2]))]
            raise Unreadable(
                f"The days of this file seem to be written with the month first, such as {example}: as days and "
                f"months, {len(wrong)} of {len(other)} are no school days; as months and days, {wrong_otherwise}. "
                "Write them with the day first, or like 2026-12-02."
            )


def _day(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
