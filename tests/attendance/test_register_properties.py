"""What holds of every register, whatever is in it and however it is written."""

import csv
import io
import time
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.calendar import monday_of
from attendance.codes import CODES
from attendance.errors import Unreadable
from attendance.register import preview, read_register
from attendance.register_rows import Register
from tests.attendance.calendars import broad_reach, day
from tests.attendance.registers import AVA, NOAH, ZOE, read

CALENDAR = broad_reach()
AS_AT = day("Fri 20 Nov 2026")
DAYS = [when for when in CALENDAR.school_days if day("Mon 12 Oct 2026") <= when <= AS_AT]
HALVES = ("AM", "PM")
UPNS = (NOAH, AVA, ZOE)
SAMPLES = Path(__file__).parent.parent / "samples"

Marks = Mapping[tuple[str, date, str], str]
codes = st.sampled_from(["", "-", *(code.code for code in CODES.values() if code.retired is None)])
cells = st.dictionaries(st.tuples(st.sampled_from(UPNS), st.sampled_from(DAYS), st.sampled_from(HALVES)), codes)


def written(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def as_long(marks: Marks) -> str:
    rows = [[upn, when.isoformat(), half, code] for (upn, when, half), code in marks.items()]
    return written([["UPN", "Date", "Session", "Mark"], *rows])


def as_daily(marks: Marks) -> str:
    here = sorted({(upn, when) for upn, when, _ in marks})
    rows = [[upn, f"{when:%d/%m/%Y}", *(marks.get((upn, when, half), "") for half in HALVES)] for upn, when in here]
    return written([["UPN", "Date", "AM", "PM"], *rows])


def as_wide(marks: Marks) -> str:
    days = sorted({when for _, when, _ in marks}, reverse=True) or DAYS[:1]
    places = [(when, half) for when in days for half in HALVES]
    rows = [[upn, *(marks.get((upn, *place), "") for place in places)] for upn in sorted({upn for upn, *_ in marks})]
    return written([["UPN", *(f"{when:%d/%m/%Y} {half}" for when, half in places)], *rows])


def as_grids(marks: Marks) -> str:
    return written(list(_grids(marks)))


def _grids(marks: Marks) -> Iterator[list[str]]:
    weeks = sorted({monday_of(when) for _, when, _ in marks}) or [monday_of(DAYS[0])]
    for week in weeks:
        yield ["Week commencing", f"{week:%d/%m/%Y}"]
        yield ["UPN", *(f"{name} {half}" for name in ("Mon", "Tue", "Wed", "Thu", "Fri") for half in HALVES)]
        for upn in sorted({upn for upn, when, _ in marks if monday_of(when) == week}):
            places = [(week + timedelta(days=n), half) for n in range(5) for half in HALVES]
            yield [upn, *(marks.get((upn, *place), "") for place in places)]


def all_marks(register: Register) -> dict[tuple[str, date, str], str]:
    return {(upn, when, half): code.code for upn, pupil in register.pupils.items() for when, half, code in pupil.marks}


@given(cells)
def test_the_same_marks_are_read_in_whatever_shape_they_are_written(marks: Marks) -> None:
    wanted = {place: code for place, code in marks.items() if code not in ("", "-")}

    for text in (as_long(marks), as_daily(marks), as_wide(marks), as_grids(marks)):
        register = read(text)
        assert all_marks(register) == wanted
        assert list(register.quarantined) == []
        assert list(register.conflicts) == []
        assert set(register.pupils) == {upn for upn, *_ in marks}


@given(cells, cells)
def test_a_later_row_counts_and_what_it_replaced_is_kept(first: Marks, then: Marks) -> None:
    register = read(as_long(first) + as_long(then).partition("\r\n")[2])

    kept = {place: code for place, code in [*first.items(), *then.items()] if code not in ("", "-")}
    assert all_marks(register) == kept
    replaced = {(found.upn, found.day, found.session): found.was for found in register.conflicts}
    assert replaced == {
        place: code
        for place, code in first.items()
        if code not in ("", "-") and then.get(place, "") not in ("", "-", code)
    }


@given(cells, st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["?", "ZZ,", "\\\\", "H"])), max_size=6))
def test_every_row_is_taken_set_aside_or_a_gap(marks: Marks, spoilt: list[tuple[int, str]]) -> None:
    lines = as_long(marks).splitlines()
    for place, noise in spoilt:
        if 0 < place < len(lines):
            lines[place] = lines[place].rpartition(",")[0] + "," + noise

    register = read("\r\n".join(lines))

    dealt_with = len(all_marks(register)) + len(register.quarantined) + len(register.gaps) + register.left_out
    assert register.rows == len(lines) - 1 == dealt_with


# --- files that somebody damaged, or made to harm

FILES = {
    path.name: path.read_bytes() for path in sorted(SAMPLES.glob("register-*.csv")) if path.stat().st_size < 50_000
}
FILES["transfer.xml"] = (
    f"<?xml version='1.0'?><CTfile><Pupil><UPN>{NOAH}</UPN><AttendanceStartDate>2026-10-05</AttendanceStartDate>"
    "<AttendanceMarks>/\\O\\/\\/\\/\\</AttendanceMarks></Pupil></CTfile>"
).encode()
SECONDS, MIB = 3.0, 100  # each; the machine is shared with others


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample file with some of its bytes changed, repeated, or taken away."""
    content = bytearray(FILES[draw(st.sampled_from(sorted(FILES)))])
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        match draw(st.sampled_from(["put", "cut", "again", "swap"])):
            case "put":
                content[place:place] = draw(st.one_of(st.binary(max_size=20), st.sampled_from(_NASTY)))
            case "cut":
                del content[place : place + draw(st.integers(1, 200))]
            case "again":
                content[place:place] = content[place : place + draw(st.integers(1, 400))]
            case "swap":
                content[place : place + 1] = draw(st.binary(min_size=1, max_size=1))
    return bytes(content)


_NASTY = [b'"', b'"""', b"\0", b"\r", b",,,,,,", b"\xff\xfe", b"\xef\xbb\xbf", b"=1+1", b"<!DOCTYPE a>", b"]]>", b"&x;"]


@settings(max_examples=150)
@given(damaged())
def test_a_damaged_file_is_read_or_refused_and_soon(content: bytes) -> None:
    began = time.perf_counter()
    with suppress(Unreadable):
        register = read(content)
        for found in register.quarantined:
            assert found.row >= 1
            assert found.reason
    with suppress(Unreadable):
        preview(io.BytesIO(content))
    assert time.perf_counter() - began < SECONDS


@pytest.mark.parametrize(
    "content",
    [
        b"UPN,Date,Session,Mark\n" + b"x" * 30_000_000,
        b"UPN,Date,Session,Mark\n" + b'"' * 3_000_000,
        b"UPN,Date,Session,Mark\n" + b",\n" * 60_000,
        b"UPN," + b"05/10/2026 AM," * 20_000 + b"\n" + NOAH.encode() + b",O" * 20_000,
        b"UPN,Date,Session,Mark\n" + b"".join(b"%d,2026-10-05,AM,/\n" % n for n in range(30_000)),
        b"x" * 5_000_000,
        b"<CTfile>" + b"<Pupil><UPN>x</UPN></Pupil>" * 30_000 + b"</CTfile>",
    ],
    ids=["one line", "quotes", "empty rows", "columns", "all bad", "no line", "pupils without marks"],
)
def test_a_file_made_to_harm_takes_little_memory(content: bytes) -> None:
    stream = io.BytesIO(content)
    tracemalloc.start()
    try:
        with suppress(Unreadable):
            read_register(stream, calendar=CALENDAR, as_at=AS_AT)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MIB * 2**20
