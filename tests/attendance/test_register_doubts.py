"""Registers that would be read wrongly if nobody doubted them: other days, other schools, half a day unsaid."""

import io

import pytest

from attendance.errors import Unreadable
from attendance.register import read_register
from attendance.register_rows import Register
from tests.attendance.calendars import BROAD_REACH, broad_reach
from tests.attendance.registers import AS_AT, AVA, NOAH, marks_of, read, rows

WEEK = [f"10/{day:02}/2026" for day in (5, 6, 7, 8, 9)]  # 5 to 9 October, month first
OURS = {"urn": "999990", "laestab": "9269990"}


@pytest.mark.parametrize(
    "text",
    [
        rows(*(f"{NOAH},{day},AM,O" for day in WEEK)),
        rows(*(f"{NOAH},{day},AM,O" for day in [*WEEK, "10/13/2026", "11/12/2026"])),  # a closed day among them
        f"UPN,{','.join(f'{day} AM' for day in WEEK)}\n{NOAH},O,O,O,O,O\n",
        "UPN,Week commencing,Mon AM,Mon PM\n" + "".join(f"{NOAH},{day},O,O\n" for day in ("10/05/2026", "10/12/2026")),
    ],
)
def test_days_written_with_the_month_first_are_refused_and_not_read_as_other_days(text: str) -> None:
    with pytest.raises(Unreadable, match=r"with the month first, such as 10/05/2026"):
        read(text)


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        (["05/10/2026", "06/10/2026", "10/10/2026"], 1),  # a Saturday
        (["05/10/2026", "10/13/2026"], 1),
        (["05/10/2026", "28/10/2026", "29/10/2026"], 2),  # half term
        (["2026-10-05", "10/05/2026"], 1),
        (["07/11/2026", "08/11/2026"], 2),
    ],
)
def test_days_that_are_wrong_for_another_reason_are_set_aside_one_by_one(days: list[str], wrong: int) -> None:
    register = read(rows(*(f"{NOAH},{day},AM,O" for day in days)))

    assert len(register.quarantined) == wrong
    assert len(marks_of(register, NOAH)) == len(days) - wrong


def told(text: str, ours: dict[str, str] = OURS) -> Register:
    return read_register(io.BytesIO(text.encode()), calendar=broad_reach(), as_at=AS_AT, school=ours)


@pytest.mark.parametrize(
    ("column", "here", "elsewhere"),
    [("URN", "999990", "136999"), ("LAESTAB", "926/9990", "9264099"), ("DfE number", "9269990.0", "926 4099")],
)
def test_rows_of_another_school_are_set_aside(column: str, here: str, elsewhere: str) -> None:
    register = told(
        f"{column},UPN,Date,Session,Mark\n"
        f"{here},{NOAH},2026-10-05,AM,O\n{elsewhere},{NOAH},2026-10-06,AM,O\n{elsewhere},{AVA},2026-10-06,AM,O\n"
    )

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O")]
    assert [(row.row, row.reason) for row in register.quarantined] == [
        (2, f"This row is of another school, {elsewhere}."),
        (3, f"This row is of another school, {elsewhere}."),
    ]
    assert list(register.pupils) == [NOAH]


def test_rows_of_another_school_are_set_aside_in_wide_shapes_too() -> None:
    register = told(f"UPN,05/10/2026 AM,URN\n{NOAH},O,999990\n{AVA},O,136999\n")

    assert (list(register.pupils), len(register.quarantined)) == ([NOAH], 1)


def test_a_number_whose_zeros_a_spreadsheet_left_out_is_the_same_school() -> None:
    text = f"LAESTAB,UPN,Date,Session,Mark\n2050001,{NOAH},2026-10-05,AM,O\n"

    assert not len(told(text, {"laestab": "02050001"}).quarantined)


@pytest.mark.parametrize(
    ("column", "two"), [("LAESTAB", ("9269990", "9264099")), ("School", ("Mill Lane", "Sea View"))]
)
def test_a_file_of_several_schools_is_refused_where_nothing_says_which_is_ours(
    column: str, two: tuple[str, str]
) -> None:
    text = f"{column},UPN,Date,Session,Mark\n" + "".join(f"{said},{NOAH},2026-10-05,AM,O\n" for said in two)

    with pytest.raises(Unreadable, match=rf"marks of 2 schools \({two[0]}, {two[1]}\)"):
        told(text, {})
    assert not len(told(text.replace(two[1], two[0].upper()), {}).quarantined)


def test_a_name_of_a_school_in_another_spelling_does_not_matter_when_it_is_the_only_one() -> None:
    text = f"School,UPN,Date,Session,Mark\nBROAD REACH (1),{NOAH},2026-10-05,AM,O\n"

    assert marks_of(told(text), NOAH)
    assert BROAD_REACH["school"]["name"] not in text


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("UPN,05/10/26 AM,05/10/26 PM", 'the column "05/10/26 AM" is cannot be told: "05/10/26" is not a date'),
        ("UPN,05/10/2026,06/10/2026", 'column "05/10/2026" does not say which session of the day it is'),
        ("UPN,Name,Mon,Tue", 'column "Mon" does not say which session'),
        ("UPN,Poss,Att,Auth,Unauth", "This is a summary"),
    ],
)
def test_columns_that_cannot_be_told_are_named_in_the_refusal(header: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(f"{header}\n{NOAH},O,/\n")


def test_cells_dressed_against_spreadsheets_are_read_as_they_are_meant() -> None:
    register = read(
        "UPN,Date,Session,Mark\n"
        f'="{NOAH}",="05/10/2026",="AM",="O"\n\'{AVA},05/10/2026,\'PM,\'-\n"=""{AVA}""",05/10/2026,AM,"=""C2"""\n'
    )

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O")]
    assert marks_of(register, AVA) == [("2026-10-05", "AM", "C2")]
    assert (list(register.gaps), len(register.quarantined)) == ([2], 0)


def test_an_admission_number_that_a_spreadsheet_has_changed_names_nobody() -> None:
    register = read("Adno,Date,Session,Mark\n1.23457E+11,2026-10-05,AM,O\n")

    assert [row.reason for row in register.quarantined] == [
        "A spreadsheet turned the admission number into another number."
    ]
    assert not register.pupils


@pytest.mark.parametrize("word", ["AM Registration", "a.m.", "Session 1", "AM session"])
def test_sessions_are_read_with_the_words_around_them(word: str) -> None:
    assert marks_of(read(rows(f"{NOAH},2026-10-05,{word},O")), NOAH) == [("2026-10-05", "AM", "O")]


def test_columns_may_be_parted_by_bars() -> None:
    assert marks_of(read(f"UPN|Date|Session|Mark\n{NOAH}|05/10/2026|AM|O\n"), NOAH)


def test_two_dates_of_birth_of_one_number_are_told_without_the_number() -> None:
    header = "UPN,DOB,Date,Session,Mark\n"
    same = f"{NOAH},2012-03-21,05/10/2026,AM,O\n{NOAH},21/03/2012,06/10/2026,AM,O\n{NOAH},,07/10/2026,AM,O\n"

    register = read(f"{header}{same}{NOAH},2008-01-02,08/10/2026,AM,O\n{NOAH},2008-01-02,09/10/2026,AM,O\n")

    (note,) = register.notes
    assert "2 rows give another date of birth than an earlier row of the same pupil, the first of them row 4" in note
    assert NOAH not in note
    assert (str(register.pupils[NOAH].born), len(marks_of(register, NOAH))) == ("2012-03-21", 5)
    assert read(header + same).notes == ()
    assert len(read(f"UPN,DOB,05/10/2026 AM\n{NOAH},2012-03-21,O\n{NOAH},2008-01-02,I\n").notes) == 1
