"""Registers to read: a few rows of text, or what a whole school would have written."""

import io
from collections.abc import Iterable, Mapping
from datetime import date

from attendance.calendar import SchoolCalendar
from attendance.register import read_register
from attendance.register_rows import Register
from tests.attendance.calendars import broad_reach, day

NOAH, AVA, ZOE = "P926999018001", "D926999018002", "G926999018004"
AS_AT = day("Fri 20 Nov 2026")
HEADER = "UPN,Date,Session,Mark"

# The file with one of everything that goes wrong, and what must become of its rows.
DIRTY = "\r\n".join(
    [
        "upn,date,session,mark",
        "p926999018001 ,05/10/2026,Morning,o",
        "P926999018001,2026-10-05,PM,\\",
        "P926999018001,2026-10-06,1,/",
        "P926999018001,2026-10-06,2,H",
        "P926999018001,2026-10-07,AM,ZZ",
        "A926999018001,2026-10-07,AM,/",
        "D926999018002,2026-10-08,AM,O",
        "D926999018002,2026-10-08,AM,I",
        "D926999018002,2026-10-28,AM,/",
        "D926999018002,31/02/2026,AM,/",
        "D926999018002,2026-10-09,,/",
        "9.26999E+11,2026-10-09,AM,/",
        "D926999018002,2026-10-09,PM,=cmd|'/c calc'!A1",
        "D926999018002,2027-10-09,PM,/",
        "D926999018002,2026-10-13,AM,",
        "D926999018002,2026-10-13,PM,-",
        "",
    ]
)


def read(
    text: str | bytes,
    *,
    as_at: date = AS_AT,
    calendar: SchoolCalendar | None = None,
    mapping: Mapping[str, str] | None = None,
    upn_of: Mapping[str, str] | None = None,
) -> Register:
    """The register in a text, read by the sample calendar."""
    content = text.encode() if isinstance(text, str) else text
    return read_register(
        io.BytesIO(content), calendar=calendar or broad_reach(), as_at=as_at, mapping=mapping, upn_of=upn_of
    )


def rows(*lines: str) -> str:
    """A register of four columns."""
    return "\n".join([HEADER, *lines, ""])


def attended(
    upn: str, days: Iterable[date], *, other: Mapping[tuple[date, str], str] | None = None, born: str = "2012-03-21"
) -> list[str]:
    """Rows of five columns, UPN, DOB, Date, Session, Mark: present in every session that `other` does not name."""
    other = other or {}
    return [
        f"{upn},{born},{when},{session},{other.get((when, session), present)}"
        for when in days
        for session, present in (("AM", "/"), ("PM", "\\"))
    ]


def with_birthdays(lines: Iterable[str]) -> str:
    """A register of the five columns that `attended` writes."""
    return "\n".join(["UPN,DOB,Date,Session,Mark", *lines, ""])


def marks_of(register: Register, upn: str) -> list[tuple[str, str, str]]:
    """Day, session and code of a pupil's marks."""
    return [(str(when), session, code.code) for when, session, code in register.pupils[upn].marks]
