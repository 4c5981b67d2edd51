"""Rows that give a pupil another date of birth than an earlier one: perhaps two pupils under one number."""

from datetime import date
from typing import Protocol

from attendance.csv_files import bare
from attendance.dates import read_date
from attendance.errors import RowRefused


class _Pupil(Protocol):
    @property
    def born(self) -> date | None: ...


class _Seat(Protocol):
    born_cell: str  # as it was written last

    @property
    def pupil(self) -> _Pupil: ...


class Birthdays:
    """Hears of each date of birth that is written otherwise than before."""

    def __init__(self) -> None:
        self._number = self._first = 0

    def hear(self, seat: _Seat, cell: str, row: int) -> None:
        """Notes the row where the date is another one, and not only written in another way."""
        try:
            born = read_date(bare(cell))
        except RowRefused:
            return
        if seat.pupil.born is None or born == seat.pupil.born:
            seat.born_cell = cell
            return
        self._first = self._first or row
        self._number += 1

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know; without a UPN, which would outlive the pupil's own row."""
        if not self._number:
            return ()
        return (
            f"{self._number} rows give another date of birth than an earlier row of the same pupil, the first of them "
            f"row {self._first}. The date that came first counts; look whether two pupils have one number.",
        )
