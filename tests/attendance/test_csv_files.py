"""CSV as it arrives: domain.md 5.3."""

import codecs
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.csv_files import Record, columns_of, plain, read_csv
from attendance.errors import Unreadable


def records(text: str | bytes) -> list[Record]:
    content = text.encode() if isinstance(text, str) else text
    return list(read_csv(io.BytesIO(content), wanted="a table")[1])


@pytest.mark.parametrize(
    "content",
    [
        "Näme,Mark\nZoë,\\\n".encode(),
        codecs.BOM_UTF8 + "Näme,Mark\nZoë,\\\n".encode(),
        "Näme,Mark\nZoë,\\\n".encode("cp1252"),
        "Näme,Mark\r\nZoë,\\\r\n".encode("utf-16"),
        "Näme;Mark\nZoë;\\\n".encode(),
        "Näme\tMark\nZoë\t\\".encode(),
        "Näme,Mark\rZoë,\\\r".encode(),
    ],
)
def test_encodings_separators_and_line_ends(content: bytes) -> None:
    header, found = read_csv(io.BytesIO(content), wanted="a table")

    assert header == ["Näme", "Mark"]
    assert list(found) == [["Zoë", "\\"]]


def test_windows_1252_is_noticed_after_a_megabyte_of_ascii() -> None:
    content = b"Name\n" + b"x" * (1 << 21) + "\nZoë\n".encode("cp1252")

    assert records(content)[-1] == ["Zoë"]


def test_a_letter_of_utf8_may_stand_across_the_pieces_that_are_read() -> None:
    content = ("Name\n" + "x" * ((1 << 20) - 2) + "\nZoë\n").encode()

    assert records(content)[-1] == ["Zoë"]


def test_a_byte_that_windows_1252_does_not_have_stops_nothing() -> None:
    assert records(b"Name,Mark\nZo\x81,O\n\xe9,I\n")[1] == ["é", "I"]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"Coley, Noah",/', ["Coley, Noah", "/"]),
        ("O'Brien,#", ["O'Brien", "#"]),
        ('"say ""no""",O', ['say "no"', "O"]),
        ('5" ruler,O', ['5" ruler', "O"]),
        ('5" and 6" rulers,O', ['5" and 6" rulers', "O"]),
        ('"two\nlines",O', ["two\nlines", "O"]),
        ('"Coley "Noah" x",O', ['Coley Noah" x"', "O"]),
        (",,", ["", "", ""]),
        ("\\,/", ["\\", "/"]),
    ],
)
def test_quotes_as_people_and_programs_write_them(line: str, cells: list[str]) -> None:
    assert records(f"a,b\n{line}\n") == [cells]


def test_a_quotation_mark_never_closed_costs_one_row() -> None:
    lines = [f"row {n},O" for n in range(100)]

    found = records("\n".join(["a,b", '"late again,O', *lines]))

    assert found[0] is None
    assert found[1:] == [[f"row {n}", "O"] for n in range(100)]


def test_two_quotation_marks_never_closed_cost_two_rows_where_they_do_not_pair() -> None:
    lines = ["a,b", '"one,O', *["x,O"] * 30, '"two,O', *["x,O"] * 30]

    found = records("\n".join(lines))

    assert found.count(None) == 2
    assert found.count(["x", "O"]) == 60


def test_two_quotation_marks_never_closed_near_each_other_swallow_nothing_between() -> None:
    assert records('a,b\n"one,O\nx,O\ny,O\n"two,O\nz,O\n') == [None, ["x", "O"], ["y", "O"], None, ["z", "O"]]


def test_a_quotation_mark_open_at_the_end_costs_one_row() -> None:
    assert records('a,b\nx,O\n"y,O\nz,O') == [["x", "O"], None, ["z", "O"]]


def test_a_cell_too_long_to_be_one_costs_one_row() -> None:
    huge = "x" * 200_000

    assert records(f'a,b\n"{huge}",O\ny,O\n') == [None, ["y", "O"]]


def test_empty_lines_are_no_records() -> None:
    assert records("\n\na,b\n\nx,O\n   \n\t\ny,I\n\n") == [["x", "O"], ["y", "I"]]


def test_titles_are_found_whatever_their_case_and_punctuation() -> None:
    header = ["U.P.N", "Legal  Surname", "Address_1", "Surname"]

    found = columns_of(header, {"upn": ("u p n",), "surname": ("legal surname", "surname"), "line": ("address 1",)})

    assert found == {"upn": 0, "surname": 1, "line": 2}
    assert plain(" Week-commencing: ") == "week commencing"


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\x00'), max_size=5), min_size=2),
        max_size=5,
    )
)
def test_rows_without_quotes_come_back_as_they_were_written(rows: list[list[str]]) -> None:
    rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    written = [row for row in rows if not ",".join(row).isspace()]

    assert records("\n".join(["a,b", *(",".join(row) for row in written)])) == written


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_refused(content: bytes) -> None:
    with suppress(Unreadable):
        records(content)
