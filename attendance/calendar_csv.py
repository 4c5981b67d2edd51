"""A school's calendar as a table: a row for each term, staff day, closure or holiday."""

import io

from attendance.calendar_entries import Entry, LeftOut, entry, refused
from attendance.calendar_words import Means, is_of_school_days, meaning_of
from attendance.codes import CODES, Kind
from attendance.csv_files import columns_of, read_csv
from attendance.dates import read_date
from attendance.errors import RowRefused, Unreadable

MOST_ROWS = 2_000
WANTED = "a calendar's table with columns for what it is, the first and the last day"
# What we call a column → how its title may read. The last day counts: it is no export of a diary.
COLUMNS = {
    "kind": ("kind", "type", "category", "event type"),
    "name": ("name", "event", "description", "summary", "subject", "title", "term", "what"),
    "first": ("first", "first day", "from", "start", "start date", "starts", "begins", "opens", "date", "day"),
    "last": ("last", "last day", "to", "until", "end", "end date", "ends", "closes"),
    "mark": ("mark", "code"),
    "reason": ("reason", "note", "notes"),
}
_OF_A_DIARY = ("start time", "end time", "all day event", "all day")


def read_calendar_csv(content: bytes) -> tuple[list[Entry], list[LeftOut]]:
    """The entries of a table, and the rows that say nothing of school days.

    Raises Unreadable with every row that is wrong: a calendar of which a part is missing is a wrong calendar.
    """
    header, records = read_csv(io.BytesIO(content), wanted=WANTED)
    places = columns_of(header, COLUMNS)
    if columns_of(header, {title: (title,) for title in _OF_A_DIARY}):
        raise Unreadable(
            "This is the table of a diary, in which nobody knows whether an end date still counts. "
            "Export the diary as ICS (iCalendar)."
        )
    if "first" not in places or not ({"kind", "name"} & places.keys()):
        raise Unreadable(f"The first line of this file is not the header of {WANTED}.")
    entries: list[Entry] = []
    left_out: list[LeftOut] = []
    problems: list[str] = []
    for number, record in enumerate(records, 1):
        if number > MOST_ROWS:
            raise Unreadable(f"This table has more than {MOST_ROWS} rows; no calendar has.")
        where = f"Row {number}"
        if record is None:
            problems.append(f"{where}: a quotation mark is never closed.")
            continue
        cells = {name: record[place].strip() if place < len(record) else "" for name, place in places.items()}
        try:
            found = _entry(where, cells)
        except (RowRefused, Unreadable) as problem:
            problems.append(str(problem) if str(problem).startswith(where) else f"{where}: {problem}")
            continue
        if isinstance(found, Entry):
            entries.append(found)
        elif found is not None:
            left_out.append(found)
    if problems:
        raise refused(problems)
    return entries, left_out


def _entry(where: str, cells: dict[str, str]) -> Entry | LeftOut | None:
    kind, name = cells.get("kind", ""), cells.get("name", "")
    if not any(cells.values()):
        return None
    if not is_of_school_days(kind or name):
        if kind:
            raise RowRefused(f"“{kind}” is none of {', '.join(means.value for means in Means)}.")
        return LeftOut(where, f"“{name}” says nothing of whole school days.")
    first = read_date(cells["first"])
    last = read_date(cells["last"]) if cells.get("last") else first
    words = cells.get("reason") or name
    mark = cells.get("mark", "").upper()
    if mark and (mark not in CODES or CODES[mark].kind is not Kind.NOT_POSSIBLE):
        raise RowRefused(f"“{mark}” is not a mark for a day on which the whole school is closed.")
    if mark and meaning_of(kind or name) is not Means.CLOSURE:
        raise RowRefused("Only a closure has a mark.")
    return entry(where=where, words=words, first=first, last=last, mark=mark, kind=kind or name)
