"""A school's calendar as it arrives: JSON with the school, terms, staff days, closures and proclaimed bank holidays."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from attendance.calendar import Closure, SchoolCalendar
from attendance.codes import CODES, Kind
from attendance.errors import Unreadable
from attendance.words import in_words
from attendance.working_days import FIRST_YEAR, LAST_YEAR, WorkingDays

LONGEST_TERM = 366  # days; what is longer is a slip of the pen
JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


@dataclass(frozen=True)
class SchoolDetails:
    """What letters say about a school."""

    urn: str
    laestab: str
    name: str
    phone: str
    address: tuple[str, ...]


def calendar_from_bytes(content: bytes) -> dict[str, JSON]:
    """The JSON object in a calendar file. Raises Unreadable."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Unreadable("The calendar file is not JSON.") from None
    if not isinstance(found, dict) or "terms" not in found:
        raise Unreadable('The calendar file is JSON, but no calendar: it has no "terms".')
    return found


def calendar_of(content: Mapping[str, JSON]) -> SchoolCalendar:
    """The calendar in a file's JSON. Raises Unreadable, naming what is wrong.

    Keys: terms [[first, last], …]; inset [day, …]; closures [{date, mark, reason}, …]; proclaimed [day, …], bank
    holidays proclaimed late; bank_holidays [day, …], which replace the known ones in each year they name.
    """
    terms = sorted(_term(term) for term in _list(content, "terms"))
    if not terms:
        raise Unreadable('The calendar\'s "terms" are empty.')
    for (_, last), (first, _) in pairwise(terms):
        if first <= last:
            raise Unreadable(f"Two terms overlap: one ends {in_words(last)}, the next begins {in_words(first)}.")
    return SchoolCalendar(
        terms=tuple(terms),
        inset=_days(content, "inset"),
        closures=dict(_closure(closure) for closure in _list(content, "closures")),
        days=WorkingDays(proclaimed=_days(content, "proclaimed"), replaced=_days(content, "bank_holidays")),
    )


def school_of(content: Mapping[str, JSON]) -> SchoolDetails:
    """The school that a calendar file names. Raises Unreadable."""
    school = content.get("school")
    if not isinstance(school, dict):
        raise Unreadable('The calendar file has no "school".')
    words = {}
    for name in ("urn", "laestab", "name", "phone"):
        value = school.get(name)
        if not isinstance(value, str) or not value.strip():
            raise Unreadable(f'The calendar file\'s school has no "{name}".')
        words[name] = value.strip()
    lines = school.get("address")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, str) for line in lines):
        raise Unreadable('The calendar file\'s school has no "address" as a list of lines.')
    return SchoolDetails(**words, address=tuple(str(line) for line in lines))


def _term(term: JSON) -> tuple[date, date]:
    if not isinstance(term, list) or len(term) != 2:
        raise Unreadable('Each of the calendar\'s "terms" is a pair of first and last day.')
    first, last = (_day(day, "terms") for day in term)
    if first > last:
        raise Unreadable(f"A term ends before it begins: {in_words(first)} to {in_words(last)}.")
    if (last - first).days > LONGEST_TERM:
        raise Unreadable(f"A term is longer than a year: {in_words(first)} to {in_words(last)}.")
    return first, last


def _closure(closure: JSON) -> tuple[date, Closure]:
    if not isinstance(closure, dict):
        raise Unreadable('Each of the calendar\'s "closures" is an object with a date.')
    mark, reason = closure.get("mark") or "#", closure.get("reason") or ""
    if not isinstance(mark, str) or mark not in CODES or CODES[mark].kind is not Kind.NOT_POSSIBLE:
        raise Unreadable(f'"{mark}" is not a mark for a day on which the whole school is closed.')
    return _day(closure.get("date"), "closures"), Closure(mark, str(reason))


def _days(content: Mapping[str, JSON], name: str) -> frozenset[date]:
    return frozenset(_day(day, name) for day in _list(content, name))


def _list(content: Mapping[str, JSON], name: str) -> list[JSON]:
    found = content.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Unreadable(f'The calendar\'s "{name}" is not a list.')
    return found


def _day(word: JSON, where: str) -> date:
    try:
        day = date.fromisoformat(word if isinstance(word, str) else "")
    except ValueError:
        raise Unreadable(f'"{word}" in the calendar\'s "{where}" is not a date like 2026-09-02.') from None
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise Unreadable(
            f'{word} in the calendar\'s "{where}" is not between {FIRST_YEAR} and {LAST_YEAR}, '
            "where bank holidays are known."
        )
    return day
