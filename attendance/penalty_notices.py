"""Reads the file of penalty notices that an authority sends: each of one parent for one pupil, with its sessions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from attendance.csv_files import columns_of, plain, read_csv
from attendance.dates import read_date
from attendance.errors import RowRefused, Unreadable
from attendance.marks import SESSIONS
from attendance.register_columns import session_of
from attendance.register_rows import Quarantined
from attendance.upn import normalised, problem_with

WANTED = "a file of penalty notices as CSV with one row for each notice, or for each session of one"
YEARS = 3  # in which a second notice costs more and a third is not given. Source: domain.md 6.3
MOST_NOTICES = 2

_COLUMNS = {
    "reference": ("reference", "notice reference", "notice number", "pn reference", "pn number", "notice"),
    "upn": ("upn", "unique pupil number"),
    "adult": ("adult id", "contact id", "parent id"),
    "issued": ("issued on", "date issued", "issue date", "issued"),
    "status": ("status",),
    "date": ("date", "session date"),
    "session": ("session", "am pm"),
    "first": ("from", "first day", "period from", "start date"),
    "last": ("to", "last day", "period to", "end date"),
}
_NEEDED = {"reference": "Reference", "upn": "UPN", "adult": "Adult id", "issued": "Issued on", "status": "Status"}
_STATUSES = {
    "issued": ("issued", "served", "sent", "outstanding", "open"),
    "paid": ("paid", "paid in full"),
    "unpaid": ("unpaid", "not paid", "overdue", "expired"),
    "withdrawn": ("withdrawn", "cancelled", "canceled"),
    "prosecuted": ("prosecuted", "court", "prosecution"),
}
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words}
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Notice:
    """A notice as the file has it. Its sessions are named one by one, or are all the unauthorised ones of a period."""

    row: int  # the first
    reference: str
    upn: str
    adult: str
    issued_on: date
    status: str
    sessions: frozenset[tuple[date, str]]
    periods: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class NoticesFile:
    """What a file of penalty notices says, and what was set aside."""

    rows: int
    notices: Mapping[str, Notice]  # by reference
    quarantined: tuple[Quarantined, ...]


def read_notices(stream: BinaryIO) -> NoticesFile:
    """The notices in a CSV file. Raises Unreadable for a file of another kind. Source: domain.md 6.3, E30, E31."""
    header, records = read_csv(stream, wanted=WANTED)
    columns = columns_of(header, _COLUMNS)
    if missing := [title for name, title in _NEEDED.items() if name not in columns]:
        raise Unreadable(f"This file has no column {' and no column '.join(missing)}. Send {WANTED}.")
    notices: dict[str, Notice] = {}
    quarantined = []
    row = 0
    for row, cells in enumerate(records, start=1):
        try:
            if cells is None:
                raise RowRefused("A quotation mark in this row is never closed.")
            said = {
                name: cells[columns[name]].strip() if name in columns and columns[name] < len(cells) else ""
                for name in _COLUMNS
            }
            notice = _notice(row, said)
            notices[notice.reference] = _joined(notices.get(notice.reference), notice)
        except RowRefused as refused:
            quarantined.append(Quarantined(row, str(refused)))
    return NoticesFile(row, notices, tuple(quarantined))


def within_three_years(issued: Iterable[date], *, as_at: date) -> list[date]:
    """The notices that count on a day towards the limit of two in three years."""
    try:
        after = as_at.replace(year=as_at.year - YEARS)
    except ValueError:  # 29 February
        after = date(as_at.year - YEARS, 2, 28)
    return sorted(day for day in issued if after < day <= as_at)


def _notice(row: int, said: Mapping[str, str]) -> Notice:
    upn = normalised(said["upn"])
    if problem := problem_with(upn):
        raise RowRefused(problem)
    for name, title in (("reference", "reference"), ("adult", "adult's id")):
        if not said[name]:
            raise RowRefused(f"The {title} is missing.")
    status = _STATUS_OF.get(plain(said["status"]))
    if status is None:
        raise RowRefused(f'"{said["status"][:20]}" is not a status: write {", ".join(_STATUSES)}.')
    return Notice(
        row=row,
        reference=said["reference"],
        upn=upn,
        adult=said["adult"],
        issued_on=read_date(said["issued"]),
        status=status,
        sessions=frozenset(_sessions(said)),
        periods=tuple(_periods(said)),
    )


def _sessions(said: Mapping[str, str]) -> Iterator[tuple[date, str]]:
    if said["date"]:
        session = session_of(said["session"])
        if session is None:
            raise RowRefused(f'"{said["session"][:20]}" is not a session: write AM or PM.')
        yield read_date(said["date"]), SESSIONS[session]


def _periods(said: Mapping[str, str]) -> Iterator[tuple[date, date]]:
    if said["first"] or said["last"]:
        first, last = read_date(said["first"]), read_date(said["last"])
        if first > last:
            raise RowRefused("The period ends before it begins.")
        yield first, last


def _joined(known: Notice | None, found: Notice) -> Notice:
    """A notice with a further row of it. Raises RowRefused when the row says something else of the notice."""
    if known is None:
        return found
    for name in ("upn", "adult", "issued_on", "status"):
        if getattr(known, name) != getattr(found, name):
            raise RowRefused(f"Row {known.row} says something else of the notice with this reference.")
    return Notice(
        row=known.row,
        reference=known.reference,
        upn=known.upn,
        adult=known.adult,
        issued_on=known.issued_on,
        status=known.status,
        sessions=known.sessions | found.sessions,
        periods=known.periods + found.periods,
    )
