"""The columns of a register under the titles that schools' systems give them, and those that are sessions."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.csv_files import plain
from attendance.dates import read_date
from attendance.errors import RowRefused
from attendance.words import in_words

COLUMNS = {
    "upn": ("upn", "unique pupil number", "upn number", "pupil upn", "student upn"),
    "admission_number": (
        *("admission number", "admission no", "adno", "adm no", "admno", "admission num", "admissionnumber"),
        *("admissionno", "pupil admission number", "student admission number"),
    ),
    "date": ("date", "session date", "attendance date", "mark date", "register date", "date of session", "day"),
    "session": ("session", "am pm", "session name", "session type", "am or pm", "half day"),
    "mark": (
        *("mark", "code", "attendance code", "attendance mark", "session mark", "mark code", "register mark"),
        *("registration mark", "register code", "registration code", "att code", "absence code"),
    ),
    "urn": ("urn", "school urn", "establishment urn"),
    "laestab": ("laestab", "dfe number", "dfe no", "dfes number", "school laestab", "school dfe number"),
    "school": ("school", "school name", "establishment", "establishment name", "academy"),
    "amended": (
        *("amended at", "amended", "amended on", "amendment time", "amendment date", "date amended", "last amended"),
        *("last updated", "updated at", "updated on", "updated", "modified", "modified at", "last modified"),
        *("changed at", "changed on", "last changed"),
    ),
    "surname": ("legal surname", "surname", "last name", "family name", "legal last name", "legal family name"),
    "forename": ("legal forename", "forename", "first name", "given name", "legal first name", "forenames"),
    "name": ("name", "pupil name", "student name", "pupil", "student", "full name"),
    "born": ("dob", "date of birth", "birth date", "birthdate", "d o b"),
    "year": ("year", "year group", "nc year", "yr", "ncy", "year taught in"),
    "registration_group": (
        *("reg", "reg group", "registration group", "registration form", "form", "form group", "tutor group"),
        *("reg form", "class", "tutor"),
    ),
    "week": ("week commencing", "week beginning", "week starting", "w c", "w b", "wc", "week"),
    "minutes_late": ("minutes late", "mins late", "late minutes"),
    "comment": ("comment", "comments", "note", "notes", "reason"),
}

_SESSIONS = {"am": 0, "1": 0, "morning": 0, "pm": 1, "2": 1, "afternoon": 1}
_WEEKDAYS = {
    name: place
    for place, names in enumerate(
        (
            "mon monday",
            "tue tues tuesday",
            "wed weds wednesday",
            "thu thur thurs thursday",
            "fri friday",
            "sat saturday",
        )
    )
    for name in names.split()
} | {"saturday": 5, "sun": 6, "sunday": 6}
_NOISE = {"session", "sess", "mark", "code", "reg", "registration", "register", "attendance"}
_WORDS = re.compile(r"[\s:,;()\[\]_]+")
_LIKE_A_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d{1,2}[ -][a-z]{3,9}[ -]\d{2,4}", re.IGNORECASE)
_LONGEST_TITLE = 60
_SUNDAY, _SATURDAY = 6, 5


@dataclass(frozen=True)
class SessionColumn:
    """A column of marks: of one day, of one weekday in a week that is said elsewhere, or of the row's own day.

    problem: why its day cannot be told, as a sentence; its marks are then set aside.
    """

    place: int
    title: str
    session: int
    day: date | None = None
    weekday: int | None = None
    problem: str = ""


def session_of(cell: str) -> int | None:
    """Which session of a day a word means, 0 or 1; None when it means none."""
    words = [word for word in _WORDS.split(cell.lower().replace(".", "")) if word and word not in _NOISE]
    return _SESSIONS.get(words[0]) if len(words) == 1 else None


def session_column(place: int, title: str) -> SessionColumn | None:
    """The column of marks that a title names, such as `03/09/2026 AM`, `Thu PM` or `AM reg`; None for another one.

    A day without a session names none: which of its two it would be is not guessed.
    """
    if len(title) > _LONGEST_TITLE:
        return None
    words = [word for word in _WORDS.split(title.lower()) if word and word not in _NOISE]
    halves = [at for at, word in enumerate(words) if word in _SESSIONS]
    clear = [at for at in halves if not words[at].isdigit()]
    if not halves or len(clear) > 1:
        return None
    # `1 Oct 2026 AM` and `AM 1 Oct 2026`: a number is the session only where nothing clearer is, and then the last one.
    at = (clear or halves)[-1]
    weekdays = [word for word in words if word.rstrip(".") in _WEEKDAYS]
    rest = " ".join(word for place, word in enumerate(words) if place != at and word not in weekdays)
    weekday = _WEEKDAYS[weekdays[0].rstrip(".")] if weekdays else None
    if not rest:
        return None if len(weekdays) > 1 else SessionColumn(place, title, _SESSIONS[words[at]], weekday=weekday)
    if not _LIKE_A_DATE.fullmatch(rest):
        return None
    try:
        day = read_date(rest)
    except RowRefused as refused:
        return SessionColumn(place, title, _SESSIONS[words[at]], problem=str(refused))
    if weekday is not None and weekday != day.weekday():
        return SessionColumn(place, title, _SESSIONS[words[at]], problem=f"{in_words(day)} is another weekday.")
    return SessionColumn(place, title, _SESSIONS[words[at]], day=day)


def says_a_day(title: str) -> bool:
    """Whether a title is a day or a weekday and nothing else, whichever way it is written."""
    words = [word.rstrip(".") for word in _WORDS.split(title.lower()) if word and word not in _NOISE]
    rest = " ".join(word for word in words if word not in _WEEKDAYS)
    return bool(words) and (not rest or _LIKE_A_DATE.fullmatch(rest) is not None)


def week_of(title: str, said: str) -> date | None:
    """The Monday that a line such as `Week commencing, 16/11/2026` says; None when it says none.

    title: its first cell, plain. A Sunday begins the week of the Monday after it; a Saturday is in no school week.
    """
    return monday_said(said) if any(plain(title).startswith(start) for start in COLUMNS["week"]) else None


def monday_said(cell: str) -> date | None:
    """The Monday of the week of the day that a cell ends with; None when it ends with none."""
    words = [word for word in _WORDS.split(cell.strip()) if word]
    for start in range(max(0, len(words) - _MOST_WORDS), len(words)):
        try:
            day = read_date(" ".join(words[start:]))
        except RowRefused:
            continue
        if day.weekday() == _SATURDAY:
            return None
        return day + timedelta(days=1) if day.weekday() == _SUNDAY else day - timedelta(days=day.weekday())
    return None


_MOST_WORDS = 6  # of a day and what stands before it
