"""Which kind of register a file is, told from its header. Only the long kind can be checked; the others are named."""

import re
from collections.abc import Mapping

from attendance.csv_files import columns_of, plain
from attendance.errors import Unreadable
from attendance.upn import normalised, problem_with

WANTED = "a register as CSV with one row for each pupil, date and session"

COLUMNS = {
    "upn": ("upn", "unique pupil number"),
    "date": ("date", "session date", "attendance date"),
    "session": ("session", "am pm", "session name"),
    "mark": ("mark", "code", "attendance code", "attendance mark"),
    "admission_number": ("admission number", "admission no", "adno"),
    "surname": ("legal surname", "surname"),
    "forename": ("legal forename", "forename"),
    "born": ("dob", "date of birth"),
    "year": ("year", "year group"),
    "registration_group": ("reg", "reg group", "registration group"),
}
_NEEDED = {"upn": "UPN", "date": "Date", "session": "Session", "mark": "Mark"}

_DATED = re.compile(r"(\d{4} \d{1,2} \d{1,2}|\d{1,2} \d{1,2} \d{4})( (am|pm))?")
_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri)[a-z]*( (am|pm))?")


def long_columns(header: list[str]) -> Mapping[str, int]:
    """Where the columns of a long register stand. Raises Unreadable, naming the kind of file that it is instead."""
    columns = columns_of(header, COLUMNS)
    missing = [title for name, title in _NEEDED.items() if name not in columns]
    if not missing:
        return columns
    if other := _other_kind({plain(title) for title in header}):
        raise Unreadable(f"This is {other}, not {WANTED}.")
    if not problem_with(normalised(header[0])):
        raise Unreadable("The first line of this file is a row of data; it should name the columns.")
    raise Unreadable(f"This file has no column {' and no column '.join(missing)}. Send {WANTED}.")


def _other_kind(titles: set[str]) -> str:
    if "adult id" in titles or {"relationship", "basis"} <= titles:
        return "a file of adults"
    if "possible" in titles and titles & {"attended", "unauthorised", "authorised"}:
        return "a summary, which says how many sessions but not which"
    if any(title.startswith("week commencing") for title in titles) or sum(map(_is_weekday, titles)) > 1:
        return "a weekly grid, one row for each pupil and ten columns of marks"
    if sum(bool(_DATED.fullmatch(title)) for title in titles) > 1:
        return "a wide register, one row for each pupil and one column for each session"
    return ""


def _is_weekday(title: str) -> bool:
    return bool(_WEEKDAY.fullmatch(title))
