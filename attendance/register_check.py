"""Checks a whole register against the criteria of the Fast Track, and says what a reader should know of the figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from attendance.ages import compulsory_school_age
from attendance.calendar import SchoolCalendar
from attendance.eligibility import Figures, Threshold, Window, earlier_windows, figures, window_at
from attendance.marks import Tally
from attendance.register_rows import PupilOnRegister, Register
from attendance.words import in_words


@dataclass(frozen=True)
class Earlier:
    """An earlier window that met the criteria. It never changes the result, but a case may rely on it."""

    upn: str
    window: Window
    tally: Tally


@dataclass(frozen=True)
class Note:
    """Something to know about one pupil's figures, or about all (`upn` None)."""

    upn: str | None
    note: str


@dataclass(frozen=True)
class Check:
    """The figures of every pupil of a register, in its order. Source: domain.md 3.7."""

    window: Window
    pupils: tuple[Figures, ...]
    earlier: tuple[Earlier, ...]
    notes: tuple[Note, ...]


def check_register(register: Register, *, calendar: SchoolCalendar, threshold: Threshold) -> Check:
    """Judges each pupil by the latest window of the register."""
    window = window_at(register.as_at, last_mark=register.last_day, calendar=calendar, threshold=threshold)
    pupils = register.pupils.values()
    return Check(
        window=window,
        pupils=tuple(
            figures(pupil.marks, upn=pupil.upn, born=pupil.born, window=window, threshold=threshold) for pupil in pupils
        ),
        earlier=tuple(
            Earlier(pupil.label, earlier, tally)
            for pupil in pupils
            for earlier, tally in earlier_windows(
                pupil.marks, born=pupil.born, window=window, calendar=calendar, threshold=threshold
            )
        ),
        notes=tuple(_notes(register, window, calendar, threshold)),
    )


def _notes(register: Register, window: Window, calendar: SchoolCalendar, threshold: Threshold) -> Iterator[Note]:
    if not window.weeks:
        yield Note(None, f"The register has no mark on a school week up to {in_words(register.as_at)}.")
        return
    if len(window.weeks) < threshold.window_weeks:
        yield Note(
            None,
            f"The calendar has {len(window.weeks)} school weeks before the end of the window, "
            f"not {threshold.window_weeks}: these were used.",
        )
    days = tuple(day for day in calendar.school_days if window.weeks[0] <= day <= window.as_at)
    for note in register.notes:
        yield Note(None, note)
    for pupil in register.pupils.values():
        if pupil.born is None:
            yield Note(pupil.label, "The date of birth is missing: sessions were counted whatever the age.")
        elif not _overlaps(pupil, window):
            yield Note(pupil.label, "Not of compulsory school age in the window: no session was counted.")
        if missing := pupil.marks.missing(days):
            yield Note(pupil.label, f"{missing} sessions of the window have no mark; they were not counted.")


def _overlaps(pupil: PupilOnRegister, window: Window) -> bool:
    if pupil.born is None:
        return True
    begins, ends = compulsory_school_age(pupil.born)
    return begins <= window.as_at and ends >= window.weeks[0]
