"""Reads days as schools' files write them: 2026-12-02, 02/12/2026 or Wed 2 Dec 2026, also with a time after it."""

import re
from datetime import date, datetime, time

from attendance.errors import RowRefused
from attendance.moments import LONDON
from attendance.words import in_words

_TIME = r"(?:[T ]+(?P<time>\d{1,2}[:.]\d\d(?:[:.]\d\d)?)(?:\.\d+)? ?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? +", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + _TIME)
_BRITISH = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})" + _TIME)
_NAMED = re.compile(r"(?P<day>\d{1,2})[ -](?P<month>[a-z]{3,9})\.?[ -](?P<year>\d{4})" + _TIME, re.IGNORECASE)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_MONTH_OF = {name: number for number, month in enumerate(_MONTHS, start=1) for name in (month, month[:3])} | {"sept": 9}


def read_date(cell: str) -> date:
    """The day in a cell; of a moment with an offset, the day in England. Raises RowRefused.

    A year of two digits is refused, never guessed.
    """
    return _read(cell, missing="The date is missing.").date()


def read_moment(cell: str) -> datetime:
    """The day and time in a cell, midnight when there is no time. Of one place: it has no offset. Raises RowRefused."""
    return _read(cell, missing="The time is missing.")


def _read(cell: str, *, missing: str) -> datetime:
    whole = cell.strip()
    if not whole:
        raise RowRefused(missing)
    weekday = _WEEKDAY.match(whole)
    word = whole[weekday.end() :] if weekday else whole
    found = _ISO.fullmatch(word) or _BRITISH.fullmatch(word) or _NAMED.fullmatch(word)
    month = _month(found["month"]) if found else 0
    if found is None or not month:
        raise RowRefused(f'"{whole[:20]}" is not a date like 2026-12-02 or 02/12/2026.')
    try:
        day = date(int(found["year"]), month, int(found["day"]))
    except ValueError:
        raise RowRefused(f"There is no {word[:20]} in the calendar.") from None
    if weekday and _WEEKDAYS.index(weekday[1].lower()) != day.weekday():
        raise RowRefused(f"{in_words(day)} is another weekday.")
    return _in_england(day, found["time"] or "", found["zone"] or "")


def _in_england(day: date, clock: str, zone: str) -> datetime:
    """The moment on England's clocks: a summer's day that a system writes in UTC begins the evening before."""
    hour, minute, second = (int(part) for part in (*re.split("[:.]", clock or "0:00"), "0")[:3])
    try:
        moment = datetime.combine(day, time(hour, minute, second))
        if not zone:
            return moment
        aware = datetime.fromisoformat(f"{moment.isoformat()}{zone}")
        return aware.astimezone(LONDON).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise RowRefused(f'"{clock}{zone}" is not a time of a day.') from None


def _month(word: str) -> int:
    if word.isdigit():
        return int(word) if int(word) else 13  # no such month, which the calendar says
    return _MONTH_OF.get(word.lower(), 0)
