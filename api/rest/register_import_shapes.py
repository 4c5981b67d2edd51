"""What is answered about register imports."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from api.rest.shapes import Moment, Out, PersonRef, person_ref
from attendance.register_imports import Imported as Found
from engine.database import AnyRow

EXAMPLE = "UPN,Date,Session,Mark\nP926999018001,2026-11-20,AM,/\n"
MOST_ROWS_SHOWN = 1000


class SetAside(Out):
    """A row that cannot be right, or one mark of it. Rows of data are counted from 1."""

    row: int
    reason: str = Field(examples=["The school is closed on Thu 12 Nov 2026."])
    column: str = Field("", description="The title of the mark's column, where a row has several marks.")


class Superseded(Out):
    """A row whose mark another row of the same file replaced. Both are kept."""

    row: int
    superseded_by: int
    day: date
    session: str
    was: str
    became: str


class Counts(Out):
    """How many rows there are of each kind, listed or not."""

    quarantined: int
    gaps: int
    conflicts: int


class ImportSummary(Out):
    """What a file brought. Marks are counted by session."""

    id: UUID
    school_id: UUID
    filename: str
    sha256: str
    shape: str = Field(examples=["long"], description="long, daily, wide, grid or transfer.")
    notes: list[str] = Field(description="What a reader of the file should know.")
    rows: int
    left_out: int = Field(description="Marks of days to come.")
    pupils_new: int
    marks_new: int
    marks_changed: int
    marks_unchanged: int
    marks_closed: int = Field(description="Of those changed: replaced by the mark of a day on which school was closed.")
    counts: Counts
    last_day: date | None = Field(description="The last day with a mark.")
    imported_by: PersonRef
    imported_at: Moment


class ImportOut(ImportSummary):
    """What a file brought, with the first thousand rows of each kind of which to know."""

    quarantined: list[SetAside]
    gaps: list[int] = Field(description="Rows without a mark: they replace nothing.")
    conflicts: list[Superseded]


class Imported(ImportOut):
    """What has just been taken in. `repeats` is the import of the very same file before."""

    repeats: UUID | None
    is_stale: bool = Field(description="The same file came before, and others since: nothing of it was taken.")
    pupils_changed: int = Field(description="Whose marks or date of birth are new or different.")

    @classmethod
    def of(cls, kept: ImportOut, found: Found) -> "Imported":
        """What is kept of the import, with what this very request changed."""
        told = ("rows", "left_out", "pupils_new", "marks_new", "marks_changed", "marks_unchanged", "marks_closed")
        return cls(
            **{**dict(kept), **{name: getattr(found, name) for name in told}},
            repeats=found.repeats,
            is_stale=found.is_stale,
            pupils_changed=len(found.pupils_changed),
        )


class Changed(Out):
    """A mark that an import changed. Both values are kept, and by which file and when."""

    id: UUID
    pupil_id: UUID
    day: date
    session: str
    was: str | None
    became: str | None
    import_id: UUID
    filename: str
    at: Moment


class SessionTitle(Out):
    """A column of marks. `problem` says why its day cannot be told."""

    title: str
    day: date | None
    problem: str


class PreviewOut(Out):
    """How a file would be read."""

    shape: str = Field(examples=["a row for each pupil, day and session"])
    columns: dict[str, str] = Field(description="What we call a column → its title in the file.")
    sessions: list[SessionTitle] = Field(description="The columns of marks, in files with several marks in a row.")
    week: date | None = Field(description="The Monday of a weekly grid, where a line above the header says it.")
    unused: list[str] = Field(description="Titles of columns from which nothing is read.")
    rows: list[list[str]] = Field(description="The first rows below the header.")


def import_out(row: AnyRow, people: Mapping[str, str]) -> dict[str, Any]:
    """What every answer about an import says."""
    copied = (
        *("id", "school_id", "filename", "sha256", "shape", "notes", "rows", "left_out", "pupils_new", "marks_new"),
        *("marks_changed", "marks_unchanged", "marks_closed", "last_day", "imported_at"),
    )
    return {
        **{name: getattr(row, name) for name in copied},
        "counts": Counts(quarantined=row.quarantined, gaps=row.gaps, conflicts=row.conflicts),
        "imported_by": person_ref(row.imported_by, people),
    }
