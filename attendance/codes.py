"""The codes of an attendance register and what each means for the count. Source: domain.md section 4."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from attendance.csv_files import bare
from attendance.errors import RowRefused
from attendance.words import in_words

REGULATIONS_2024 = date(2024, 8, 19)  # SI 2024/208 came into force


class Kind(StrEnum):
    """How a session with a code counts. All but the last are possible sessions."""

    ATTENDING = "attending"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    NOT_POSSIBLE = "not possible"


@dataclass(frozen=True)
class Code:
    """One code. `retired`: the first day on which it can no longer be used."""

    code: str
    meaning: str
    kind: Kind
    retired: date | None = None

    @property
    def is_possible(self) -> bool:
        """Whether a session with this code is one the pupil could have attended."""
        return self.kind is not Kind.NOT_POSSIBLE


TABLE = (
    Code("/", "present in the morning", Kind.ATTENDING),
    Code("\\", "present in the afternoon", Kind.ATTENDING),
    Code("L", "late, before the register closed", Kind.ATTENDING),
    Code("K", "education arranged by the local authority", Kind.ATTENDING),
    Code("V", "educational visit", Kind.ATTENDING),
    Code("P", "sporting activity", Kind.ATTENDING),
    Code("W", "work experience", Kind.ATTENDING),
    Code("B", "other approved educational activity off site", Kind.ATTENDING),
    Code("C1", "leave for a regulated performance or employment abroad", Kind.AUTHORISED),
    Code("M", "leave for a medical or dental appointment", Kind.AUTHORISED),
    Code("J1", "leave for an interview", Kind.AUTHORISED),
    Code("S", "study leave", Kind.AUTHORISED),
    Code("C2", "part-time timetable", Kind.AUTHORISED),
    Code("C", "leave for an exceptional circumstance", Kind.AUTHORISED),
    Code("T", "parent travelling for work", Kind.AUTHORISED),
    Code("R", "religious observance", Kind.AUTHORISED),
    Code("I", "illness", Kind.AUTHORISED),
    Code("E", "suspended or excluded", Kind.AUTHORISED),
    Code("G", "holiday not granted", Kind.UNAUTHORISED),
    Code("N", "reason not yet known", Kind.UNAUTHORISED),
    Code("O", "absent without leave", Kind.UNAUTHORISED),
    Code("U", "arrived after the register closed", Kind.UNAUTHORISED),
    Code("D", "due at the other school where also registered", Kind.NOT_POSSIBLE),
    Code("X", "not of compulsory school age, not required to attend", Kind.NOT_POSSIBLE),
    Code("Q", "no access arrangements that the local authority owed", Kind.NOT_POSSIBLE),
    Code("Y1", "usual transport not available", Kind.NOT_POSSIBLE),
    Code("Y2", "widespread disruption to travel", Kind.NOT_POSSIBLE),
    Code("Y3", "part of the premises closed", Kind.NOT_POSSIBLE),
    Code("Y4", "whole site unexpectedly closed", Kind.NOT_POSSIBLE),
    Code("Y5", "in criminal-justice detention", Kind.NOT_POSSIBLE),
    Code("Y6", "absent under public-health guidance or law", Kind.NOT_POSSIBLE),
    Code("Y7", "other unavoidable cause", Kind.NOT_POSSIBLE),
    Code("Z", "not on roll yet", Kind.NOT_POSSIBLE),
    Code("#", "planned closure of the whole school", Kind.NOT_POSSIBLE),
    Code("H", "holiday granted", Kind.AUTHORISED, REGULATIONS_2024),
    Code("J", "at an interview", Kind.ATTENDING, REGULATIONS_2024),
    Code("Y", "unable to attend", Kind.NOT_POSSIBLE, REGULATIONS_2024),
)
CODES = {code.code: code for code in TABLE}

PROVISIONAL = "N"  # counts as unauthorised until the reason is known; never turned into O by us
ON_CLOSED_DAYS = frozenset({"#", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"})
NO_MARK = frozenset({"", "-"})


def read_mark(cell: str, day: date) -> Code | None:
    """The code that a register's cell means on a day; None for a session without a mark.

    Raises RowRefused for what is no code, and for a code retired by that day: codes are never guessed.
    """
    word = bare(cell).upper()
    if word in NO_MARK:
        return None
    code = CODES.get(word)
    if code is None:
        raise RowRefused(f'"{_short(word)}" is not a code of the register.')
    if code.retired is not None and day >= code.retired:
        raise RowRefused(f"The code {word} was retired on {in_words(code.retired)}.")
    return code


def _short(word: str) -> str:
    return word if len(word) <= 12 else word[:12] + "…"
