"""Penalty notices, in files and in the records: domain.md 6.3, E30 and E31."""

import io
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from attendance import tables
from attendance.errors import Unreadable
from attendance.notice_records import NoticesImported, import_notices, notices_of, used_sessions
from attendance.penalty_notices import NoticesFile, read_notices
from attendance.route_records import routes_in, spans_on
from engine.ids import new_id
from tests.attendance.calendars import broad_reach, day
from tests.attendance.registers import AVA, NOAH
from tests.builders import ABSENT, OPENED, make_adult, make_pupil, make_school, mark_register

HEADER = "Reference,UPN,Adult id,Issued on,Status,Date,Session,From,To"
NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)


def read(*rows: str) -> NoticesFile:
    return read_notices(io.BytesIO("\n".join([HEADER, *rows]).encode()))


def test_a_notice_may_have_a_row_for_each_of_its_sessions() -> None:
    file = read(
        f"PN1,{NOAH},A1,20/11/2026,Served,2026-11-09,AM,,",
        f"PN1,{NOAH},A1,2026-11-20,issued,09/11/2026,2,,",
        f"PN2,{NOAH},A2,2026-11-20,Paid in full,,,2026-10-12,2026-10-16",
    )

    one, two = file.notices.values()
    monday = day("Mon 9 Nov 2026")
    assert (one.status, one.issued_on, one.sessions) == (
        "issued",
        day("Fri 20 Nov 2026"),
        {(monday, "AM"), (monday, "PM")},
    )
    assert (two.status, two.periods) == ("paid", ((day("Mon 12 Oct 2026"), day("Fri 16 Oct 2026")),))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"PN1,{NOAH[1:]},A1,2026-11-20,issued,,,,", "A UPN has 13 characters, this one has 12."),
        (f",{NOAH},A1,2026-11-20,issued,,,,", "The reference is missing."),
        (f"PN1,{NOAH},,2026-11-20,issued,,,,", "The adult's id is missing."),
        (f"PN1,{NOAH},A1,soon,issued,,,,", '"soon" is not a date like 2026-12-02 or 02/12/2026.'),
        (
            f"PN1,{NOAH},A1,2026-11-20,maybe,,,,",
            '"maybe" is not a status: write issued, paid,',
        ),
        (f"PN1,{NOAH},A1,2026-11-20,issued,2026-11-09,3,,", '"3" is not a session: write AM or PM.'),
        (f"PN1,{NOAH},A1,2026-11-20,issued,,,2026-11-09,", "The date is missing."),
        (f"PN1,{NOAH},A1,2026-11-20,issued,,,2026-11-09,2026-11-08", "The period ends before it begins."),
        (f"PN0,{NOAH},A2,2026-11-20,issued,,,,", "Row 1 says something else of the notice with this reference."),
    ],
)
def test_a_row_that_cannot_be_right_is_set_aside(row: str, reason: str) -> None:
    file = read(f"PN0,{NOAH},A1,2026-11-20,issued,,,,", row)

    ((place, said),) = [(each.row, each.reason) for each in file.quarantined]
    assert place == 2
    assert said.startswith(reason)
    assert list(file.notices) == ["PN0"]


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(Unreadable, match="no column Reference and no column Adult id"):
        read_notices(io.BytesIO(b"UPN,Date,Session,Mark\n"))


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_refused(content: bytes) -> None:
    with suppress(Unreadable):
        read_notices(io.BytesIO(HEADER.encode() + b"\n" + content))


# --- the records


@pytest.fixture
def school(db: Connection) -> UUID:
    return make_school(db)


@pytest.fixture
def noah(db: Connection, school: UUID) -> UUID:
    """Nine unauthorised sessions, and a mother whom the school calls A1."""
    pupil = make_pupil(db, school, upn=NOAH)
    mark_register(db, pupil)
    adult = make_adult(db, school, pupil)
    db.execute(tables.adult.update().where(tables.adult.c.id == adult).values(school_ref="A1"))
    return pupil


def take(db: Connection, school: UUID, *rows: str) -> NoticesImported:
    content = "\n".join([HEADER, *rows]).encode()
    return import_notices(db, school_id=school, content=content, actor="ada", now=NOW, new_id=new_id)


def test_a_period_is_about_the_unauthorised_sessions_in_it(db: Connection, school: UUID, noah: UUID) -> None:
    found = take(db, school, f"PN1,{NOAH},A1,2026-11-20,issued,,,2026-10-14,2026-11-09")

    (notice,) = notices_of(db, noah)
    assert (found.notices_new, found.pupils_changed) == (1, {noah})
    assert [when for when, _ in notice.sessions] == sorted(
        2 * [when for when in ABSENT if day("Wed 14 Oct 2026") <= when <= day("Mon 9 Nov 2026")]
    )


def test_the_same_file_again_changes_nothing_and_a_new_status_is_kept(db: Connection, school: UUID, noah: UUID) -> None:
    row = f"PN1,{NOAH},A1,2026-11-20,{{}},2026-10-13,AM,,"
    take(db, school, row.format("issued"))

    again = take(db, school, row.format("issued"))
    paid = take(db, school, row.format("paid"))

    assert (again.notices_new, again.notices_changed, again.notices_unchanged) == (0, 0, 1)
    assert (paid.notices_changed, paid.pupils_changed) == (1, {noah})
    assert used_sessions(notices_of(db, noah)) == {(day("Tue 13 Oct 2026"), "AM"): "paid"}
    take(db, school, row.format("withdrawn"))
    assert used_sessions(notices_of(db, noah)) == {}


def test_notices_of_strangers_are_set_aside(db: Connection, school: UUID, noah: UUID) -> None:
    make_pupil(db, school, upn=AVA, forename="Ava")
    take(db, school, f"PN1,{NOAH},A1,2026-11-20,issued,,,,")

    found = take(
        db,
        school,
        f"PN2,{NOAH},A9,2026-11-20,issued,,,,",
        f"PN3,{'G926999018004'},A1,2026-11-20,issued,,,,",
        f"PN1,{AVA},A1,2026-11-20,issued,,,,",
    )

    assert [each.reason for each in found.quarantined] == [
        "No file of this school has named an adult with this id.",
        "No file of this school has named a pupil with this UPN.",
        "The notice with this reference is kept as one of another pupil or adult.",
    ]


def test_the_routes_of_a_school_leave_out_what_a_notice_is_about(db: Connection, school: UUID, noah: UUID) -> None:
    calendar = broad_reach(closures=[])
    before = next(routes_in(db, school, noah, spans=spans_on(db, school, as_at=OPENED, calendar=calendar)))
    take(db, school, f"PN1,{NOAH},A1,2026-11-20,paid,,,2026-10-13,2026-10-15")

    (after,) = routes_in(db, school, spans=spans_on(db, school, as_at=OPENED, calendar=calendar))

    adult = str(db.execute(select(tables.penalty_notice.c.adult_id)).scalar_one())
    assert (before.findings[0].count, after.findings[0].count) == (9, 3)
    assert after.findings[0].details["notices_in_three_years"] == {adult: 1}
