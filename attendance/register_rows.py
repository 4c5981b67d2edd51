"""What a register's file says: the pupils it names, and the rows that are set aside, empty or in conflict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from attendance.marks import Marks
from attendance.register_layout import Shape
from attendance.spool import Spool


@dataclass(frozen=True)
class Quarantined:
    """A row set aside, or one mark of it. Rows of data are counted from 1, the header and empty lines are not."""

    row: int
    reason: str
    column: str = ""  # the title of the mark's column, where a row has several marks
    # What the row said, by what we call the columns; `marks` are day, session and mark where a row has several.
    written: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """A row whose mark another row of the same file replaced; both are kept."""

    row: int
    superseded_by: int
    upn: str
    day: date
    session: str
    was: str
    became: str


@dataclass(frozen=True)
class PupilOnRegister:
    """A pupil as the register names them, with the marks that were read."""

    upn: str  # empty where the file has admission numbers alone
    admission_number: str
    surname: str
    forename: str
    born: date | None
    year: str
    registration_group: str
    marks: Marks

    @property
    def label(self) -> str:
        """How rows and notes name the pupil."""
        return self.upn or f"admission number {self.admission_number}"


@dataclass(frozen=True)
class Register:
    """What a register's file says on a day: every pupil it names, in its order, and what was set aside."""

    as_at: date
    rows: int
    pupils: Mapping[str, PupilOnRegister]  # by UPN, or by admission number in a file that has no UPNs
    quarantined: Spool[Quarantined]
    gaps: Sequence[int]  # rows without a mark
    conflicts: Spool[Conflict]
    left_out: int  # good marks after the as-at date
    last_day: date | None  # the last day with a mark
    shape: Shape
    notes: tuple[str, ...] = ()  # what a reader of the file should know, such as what could not be told


def quarantine_spool() -> Spool[Quarantined]:
    """Room for any number of rows set aside."""
    return Spool(lambda row: (row.row, row.reason, row.column, row.written), lambda said: Quarantined(*said))


def conflicts_spool() -> Spool[Conflict]:
    """Room for any number of conflicts."""
    return Spool(_packed, _unpacked)


def _packed(found: Conflict) -> tuple[Any, ...]:
    return found.row, found.superseded_by, found.upn, found.day.isoformat(), found.session, found.was, found.became


def _unpacked(said: list[Any]) -> Conflict:
    row, superseded_by, upn, day, session, was, became = said
    return Conflict(row, superseded_by, upn, date.fromisoformat(day), session, was, became)
