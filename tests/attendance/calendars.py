"""Two calendars to count on: the sample school of 2026 to 2027, and a Norfolk primary school of the year before."""

from datetime import date
from typing import Any

from attendance.calendar import SchoolCalendar
from attendance.calendar_file import calendar_of

BROAD_REACH: dict[str, Any] = {
    "school": {
        "urn": "999990",
        "laestab": "9269990",
        "name": "Broad Reach Academy",
        "phone": "01603 000000",
        "address": ["Broad Reach Academy", "1 Mill Lane", "Norwich", "NR1 1ZZ"],
    },
    "terms": [
        ["2026-09-02", "2026-10-23"],
        ["2026-11-02", "2026-12-18"],
        ["2027-01-04", "2027-02-12"],
        ["2027-02-22", "2027-03-25"],
        ["2027-04-12", "2027-05-28"],
        ["2027-06-07", "2027-07-21"],
    ],
    "inset": ["2026-09-02", "2026-11-02", "2027-01-04", "2027-04-12", "2027-07-21"],
    "closures": [{"date": "2026-11-12", "mark": "Y4", "reason": "boiler failure, whole site"}],
}

# domain.md 3.5
NORFOLK_2025: dict[str, Any] = {
    "terms": [
        ["2025-09-03", "2025-10-24"],
        ["2025-11-03", "2025-12-19"],
        ["2026-01-06", "2026-02-13"],
        ["2026-02-23", "2026-03-27"],
        ["2026-04-14", "2026-05-22"],
        ["2026-06-01", "2026-07-17"],
    ],
    "inset": ["2025-11-03", "2026-04-14"],
}


def broad_reach(**other: Any) -> SchoolCalendar:
    """The sample school's calendar, with other keys in place of its own."""
    return calendar_of({**BROAD_REACH, **other})


def norfolk(**other: Any) -> SchoolCalendar:
    """The fixture of domain.md 3.5, with other keys in place of its own."""
    return calendar_of({**NORFOLK_2025, **other})


def day(words: str) -> date:
    """A day as a person checks it with a calendar in hand: `Mon 30 Nov 2026`; a wrong weekday is an error."""
    weekday, number, month, year = words.split()
    found = date(int(year), _MONTHS.index(month) + 1, int(number))
    if _WEEKDAYS[found.weekday()] != weekday:
        raise ValueError(f"{words} is a {_WEEKDAYS[found.weekday()]}")
    return found


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
