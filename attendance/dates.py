"""Reads days as schools' files write them: 2026-12-02 or 02/12/2026, with or without a time after it."""

import re
from datetime import date

from attendance.errors import RowRefused

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ][\d:.]+Z?)?")
_BRITISH = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})(?: [\d:.]+)?")


def read_date(cell: str) -> date:
    """The day in a cell. Raises RowRefused; a year of two digits is refused, never guessed."""
    word = cell.strip()
    if not word:
        raise RowRefused("The date is missing.")
    found = _ISO.fullmatch(word) or _BRITISH.fullmatch(word)
    if found is None:
        raise RowRefused(f'"{word[:20]}" is not a date like 2026-12-02 or 02/12/2026.')
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise RowRefused(f"There is no {word[:20]} in the calendar.") from None
