"""Reads a school's calendar, whatever file it comes in: JSON, a table (CSV), or a diary (ICS)."""

from collections.abc import Mapping
from dataclasses import dataclass

from attendance.calendar_content import kept
from attendance.calendar_csv import read_calendar_csv
from attendance.calendar_entries import LeftOut, content_from
from attendance.calendar_file import JSON, calendar_from_bytes
from attendance.calendar_ics import is_ics, read_calendar_ics
from attendance.errors import Unreadable


@dataclass(frozen=True)
class CalendarRead:
    """What a file makes of a school's calendar. `school` is what a JSON file says of the school itself."""

    content: Mapping[str, JSON]
    left_out: tuple[LeftOut, ...]
    school: JSON = None


def read_calendar(content: bytes, *, known: Mapping[str, JSON] | None) -> CalendarRead:
    """The calendar after a file. Raises Unreadable with everything that is wrong.

    JSON is the whole calendar. A table or a diary replaces the terms and staff days of each school year of which it
    has a term, and adds its closures; what it does not name stays as in `known`, the calendar there is.
    """
    head = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if head == b"{":
        found = calendar_from_bytes(content)
        return CalendarRead(kept(found), (), found.get("school"))
    if is_ics(content):
        entries, left_out = read_calendar_ics(content)
        name = "This diary"
    else:
        entries, left_out = read_calendar_csv(content)
        name = "This table"
    if not entries:
        raise Unreadable(f"{name} says nothing of school days: no term, holiday, staff day or closure.")
    return CalendarRead(content_from(entries, known=known, where_from=name), tuple(left_out))
