"""A school's calendar as events of a diary (iCalendar, RFC 5545): all-day events, whose end does not count."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from icalendar import Calendar, Component

from attendance.calendar_entries import Entry, LeftOut, entry, refused
from attendance.calendar_words import is_of_school_days
from attendance.errors import Unreadable
from attendance.moments import LONDON

MOST_BYTES = 2_000_000
MOST_EVENTS = 5_000
BEGINNING = b"BEGIN:VCALENDAR"
_NOTHING = timedelta()
ONE_DAY = timedelta(days=1)


def is_ics(content: bytes) -> bool:
    """Whether a file begins as iCalendar does."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(BEGINNING)].upper() == BEGINNING


def read_calendar_ics(content: bytes) -> tuple[list[Entry], list[LeftOut]]:
    """The entries of a diary, and the events that say nothing of whole school days.

    An event lasts whole days when it has dates without times, or runs from midnight to midnight in England. One that
    repeats is refused where it is about school days: a calendar names each of its days. Raises Unreadable with every
    event that is wrong.
    """
    entries: list[Entry] = []
    left_out: list[LeftOut] = []
    problems: list[str] = []
    for event in _events(content):
        try:
            found = _entry(event)
        except Unreadable as problem:
            problems.append(str(problem))
            continue
        if isinstance(found, Entry):
            entries.append(found)
        else:
            left_out.append(found)
    if problems:
        raise refused(problems)
    return entries, left_out


def _events(content: bytes) -> Iterator[Component]:
    """The newest version of each event, in the order in which they begin to stand in the file."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"This calendar is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        # Bytes, never text: text without a line break would be taken for the name of a file and opened.
        calendars = Calendar.from_ical(content.removeprefix(b"\xef\xbb\xbf"), multiple=True)
    except (ValueError, TypeError, AttributeError, RecursionError):  # the library trips over broken parameters
        raise Unreadable("This is no iCalendar file that can be read, or only a part of one.") from None
    events: dict[str, Component] = {}
    for number, event in enumerate((event for calendar in calendars for event in calendar.walk("VEVENT")), 1):
        if number > MOST_EVENTS:
            raise Unreadable(f"This calendar has more than {MOST_EVENTS} events.")
        name = f"{event.get('UID') or number}|{event.get('RECURRENCE-ID', '')}"
        if name not in events or _sequence(event) >= _sequence(events[name]):
            events[name] = event
    yield from events.values()


def _entry(event: Component) -> Entry | LeftOut:
    words = " ".join(str(event.get("SUMMARY") or "").split())
    kind = next((category for category in _categories(event) if is_of_school_days(category)), "")
    where = f"“{words or 'an event without a name'}”"
    if not is_of_school_days(kind or words):
        return LeftOut(where, "It says nothing of whole school days.")
    if "CANCELLED" in str(event.get("STATUS") or "").upper():
        return LeftOut(where, "It is cancelled.")
    if repeats := next((name for name in ("RRULE", "RDATE", "RECURRENCE-ID") if name in event), ""):
        raise Unreadable(f"{where}: it repeats ({repeats}). Put each of its days into the calendar by itself.")
    days = _whole_days(event, where)
    if days is None:
        return LeftOut(where, "It has times of a day, so no whole day of school is taken by it.")
    first, last = days
    return entry(where=f"{where} ({first.isoformat()})", words=words, first=first, last=last, kind=kind)


def _whole_days(event: Component, where: str) -> tuple[date, date] | None:
    """First and last day of an event; None when it does not last whole days in England."""
    if event.errors:
        broken = ", ".join(sorted({str(name) for name, _ in event.errors if name}))
        raise Unreadable(f"{where}: its {broken or 'dates'} cannot be read.")
    begins, ends, lasts = (event.decoded(name, None) for name in ("DTSTART", "DTEND", "DURATION"))
    if begins is None:
        raise Unreadable(f"{where}: it has no DTSTART.")
    if not (isinstance(ends, date | None) and isinstance(lasts, timedelta | None)):
        raise Unreadable(f"{where}: its end cannot be read.")
    if isinstance(begins, datetime):
        if ends is None and lasts is None:
            return None  # a moment
        begins, ends = _local(begins), _local(ends) if isinstance(ends, datetime) else None
        until = ends if ends is not None else begins + (lasts or _NOTHING)
        if begins.time() != time() or until.time() != time() or until.date() <= begins.date():
            return None
        return begins.date(), until.date() - ONE_DAY
    if not isinstance(begins, date) or isinstance(ends, datetime):
        raise Unreadable(f"{where}: DTSTART and DTEND are not of one kind.")
    # RFC 5545: a date without an end is that one day, and an end is the day after the last.
    until_day = ends or begins + (lasts or ONE_DAY)
    if until_day < begins:
        raise Unreadable(f"{where}: it ends before it begins.")
    # Some diaries write one day with an end on that day; nothing else can be meant.
    return begins, max(begins, until_day - ONE_DAY)


def _local(moment: datetime) -> datetime:
    """The moment in England, without its zone. A time without a zone is of the place where it is read."""
    return moment.astimezone(LONDON).replace(tzinfo=None) if moment.tzinfo else moment


def _categories(event: Component) -> list[str]:
    found = event.get("CATEGORIES") or []
    lists = found if isinstance(found, list) else [found]
    return [str(category) for each in lists for category in getattr(each, "cats", [])]


def _sequence(event: Component) -> int:
    value = event.get("SEQUENCE", 0)
    return value if isinstance(value, int) else 0
