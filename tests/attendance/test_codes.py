"""Attendance codes: domain.md section 4."""

from datetime import date

import pytest

from attendance.codes import CODES, Kind, read_mark
from attendance.errors import RowRefused
from attendance.marks import Marks
from tests.attendance.calendars import day

TODAY = day("Fri 20 Nov 2026")
BEFORE, SINCE = day("Sun 18 Aug 2024"), day("Mon 19 Aug 2024")


@pytest.mark.rule("R007", "R003")
@pytest.mark.parametrize("code", list("/\\LKVPWB"))
def test_present_and_attending_elsewhere_is_attending(code: str) -> None:
    assert CODES[code].kind is Kind.ATTENDING


@pytest.mark.parametrize("code", ["C1", "M", "J1", "S", "C2", "C", "T", "R", "I", "E"])
def test_absence_with_leave_or_reason_is_authorised(code: str) -> None:
    assert CODES[code].kind is Kind.AUTHORISED


@pytest.mark.rule("R007")
@pytest.mark.parametrize("code", list("GNOU"))
def test_only_these_four_are_unauthorised(code: str) -> None:
    assert CODES[code].kind is Kind.UNAUTHORISED


@pytest.mark.parametrize("code", ["D", "X", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#"])
def test_what_was_not_expected_is_no_possible_session(code: str) -> None:
    assert not CODES[code].is_possible


def test_these_are_all_codes() -> None:
    assert len(CODES) == 8 + 10 + 4 + 12 + 3
    assert {code.code for code in CODES.values() if code.retired is None and code.is_possible} == set(
        "/\\LKVPWBMSCTRIEGNOU"
    ) | {"C1", "J1", "C2"}


@pytest.mark.parametrize(("code", "kind"), [("H", Kind.AUTHORISED), ("J", Kind.ATTENDING), ("Y", Kind.NOT_POSSIBLE)])
def test_retired_codes_are_read_for_earlier_days_only(code: str, kind: Kind) -> None:
    found = read_mark(code, BEFORE)

    assert found is not None
    assert found.kind is kind
    with pytest.raises(RowRefused, match=f"The code {code} was retired on Mon 19 Aug 2024"):
        read_mark(code, SINCE)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_read_in_small_letters_and_between_spaces(code: str) -> None:
    assert read_mark(f" {code.lower()} ", BEFORE) is CODES[code]


@pytest.mark.parametrize("cell", ["", " ", "-", " - ", "'-"])
def test_a_cell_without_a_mark(cell: str) -> None:
    assert read_mark(cell, TODAY) is None


@pytest.mark.parametrize("cell", ["'/", "'O"])
def test_an_apostrophe_against_formulas_is_no_part_of_the_mark(cell: str) -> None:
    assert read_mark(cell, TODAY) is CODES[cell[1]]


@pytest.mark.parametrize("cell", ["ZZ", "F", "@", "I01", "X09", "//", "0", "=1+1", "C3", "Y8", "O O", "\\\\", "None"])
def test_what_is_no_code_is_refused_and_never_guessed(cell: str) -> None:
    with pytest.raises(RowRefused, match="is not a code of the register"):
        read_mark(cell, TODAY)


def test_a_long_cell_is_cut_in_the_reason() -> None:
    with pytest.raises(RowRefused) as refused:
        read_mark("x" * 1000, TODAY)

    assert len(str(refused.value)) < 80


@pytest.mark.rule("R007")
def test_fourteen_marks_count_as_nine_possible_sessions() -> None:
    marks = Marks(date(2026, 9, 7), days=7)
    for number, code in enumerate(["/", "\\", "L", "U", "N", "O", "G", "I", "C2", "Y4", "X", "D", "#", "Q"]):
        marks.put(date(2026, 9, 7 + number // 2), ("AM", "PM")[number % 2], code)

    found = marks.tally(date(2026, 9, 7), date(2026, 9, 13))

    assert (found.possible, found.unauthorised, found.attending, found.authorised) == (9, 4, 3, 2)
    assert found.provisional_n == 1
