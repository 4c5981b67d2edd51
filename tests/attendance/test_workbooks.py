"""Excel workbooks: domain.md 5.3."""

import pytest

from attendance import workbooks
from attendance.errors import Unreadable
from tests.attendance.registers import AVA, HEADER, NOAH, marks_of, read
from tests.attendance.workbook_files import DATE, Cell, package, sheet_of, workbook

LONG = HEADER.split(",")
MONDAY = f"{DATE}46300"  # 5 October 2026 as Excel counts days


def test_a_register_may_be_an_excel_workbook() -> None:
    register = read(workbook([LONG, [NOAH, "2026-10-05", "AM", "O"], [NOAH, "05/10/2026", "PM", "\\"]]))

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O"), ("2026-10-05", "PM", "\\")]


def test_dates_and_numbers_of_a_workbook_are_read_as_they_are_meant() -> None:
    header = ["UPN", "Admission number", "Date", "Session", "Mark"]

    register = read(workbook([header, [NOAH, 1000, MONDAY, 1, "O"], [AVA, 1001.0, MONDAY, 2, "C2"]]))

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O")]
    assert marks_of(register, AVA) == [("2026-10-05", "PM", "C2")]
    assert register.pupils[AVA].admission_number == "1001"


def test_the_sheet_with_the_register_is_found_behind_a_cover() -> None:
    cover = [["Attendance"], ["printed on", "20/11/2026"]]

    register = read(workbook([], cover, [LONG, [NOAH, "2026-10-05", "AM", "O"]]))

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O")]


def test_a_mapping_finds_the_sheet_too() -> None:
    cover: list[list[Cell]] = [["Marks of the autumn", "Printed on Friday"]]
    content = workbook(cover, [["Ref", "Held", "Half", "What"], [NOAH, "2026-10-05", "AM", "O"]])

    register = read(content, mapping={"upn": "Ref", "date": "Held", "session": "Half", "mark": "What"})

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O")]
    with pytest.raises(Unreadable, match="no column UPN"):
        read(content)


def test_no_sheet_of_several_is_lost() -> None:
    classes = [LONG, [NOAH, "2026-10-05", "AM", "O"]], [["Class 10B"], LONG, [AVA, "2026-10-05", "AM", "I"]]
    weeks = [
        [["Week commencing", f"{DATE}{46300 + 7 * week}"], ["UPN", "Mon AM", "Mon PM"], [NOAH, "O", "\\"]]
        for week in (0, 1)
    ]
    pupils = [[["UPN", upn], ["Week commencing", "Mon AM", "Mon PM"], [MONDAY, "O", "\\"]] for upn in (NOAH, AVA)]

    assert len(marks_of(read(workbook(*classes)), AVA)) == 1
    assert [when for when, *_ in marks_of(read(workbook(*weeks)), NOAH)] == ["2026-10-05"] * 2 + ["2026-10-12"] * 2
    assert {upn: len(marks_of(read(workbook(*pupils)), upn)) for upn in (NOAH, AVA)} == {NOAH: 2, AVA: 2}


@pytest.mark.parametrize(
    "other",
    [
        [["UPN", "Date", "Mark", "Session"], [AVA, "2026-10-06", "O", "AM"]],
        [["UPN", "05/10/2026 AM"], [AVA, "O"]],
    ],
)
def test_sheets_laid_out_differently_are_refused_by_name(other: list[list[Cell]]) -> None:
    with pytest.raises(Unreadable, match='laid out differently, "Sheet1" and "Sheet2"'):
        read(workbook([LONG, [NOAH, "2026-10-05", "AM", "O"]], other))


def test_a_sheet_that_does_not_say_its_week_is_not_taken_for_the_week_of_another() -> None:
    header: list[Cell] = ["UPN", "Mon AM", "Mon PM"]

    with pytest.raises(Unreadable, match="laid out differently"):
        read(workbook([["Week commencing", "05/10/2026"], header, [NOAH, "O", "O"]], [header, [NOAH, "I", "I"]]))


def test_a_title_above_the_header_and_empty_rows_do_not_matter() -> None:
    rows = [["Attendance 2026"], [], LONG, ["", ""], [NOAH, "2026-10-05", "AM", "O"]]

    register = read(workbook(rows))

    assert (register.rows, len(register.quarantined)) == (1, 0)


def test_a_workbook_of_another_kind_is_refused_by_name() -> None:
    with pytest.raises(Unreadable, match="a summary"):
        read(workbook([["UPN", "Possible", "Attended"], [NOAH, 56, 47]]))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"\0" * 200,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        workbook([LONG])[:-30],
        package("<worksheet>"),
        package(sheet_of("<row><c t='s'><v>99</v></c></row>")),
    ],
)
def test_a_damaged_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^This "):
        read(content)


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(Unreadable, match="This Excel workbook is empty"):
        read(workbook([]))


def test_a_workbook_that_would_fill_the_memory_is_refused() -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    with pytest.raises(Unreadable, match="This Excel workbook is damaged or too large"):
        read(package(sheet_of(cells)))  # all cells between the two would take 400 GB


def test_a_workbook_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LONGEST_SECONDS", 0.001)

    with pytest.raises(Unreadable, match="too large"):
        read(workbook([LONG]))
