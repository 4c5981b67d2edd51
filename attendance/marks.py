"""One pupil's marks, a byte a session, so that a large authority's year fits in memory and is counted at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.codes import PROVISIONAL, TABLE, Code, Kind

SESSIONS = ("AM", "PM")

CODE_OF = dict(enumerate(TABLE, start=1))  # 0 is no mark
BYTE_OF = {code.code: byte for byte, code in CODE_OF.items()}

_ATTENDING, _AUTHORISED, _UNAUTHORISED, _PROVISIONAL, _NOT_POSSIBLE = range(1, 6)
_CLASS_OF_KIND = {
    Kind.ATTENDING: _ATTENDING,
    Kind.AUTHORISED: _AUTHORISED,
    Kind.UNAUTHORISED: _UNAUTHORISED,
    Kind.NOT_POSSIBLE: _NOT_POSSIBLE,
}
_CLASSES = bytearray(256)
for _byte, _code in CODE_OF.items():
    _CLASSES[_byte] = _PROVISIONAL if _code.code == PROVISIONAL else _CLASS_OF_KIND[_code.kind]


@dataclass(frozen=True, slots=True)
class Tally:
    """Sessions of some days. What counts as what: domain.md section 4."""

    attending: int
    authorised: int
    unauthorised: int  # those marked N included
    provisional_n: int

    @property
    def possible(self) -> int:
        """The sessions that the pupil could have attended."""
        return self.attending + self.authorised + self.unauthorised


class Marks:
    """The marks of one pupil from a day on; `codes` holds the morning and afternoon of each day in turn."""

    __slots__ = ("codes", "start")

    def __init__(self, start: date, *, days: int) -> None:
        self.start = start
        self.codes = bytearray(days * len(SESSIONS))

    def put(self, day: date, session: str, code: str) -> None:
        """Notes the mark of one session."""
        self.codes[self._place(day) + SESSIONS.index(session)] = BYTE_OF[code]

    def __iter__(self) -> Iterator[tuple[date, str, Code]]:
        """Day, session and code of every mark, in order."""
        for place, byte in enumerate(self.codes):
            if byte:
                day, session = divmod(place, len(SESSIONS))
                yield self.start + timedelta(days=day), SESSIONS[session], CODE_OF[byte]

    def tally(self, first: date, last: date) -> Tally:
        """Counts the sessions from a day to a day, both included."""
        classes = self.codes[self._clamped(first) : self._clamped(last + timedelta(days=1))].translate(_CLASSES)
        provisional = classes.count(_PROVISIONAL)
        return Tally(
            attending=classes.count(_ATTENDING),
            authorised=classes.count(_AUTHORISED),
            unauthorised=classes.count(_UNAUTHORISED) + provisional,
            provisional_n=provisional,
        )

    def missing(self, days: tuple[date, ...]) -> int:
        """How many sessions of these days have no mark, between the first and the last mark there is."""
        marked = bytes(self.codes)
        first, last = len(marked) - len(marked.lstrip(b"\0")), len(marked.rstrip(b"\0"))
        places = (self._place(day) + session for day in days for session in range(len(SESSIONS)))
        return sum(first <= place < last and not marked[place] for place in places)

    def _place(self, day: date) -> int:
        return (day - self.start).days * len(SESSIONS)

    def _clamped(self, day: date) -> int:
        return min(max(self._place(day), 0), len(self.codes))
