"""Reading registers: domain.md 5.3."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.errors import Unreadable
from attendance.register_rows import Conflict
from tests.attendance.calendars import broad_reach, day
from tests.attendance.registers import AVA, DIRTY, NOAH, ZOE, marks_of, read, rows


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (4, "The code H was retired on Mon 19 Aug 2024."),
        (5, '"ZZ" is not a code of the register.'),
        (6, "The check letter of the UPN is wrong."),
        (9, "The school is closed on Wed 28 Oct 2026."),
        (10, "There is no 31/02/2026 in the calendar."),
        (11, "The session is missing."),
        (12, "A spreadsheet turned the UPN into a number."),
        (13, '"=CMD|\'/C CAL…" is not a code of the register.'),
        (14, "Sat 9 Oct 2027 is outside the school's calendar, Wed 2 Sep 2026 to Wed 21 Jul 2027."),
    ],
)
def test_each_bad_row_is_set_aside_with_its_reason(row: int, reason: str) -> None:
    assert {found.row: found.reason for found in read(DIRTY).quarantined}[row] == reason


def test_the_good_rows_of_a_dirty_file_are_read() -> None:
    register = read(DIRTY)

    assert len(register.quarantined) == 9
    assert list(register.gaps) == [15, 16]
    assert marks_of(register, NOAH) == [
        ("2026-10-05", "AM", "O"),
        ("2026-10-05", "PM", "\\"),
        ("2026-10-06", "AM", "/"),
    ]
    assert marks_of(register, AVA) == [("2026-10-08", "AM", "I")]
    assert (register.rows, register.last_day) == (16, day("Thu 8 Oct 2026"))


def test_of_two_marks_for_one_session_the_later_row_counts_and_both_are_kept() -> None:
    assert list(read(DIRTY).conflicts) == [
        Conflict(row=7, superseded_by=8, upn=AVA, day=day("Thu 8 Oct 2026"), session="AM", was="O", became="I")
    ]


def test_three_marks_for_one_session_are_two_conflicts() -> None:
    register = read(rows(f"{NOAH},2026-10-05,AM,O", f"{NOAH},2026-10-05,1,I", f"{NOAH},05/10/2026,Morning,M"))

    assert [(c.row, c.superseded_by, c.was, c.became) for c in register.conflicts] == [
        (1, 2, "O", "I"),
        (2, 3, "I", "M"),
    ]
    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "M")]


def test_two_marks_of_one_closed_day_are_a_conflict_with_its_rows() -> None:
    register = read(rows(f"{NOAH},2026-11-11,AM,/", f"{NOAH},2026-11-12,AM,#", f"{NOAH},2026-11-12,AM,Y4"))

    (found,) = register.conflicts
    assert (found.row, found.superseded_by, found.was, found.became) == (2, 3, "#", "Y4")
    assert marks_of(register, NOAH)[-1] == ("2026-11-12", "AM", "Y4")


def test_the_same_mark_twice_is_no_conflict() -> None:
    assert read(rows(f"{NOAH},2026-10-05,AM,O", f"{NOAH},2026-10-05,AM,o")).conflicts.first(1) == []


@pytest.mark.parametrize("order", [("O", "-"), ("", "O")])
def test_a_row_without_a_mark_replaces_nothing_and_is_reported(order: tuple[str, str]) -> None:
    register = read(rows(*(f"{NOAH},2026-10-05,AM,{mark}" for mark in order)))

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O")]
    assert len(register.gaps) == 1
    assert register.conflicts.first(1) == []


def test_rows_after_the_day_are_left_out_and_counted() -> None:
    register = read(
        rows(f"{NOAH},2026-11-20,PM,O", f"{NOAH},2026-11-23,AM,O", f"{NOAH},2026-11-23,PM,"),
        as_at=day("Fri 20 Nov 2026"),
    )

    assert marks_of(register, NOAH) == [("2026-11-20", "PM", "O")]
    assert (register.left_out, list(register.gaps)) == (2, [])


def test_a_bad_row_after_the_day_is_still_set_aside() -> None:
    assert len(read(rows(f"{NOAH},2026-11-23,AM,ZZ")).quarantined) == 1


@pytest.mark.parametrize("mark", ["#", "Y1", "Y2", "Y3", "y4", "Y5", "Y6", "Y7"])
@pytest.mark.parametrize("when", ["2026-10-28", "2026-11-12", "2026-11-02", "2026-09-05"])
def test_marks_of_closed_days_are_accepted_on_a_closed_day(mark: str, when: str) -> None:
    assert marks_of(read(rows(f"{NOAH},{when},AM,{mark}")), NOAH) == [(when, "AM", mark.upper())]


@pytest.mark.parametrize("mark", ["/", "O", "X", "Z", "Q", "D", "", "-"])
def test_other_marks_are_set_aside_on_a_closed_day(mark: str) -> None:
    register = read(rows(f"{NOAH},2026-11-12,AM,{mark}"))

    assert [found.reason for found in register.quarantined] == ["The school is closed on Thu 12 Nov 2026."]
    assert list(register.gaps) == []


@pytest.mark.parametrize(("when", "mark"), [("2026-08-31", "#"), ("2027-07-22", "/"), ("2027-07-22", "Y4")])
def test_days_outside_the_calendar_are_set_aside_whatever_the_mark(when: str, mark: str) -> None:
    assert "outside the school's calendar" in read(rows(f"{NOAH},{when},AM,{mark}")).quarantined.first(1)[0].reason


def test_a_bank_holiday_that_the_calendar_does_not_list_is_a_closed_day() -> None:
    register = read(rows(f"{NOAH},2027-05-03,AM,/"), as_at=day("Fri 7 May 2027"))

    assert next(iter(register.quarantined)).reason == "The school is closed on Mon 3 May 2027."


def test_retired_codes_are_read_in_registers_of_their_time() -> None:
    calendar = broad_reach(terms=[["2023-09-04", "2023-12-15"]], inset=[], closures=[])

    register = read(rows(f"{NOAH},2023-10-05,AM,H"), as_at=day("Fri 15 Dec 2023"), calendar=calendar)

    assert marks_of(register, NOAH) == [("2023-10-05", "AM", "H")]


@pytest.mark.parametrize(
    ("word", "session"),
    [("AM", "AM"), ("am", "AM"), ("1", "AM"), (" Morning ", "AM"), ("PM", "PM"), ("2", "PM"), ("afternoon", "PM")],
)
def test_sessions_are_read_in_every_spelling(word: str, session: str) -> None:
    assert marks_of(read(rows(f"{NOAH},2026-10-05,{word},O")), NOAH) == [("2026-10-05", session, "O")]


@pytest.mark.parametrize("word", ["3", "0", "AMPM", "P1", "Lesson 1"])
def test_another_session_is_set_aside(word: str) -> None:
    assert "is not a session" in read(rows(f"{NOAH},2026-10-05,{word},O")).quarantined.first(1)[0].reason


def test_pupils_stand_in_the_order_of_the_file_even_when_all_their_rows_are_bad_or_later() -> None:
    register = read(
        rows(f"{ZOE},2026-13-01,AM,/", f"{NOAH},2026-11-23,AM,/", f"{AVA},2026-10-05,AM,/", f"{NOAH},2026-10-05,AM,/")
    )

    assert list(register.pupils) == [ZOE, NOAH, AVA]


def test_one_pupil_in_two_spellings_is_one_pupil() -> None:
    register = read(rows(f"{NOAH.lower()},2026-10-05,AM,/", f" {NOAH[:4]} {NOAH[4:]},2026-10-05,PM,O"))

    assert len(marks_of(register, NOAH)) == 2


def test_details_are_taken_from_the_first_row_and_a_birthday_from_the_first_that_has_one() -> None:
    register = read(
        "UPN,Admission number,Legal surname,Legal forename,DOB,Year,Reg,Date,Session,Mark\n"
        f'{NOAH},01000,"O\'Brien, Smith",Noah,,10,10A,2026-10-05,AM,/\n'
        f"{NOAH},01000,Other,Noah,21/03/2012,10,10A,2026-10-05,PM,/\n"
        f"{NOAH},01000,Other,Noah,2011-01-01,10,10A,2026-10-06,AM,/\n"
    )

    pupil = register.pupils[NOAH]
    assert (pupil.admission_number, pupil.surname, pupil.forename) == ("01000", "O'Brien, Smith", "Noah")
    assert (pupil.year, pupil.registration_group, pupil.born) == ("10", "10A", day("Wed 21 Mar 2012"))
    assert len(marks_of(register, NOAH)) == 3


@pytest.mark.parametrize("born", ["", "unknown", "01/01/1900", "2027-01-01", "31/02/2012", "21/03/12", "9999-12-31"])
def test_a_birthday_that_no_pupil_can_have_is_missing_and_the_mark_is_read(born: str) -> None:
    register = read(f"UPN,DOB,Date,Session,Mark\n{NOAH},{born},2026-10-05,AM,O\n")

    assert register.pupils[NOAH].born is None
    assert len(marks_of(register, NOAH)) == 1


@pytest.mark.parametrize("line", [f"{NOAH},2026-10-05,AM", f"{NOAH},2026-10-05,AM,"])
def test_an_empty_last_cell_may_be_missing(line: str) -> None:
    assert list(read(rows(line)).gaps) == [1]


def test_a_short_row_is_set_aside() -> None:
    register = read(rows(f"{NOAH}", "", f"{NOAH},2026-10-05,AM,/"))

    assert [(found.row, found.reason) for found in register.quarantined] == [(1, "The date is missing.")]
    assert register.rows == 2


def test_a_file_without_rows_is_a_register_of_nobody() -> None:
    register = read(rows())

    assert (register.rows, dict(register.pupils), register.last_day) == (0, {}, None)


def test_a_mark_on_a_quarantined_row_does_not_move_the_last_day() -> None:
    assert read(rows(f"{NOAH},2026-10-05,AM,/", f"{NOAH},2026-10-06,AM,ZZ")).last_day == day("Mon 5 Oct 2026")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04\x14\x00", "This Excel workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "This Excel workbook is damaged"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"<?xml version='1.0'?><CTfile>", "This XML file is damaged"),
        (b"<?xml version='1.0'?><Census/>", "an XML file"),
        (b"<!DOCTYPE html>", "a web page"),
        (b'{"terms": []}', "a JSON file, such as a calendar"),
        (b"UPN\0Date", "not a text file"),
        (b"UPN,Possible,Attended,Authorised,Unauthorised\n", "a summary"),
        (b"UPN,Name,Mon AM,Mon PM,Tue AM,Tue PM\n", "a weekly grid that does not say of which week"),
        (b"UPN,Surname,03/09/2026,04/09/2026\n", "does not say which session of the day it is"),
        (b"UPN,Adult id,Title,Forename,Surname,Relationship,Basis\n", "a file of adults"),
        (b"P926999018001,2026-10-05,AM,/\n", "a row of data"),
        (b"UPN,Date,Session\n", "no column Mark"),
        (b"Name,Age\n", "no column UPN and no column Date and no column Session and no column Mark"),
        (b'"UPN,Date,Session,Mark\n', "not the header"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(content: bytes, name: str) -> None:
    with pytest.raises(Unreadable, match=name):
        read(content)


@given(st.lists(st.text(max_size=40), max_size=8))
def test_no_text_in_the_rows_stops_the_good_row_at_the_end(lines: list[str]) -> None:
    noise = [line.replace('"', "") for line in lines]

    register = read(rows(*noise, f"{NOAH},2026-10-05,AM,O"))

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O")]


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_refused(content: bytes) -> None:
    with suppress(Unreadable):
        read(content)
