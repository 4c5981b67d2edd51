"""Reads days as schools' files write them: 2026-12-02, 02/12/2026 or 2 Dec 2026, with or without a time after it."""

import re
from datetime import date, datetime, time

from attendance.errors import RowRefused

_TIME = r"(?:[T ]+(?P<time>\d{1,2}[:.]\d\d(?:[:.]\d\d)?)(?:\.\d+)?Z?)?"
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + _TIME)
_BRITISH = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})" + _TIME)
_NAMED = re.compile(r"(?P<day>\d{1,2})[ -](?P<month>[a-z]{3,9})\.?[ -](?P<year>\d{4})" + _TIME, re.IGNORECASE)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_MONTH_OF = {name: number for number, month in enumerate(_MONTHS, start=1) for name in (month, month[:3])} | {"sept": 9}


def read_date(cell: str) -> date:
    """The day in a cell. Raises RowRefused; a year of two digits is refused, never guessed."""
    return _read(cell, missing="The date is missing.")[0]


def read_moment(cell: str) -> datetime:
    """The day and time in a cell, midnight when there is no time. Of one place: it has no offset. Raises RowRefused."""
    day, clock = _read(cell, missing="The time is missing.")
    if not clock:
        return datetime.combine(day, time())
    hour, minute, second = (int(part) for part in (*re.split("[:.]", clock), "0")[:3])
    try:
        return datetime.combine(day, time(hour, minute, second))
    except ValueError:
        raise RowRefused(f'"{clock}" is not a time of a day.') from None


def _read(cell: str, *, missing: str) -> tuple[date, str]:
    word = cell.strip()
    if not word:
        raise RowRefused(missing)
    found = _ISO.fullmatch(word) or _BRITISH.fullmatch(word) or _NAMED.fullmatch(word)
    month = _month(found["month"]) if found else 0
    if found is None or not month:
        raise RowRefused(f'"{word[:20]}" is not a date like 2026-12-02 or 02/12/2026.')
    try:
        return date(int(found["year"]), month, int(found["day"])), found["time"] or ""
    except ValueError:
        raise RowRefused(f"There is no {word[:20]} in the calendar.") from None


def _month(word: str) -> int:
    if word.isdigit():
        return int(word) if int(word) else 13  # no such month, which the calendar says
    return _MONTH_OF.get(word.lower(), 0)
