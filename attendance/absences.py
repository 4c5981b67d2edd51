"""Sessions of a kind, and runs of school days on which a pupil was absent without leave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.codes import Code, Kind
from attendance.marks import CODE_OF, SESSIONS, Marks


@dataclass(frozen=True)
class Run:
    """School days in a row on which every session the pupil could attend was unauthorised absence.

    Days on which there was no session to attend are passed over, and so are days without a mark, which are counted
    as gaps: nobody knows what they were. is_open: nothing else has been marked since.
    """

    first: date
    last: date
    days: int
    gaps: int
    is_open: bool


def sessions_of(
    marks: Marks, first: date, last: date, *, kind: Kind | None = None, codes: str = ""
) -> Iterator[tuple[date, str, Code]]:
    """The sessions from a day to a day with a code of this kind, or with one of these codes of one character."""
    wanted = {byte for byte, code in CODE_OF.items() if code.kind is kind or code.code in set(codes)}
    start = max(0, (first - marks.start).days) * len(SESSIONS)
    end = max(0, (last - marks.start).days + 1) * len(SESSIONS)
    for place, byte in enumerate(marks.codes[start:end], start=start):
        if byte in wanted:
            day, session = divmod(place, len(SESSIONS))
            yield marks.start + timedelta(days=day), SESSIONS[session], CODE_OF[byte]


def days_absent(marks: Marks, school_days: Sequence[date]) -> Iterator[Run]:
    """The runs among these school days, in order."""
    first = last = None
    days = gaps = unsure = 0
    for day in school_days:
        match _day(marks, day):
            case True:
                first, last, days, gaps, unsure = first or day, day, days + 1, gaps + unsure, 0
            case False:
                if first and last:
                    yield Run(first, last, days, gaps, is_open=False)
                first = last = None
                days = gaps = unsure = 0
            case None:
                unsure += first is not None and _has_gap(marks, day)
    if first and last:
        yield Run(first, last, days, gaps, is_open=True)


def _day(marks: Marks, day: date) -> bool | None:
    """Whether the whole day was unauthorised absence; None when nothing could be attended or it is not known."""
    kinds = {code.kind for code in _codes(marks, day) if code is not None and code.is_possible}
    if kinds - {Kind.UNAUTHORISED}:
        return False
    return True if kinds and not _has_gap(marks, day) else None


def _has_gap(marks: Marks, day: date) -> bool:
    return None in _codes(marks, day)


def _codes(marks: Marks, day: date) -> list[Code | None]:
    place = (day - marks.start).days * len(SESSIONS)
    if place < 0:
        return [None] * len(SESSIONS)
    bytes_ = marks.codes[place : place + len(SESSIONS)]
    return [CODE_OF.get(byte) for byte in bytes_] + [None] * (len(SESSIONS) - len(bytes_))
