"""Arguments that several commands share: days, calendar files, the numbers of the bundle's policy."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

import api
from api.cli.output import CommandFailed
from attendance.calendar import SchoolCalendar
from attendance.calendar_file import calendar_from_bytes, calendar_of
from attendance.eligibility import Threshold
from attendance.errors import Unreadable
from attendance.working_days import FIRST_YEAR, LAST_YEAR, WorkingDays
from engine.policy import Policy

POLICY_FILE = Path(api.__file__).parent.parent / "bpmn" / "fast_track" / "policy.json"


def iso_day(word: str) -> date:
    """A day written like 2026-12-02."""
    try:
        day = date.fromisoformat(word if re.fullmatch(r"\d{4}-\d\d-\d\d", word) else "")
    except ValueError:
        raise typer.BadParameter(f'"{word}" is not a day like 2026-12-02.') from None
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise typer.BadParameter(f"{word} is not between {FIRST_YEAR} and {LAST_YEAR}, where bank holidays are known.")
    return day


CalendarFile = Annotated[
    Path | None,
    typer.Option("--calendar", metavar="FILE", help="A school's calendar, for bank holidays proclaimed late."),
]


Mapping = Annotated[
    list[str] | None,
    typer.Option("--mapping", metavar="WHAT=TITLE", help="Which column is what: `mark=Attendance Code`. Repeat it."),
]


def calendar_in(path: Path) -> SchoolCalendar:
    """The school calendar in a file. Raises Unreadable."""
    with readable(path) as stream:
        return calendar_of(calendar_from_bytes(stream.read()))


def school_in(path: Path) -> dict[str, str]:
    """The numbers of the school that a calendar file names, none where it names no school. Raises Unreadable."""
    with readable(path) as stream:
        school = calendar_from_bytes(stream.read()).get("school")
    named = school if isinstance(school, dict) else {}
    return {name: value for name in ("urn", "laestab") if isinstance(value := named.get(name), str)}


@contextmanager
def readable(path: Path) -> Iterator[BinaryIO]:
    """A file opened for reading. Raises Unreadable when it cannot be opened or read."""
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}.") from None


def working_days_in(path: Path | None) -> WorkingDays:
    """The working days that a calendar file knows, or those that all of England has."""
    return WorkingDays() if path is None else calendar_in(path).days


def criteria() -> Threshold:
    """The criteria of the Fast Track in numbers, from the policy that the process bundle carries."""
    return Threshold(
        percent=policy_number("threshold_percent"),
        sessions=policy_number("threshold_sessions"),
        window_weeks=policy_number("window_weeks"),
    )


def policy_number(name: str) -> int:
    """A number of the policy that the process bundle carries; never a number of our own in its place."""
    try:
        policy = Policy.read(POLICY_FILE.read_bytes())
    except OSError:
        raise CommandFailed(f"The policy of the process is missing: {POLICY_FILE}.") from None
    try:
        return int(getattr(policy, name))
    except AttributeError:
        raise CommandFailed(f"The policy of the process has no {name}: {POLICY_FILE}.") from None
