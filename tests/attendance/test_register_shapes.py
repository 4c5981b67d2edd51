"""The shapes in which registers come: domain.md 5.3."""

import pytest

from attendance.errors import Unreadable
from attendance.register_layout import Shape
from attendance.register_rows import Register
from tests.attendance.calendars import day
from tests.attendance.registers import AVA, NOAH, ZOE, marks_of, read

MONDAY_TO_TUESDAY = [("2026-10-05", "AM", "O"), ("2026-10-05", "PM", "\\"), ("2026-10-06", "AM", "C2")]
ONCE_IN_EACH_SHAPE = [
    (Shape.LONG, f"UPN,Date,Session,Mark\n{NOAH},2026-10-05,AM,o\n{NOAH},05/10/2026,2,\\\n{NOAH},6 Oct 2026,1,C2\n"),
    (Shape.DAILY, f"UPN,Date,AM,PM\n{NOAH},2026-10-05,o,\\\n{NOAH},2026-10-06,C2,\n"),
    (Shape.DAILY, f"UPN;Date;AM Reg;PM Reg\n{NOAH};2026-10-05;o;\\\n{NOAH};2026-10-06;C2;-\n"),
    (Shape.WIDE, f"UPN,05/10/2026 AM,05/10/2026 PM,06/10/2026 AM\n{NOAH},o,\\,c2\n"),
    (Shape.WIDE, f"UPN,Mon 5 Oct 2026 (AM),AM 06-10-2026,2026-10-05 Afternoon\n{NOAH},O,C2,\\\n"),
    (Shape.WIDE, f"UPN,Name,05/10/2026,,06/10/2026,\n,,AM,PM,AM,PM\n{NOAH},\"Coley, Noah\",O,\\,C2,\n"),
    (Shape.GRID, f"Week commencing,05/10/2026\nUPN,Mon AM,Mon PM,Tue AM,Tue PM\n{NOAH},O,\\,C2,\n"),
    (Shape.GRID, f"Week commencing: 5 Oct 2026\n\nUPN,Monday AM,Monday PM,Tuesday AM\n{NOAH},O,\\,C2\n"),
    (Shape.GRID, f"W/C,Sun 4 Oct 2026\nUPN,Mon 1,Mon 2,Tue 1\n{NOAH},O,\\,C2\n"),
    (Shape.GRID, f"UPN,Week commencing,Mon AM,Mon PM,Tue AM\n{NOAH},05/10/2026,O,\\,C2\n"),
    (Shape.GRID, f"Register of a week\nWeek beginning,05/10/2026\nUPN,Mon,,Tue,\n,AM,PM,AM,PM\n{NOAH},O,\\,C2,\n"),
    (Shape.GRID, f"UPN,{NOAH}\nWeek commencing,Mon AM,Mon PM,Tue AM\n05/10/2026,O,\\,C2\n"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "text"), ONCE_IN_EACH_SHAPE)
def test_the_same_marks_are_read_from_every_shape(shape: Shape, text: str) -> None:
    register = read(text)

    assert register.shape is shape
    assert marks_of(register, NOAH) == MONDAY_TO_TUESDAY
    assert list(register.quarantined) == []


def test_a_grid_of_many_weeks_and_a_header_that_comes_again() -> None:
    register = read(
        "Week commencing,05/10/2026\nUPN,Mon AM,Mon PM\n"
        f"{NOAH},O,\\\n{AVA},/,\\\nWeek commencing,12/10/2026\nUPN,Mon AM,Mon PM\n{NOAH},I,U\n"
    )

    assert marks_of(register, NOAH)[2:] == [("2026-10-12", "AM", "I"), ("2026-10-12", "PM", "U")]
    assert register.rows == 3


def told(register: Register) -> list[tuple[int, str, str]]:
    return [(found.row, found.column, found.reason) for found in register.quarantined]


def test_one_bad_mark_of_a_wide_row_is_set_aside_and_the_others_are_taken() -> None:
    register = read(f"UPN,05/10/2026 AM,05/10/2026 PM,06/10/2026 AM\n{NOAH},/,ZZ,O\n")

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "/"), ("2026-10-06", "AM", "O")]
    assert told(register) == [(1, "05/10/2026 PM", '"ZZ" is not a code of the register.')]
    (found,) = register.quarantined
    assert found.written == {"upn": NOAH, "marks": [["2026-10-05", "PM", "ZZ"]]}


def test_a_row_of_nobody_is_set_aside_once_with_all_its_marks() -> None:
    register = read(f"UPN,Surname,05/10/2026 AM,05/10/2026 PM\n{NOAH[1:]},Coley,/,O\n{AVA},Rix,/,\\\n")

    assert told(register) == [(1, "", "A UPN has 13 characters, this one has 12.")]
    (found,) = register.quarantined
    assert found.written["marks"] == [["2026-10-05", "AM", "/"], ["2026-10-05", "PM", "O"]]
    assert list(register.pupils) == [AVA]


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("31/09/2026 AM", "There is no 31/09/2026 in the calendar."),
        ("03/09/26 AM", '"03/09/26" is not a date like 2026-12-02 or 02/12/2026.'),
        ("Tue 05/10/2026 PM", "Mon 5 Oct 2026 is another weekday."),
        ("28/10/2026 AM", "The school is closed on Wed 28 Oct 2026."),
        ("01/09/2027 AM", "Wed 1 Sep 2027 is outside the school's calendar, Wed 2 Sep 2026 to Wed 21 Jul 2027."),
    ],
)
def test_marks_under_a_day_that_cannot_be_are_set_aside_and_its_empty_cells_are_nothing(
    title: str, reason: str
) -> None:
    register = read(f"UPN,{title},06/10/2026 AM\n{NOAH},/,/\n{AVA},,/\n{ZOE},-,/\n")

    assert told(register) == [(1, title, reason)]
    assert list(register.gaps) == []
    assert len(register.pupils) == 3


def test_a_wide_row_with_empty_cells_is_a_gap_once_and_days_to_come_are_left_out() -> None:
    register = read(f"UPN,05/10/2026 AM,05/10/2026 PM,23/11/2026 AM,23/11/2026 PM\n{NOAH},,-,/,\n{AVA},/,\\,,\n")

    assert list(register.gaps) == [1]
    assert register.left_out == 4


def test_of_two_rows_of_one_pupil_the_later_counts_in_wide_shapes_too() -> None:
    register = read(f"UPN,Name,05/10/2026 AM\n{NOAH},Coley,O\n{NOAH},Coley,I\n")

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "I")]
    assert [(found.row, found.superseded_by) for found in register.conflicts] == [(1, 2)]


def test_a_grid_must_say_its_week() -> None:
    with pytest.raises(Unreadable, match="does not say of which week"):
        read(f"UPN,Mon AM,Mon PM\n{NOAH},/,\\\n")
    assert told(read(f"UPN,Week commencing,Mon AM,Mon PM\n{NOAH},,/,\\\n{NOAH},soon,/,\\\n")) == [
        (1, "", "The week is missing."),
        (2, "", '"soon" is not the beginning of a week.'),
    ]


@pytest.mark.parametrize("week", ["03/10/2026", "Week 6", "31/02/2026"])
def test_a_day_that_begins_no_school_week_says_no_week(week: str) -> None:
    with pytest.raises(Unreadable, match="does not say of which week"):
        read(f"Week commencing,{week}\nUPN,Mon AM,Mon PM\n{NOAH},/,\\\n")


def test_names_in_one_column_are_told_apart_at_the_comma() -> None:
    pupil = read(f'UPN,Name,05/10/2026 AM\n{NOAH},"O\'Brien-Smith, Noah Tom",/\n').pupils[NOAH]

    assert (pupil.surname, pupil.forename) == ("O'Brien-Smith", "Noah Tom")


# --- who, when, and columns under other titles


def test_of_two_marks_the_one_entered_later_counts_whatever_the_order() -> None:
    register = read(
        "UPN,Date,Session,Mark,Amended at\n"
        f"{NOAH},2026-10-05,AM,I,06/10/2026 09:12\n"
        f"{NOAH},2026-10-05,AM,N,05/10/2026 09:01\n"
        f"{NOAH},2026-10-05,PM,N,\n"
        f"{NOAH},2026-10-05,PM,O,\n"
        f"{NOAH},2026-10-06,AM,M,06/10/2026 10:00\n"
        f"{NOAH},2026-10-06,AM,O,\n"
    )

    assert [code for _, _, code in marks_of(register, NOAH)] == ["I", "O", "M"]
    assert [(found.row, found.superseded_by, found.was, found.became) for found in register.conflicts] == [
        (2, 1, "N", "I"),
        (3, 4, "N", "O"),
        (6, 5, "O", "M"),
    ]


def test_a_time_of_entry_that_is_none_sets_the_row_aside() -> None:
    assert told(read(f"UPN,Date,Session,Mark,Amended at\n{NOAH},2026-10-05,AM,I,later\n"))[0][0] == 1


def test_pupils_may_be_known_by_admission_number_alone() -> None:
    rows = ("01000,2026-10-05,AM,O", "01001,2026-10-05,AM,/", "01000,2026-10-05,PM,O", ",2026-10-05,AM,O")
    text = "\n".join(["Adno,Date,Session,Mark", *rows])

    alone = read(text)
    known = read(text, upn_of={"01000": NOAH})

    assert [(pupil.upn, pupil.label) for pupil in alone.pupils.values()] == [
        ("", "admission number 01000"),
        ("", "admission number 01001"),
    ]
    assert len(marks_of(known, NOAH)) == 2
    assert told(known) == [
        (2, "", "No register of this school has named a pupil with this admission number."),
        (4, "", "The UPN is missing."),
    ]


def test_columns_under_any_title_are_read_by_a_mapping() -> None:
    text = f"Ref,Held on,Half,What,Note\n{NOAH},2026-10-05,AM,O,late\n"

    register = read(text, mapping={"upn": "ref", "date": "Held on", "session": "HALF", "mark": "What"})

    assert marks_of(register, NOAH) == [("2026-10-05", "AM", "O")]
    with pytest.raises(Unreadable, match="no column UPN and no column Date"):
        read(text)


def test_a_mapping_counts_before_the_titles_that_are_known() -> None:
    text = f"UPN,Date,Session,Code,Mark\n{NOAH},2026-10-05,AM,O,83\n"

    assert marks_of(read(text, mapping={"mark": "Code"}), NOAH) == [("2026-10-05", "AM", "O")]


def test_a_mapping_of_what_there_is_not_is_refused() -> None:
    with pytest.raises(Unreadable, match="There is no colour to give a column"):
        read(f"UPN,Date,Session,Mark\n{NOAH},2026-10-05,AM,O\n", mapping={"colour": "Mark"})
    with pytest.raises(Unreadable, match='no column "Half day", which the mapping names'):
        read("UPN,Date,Part,Mark\n", mapping={"session": "Half day"})


def test_a_file_that_names_more_pupils_than_any_school_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attendance.register_book.MOST_PUPILS", 1)

    with pytest.raises(Unreadable, match="more than 1 pupils"):
        read(f"UPN,Date,Session,Mark\n{NOAH},2026-10-05,AM,O\n{AVA},2026-10-05,AM,O\n")


def test_the_last_day_with_a_mark_is_that_of_the_whole_file() -> None:
    assert read(f"UPN,06/10/2026 AM,05/10/2026 AM\n{NOAH},,/\n{AVA},O,/\n").last_day == day("Tue 6 Oct 2026")
