"""Calendars as tables: which rows are understood, which are left out, and what is refused with its row."""

import pytest

from attendance.calendar_file import calendar_of
from attendance.calendar_reading import CalendarRead, read_calendar
from attendance.errors import Unreadable
from tests.attendance.calendars import BROAD_REACH, day

TABLE = """What,From,To
Autumn term,02/09/2026,18/12/2026
October half term,26/10/2026,30/10/2026
Staff training day,02/09/2026,02/09/2026
INSET,2026-11-02,
Spring term,04/01/2027,25/03/2027
"""


def read(text: str, **more: object) -> CalendarRead:
    return read_calendar(text.encode(), known=more.get("known"))  # type: ignore[arg-type]


def test_terms_holidays_and_staff_days_become_a_calendar() -> None:
    calendar = calendar_of(read(TABLE).content)

    assert calendar.terms == (
        (day("Wed 2 Sep 2026"), day("Sun 25 Oct 2026")),
        (day("Sat 31 Oct 2026"), day("Fri 18 Dec 2026")),
        (day("Mon 4 Jan 2027"), day("Thu 25 Mar 2027")),
    )
    assert calendar.inset == {day("Wed 2 Sep 2026"), day("Mon 2 Nov 2026")}
    assert calendar.is_school_day(day("Fri 23 Oct 2026"))
    assert not calendar.is_school_day(day("Wed 28 Oct 2026"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_in_any_encoding_that_schools_send(encoding: str) -> None:
    text = TABLE + "Closed: café flooded,2026-11-12,2026-11-12\n"

    closures = calendar_of(read_calendar(text.encode(encoding), known=None).content).closures

    assert closures[day("Thu 12 Nov 2026")].reason == "Closed: café flooded"


def test_a_closure_has_its_mark_and_reason() -> None:
    text = "Kind;Date;Code;Note\nclosure;12/11/2026;y4;boiler\n"

    closure = calendar_of(read(text, known=BROAD_REACH).content).closures[day("Thu 12 Nov 2026")]

    assert (closure.mark, closure.reason) == ("Y4", "boiler")


def test_a_term_given_by_its_first_and_last_day_is_read() -> None:
    text = "Event,Date\nSchool reopens,2027-01-04\nLast day of spring term,2027-03-25\n"

    assert calendar_of(read(text).content).terms == ((day("Mon 4 Jan 2027"), day("Thu 25 Mar 2027")),)


def test_rows_about_other_things_are_left_out_and_said() -> None:
    found = read(TABLE + "Sports day,2027-06-11,\nTwilight INSET,2026-11-25,\n")

    assert [(left.where, left.reason) for left in found.left_out] == [
        ("Row 6", "“Sports day” says nothing of whole school days."),
        ("Row 7", "“Twilight INSET” says nothing of whole school days."),
    ]


def test_another_school_year_leaves_this_one_as_it_is() -> None:
    text = "Kind,First,Last\nterm,2027-09-06,2027-12-17\ninset,2027-09-06,\n"

    calendar = calendar_of(read(text, known=BROAD_REACH).content)

    assert calendar.terms[:-1] == calendar_of(BROAD_REACH).terms
    assert calendar.inset == calendar_of(BROAD_REACH).inset | {day("Mon 6 Sep 2027")}
    assert calendar.closures == calendar_of(BROAD_REACH).closures


def test_the_same_school_year_again_replaces_its_terms_and_staff_days_but_no_closure() -> None:
    calendar = calendar_of(read(TABLE, known=BROAD_REACH).content)

    assert len(calendar.terms) == 3
    assert calendar.inset == {day("Wed 2 Sep 2026"), day("Mon 2 Nov 2026")}
    assert calendar.closures == calendar_of(BROAD_REACH).closures


def test_a_table_without_terms_adds_to_the_calendar() -> None:
    calendar = calendar_of(read("Event,Date\nINSET day,2026-12-04\n", known=BROAD_REACH).content)

    assert calendar.inset == calendar_of(BROAD_REACH).inset | {day("Fri 4 Dec 2026")}
    assert calendar.terms == calendar_of(BROAD_REACH).terms


def test_bank_holidays_that_are_known_change_nothing() -> None:
    found = read(TABLE + "Christmas Day,2026-12-25,\nBank holiday,2027-05-03,\nBoxing Day,2026-12-26,\n")

    assert found.content == read(TABLE).content


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("Autumn term,31/09/2026,18/12/2026", "Row 1: There is no 31/09/2026 in the calendar"),
        ("Autumn term,2/9/26,18/12/2026", 'Row 1: "2/9/26" is not a date'),
        ("Autumn term,,18/12/2026", "Row 1: The date is missing"),
        ("Autumn term,18/12/2026,02/09/2026", "Row 1: it ends before it begins"),
        ("Autumn term,02/09/2026,18/12/9026", "Row 1: from 2026-09-02 to 9026-12-18 is longer than a school year."),
        ("Term begins,02/09/2026,\nTerm ends,18/12/9026,", "Row 1: the term to 9026-12-18 would be longer"),
        ("Autumn term,02/09/2026,", "Row 1: “Autumn term” lasts one day. On which day does the term begin"),
        ("Autumn half term 1,02/09/2026,23/10/2026", "lasts 52 days. Is it the holiday, or half of the term"),
        ("Half term starts,26/10/2026,", "it is not clear what “Half term starts” says"),
        ("End of autumn term,18/12/2026,", "Row 1: a term ends on Fri 18 Dec 2026, and nothing says when it began"),
        ("Autumn term starts,02/09/2026,", "Row 1: a term begins on Wed 2 Sep 2026, and nothing says when it ends"),
        ("Bank holiday,04/06/2027,", "Row 1: Fri 4 Jun 2027 is no known bank holiday. If it is proclaimed"),
        ('"Autumn term,02/09/2026,', "Row 1: a quotation mark is never closed"),
    ],
)
def test_a_row_that_is_wrong_refuses_the_whole_table(rows: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(f"What,From,To\n{rows}\n", known=BROAD_REACH)


def test_all_wrong_rows_are_told_at_once() -> None:
    with pytest.raises(Unreadable, match=r"Row 2: .* Row 3: .* Row 11: .* And 2 more"):
        read(TABLE.splitlines()[0] + "\nSports day,soon,\n" + "INSET,soon,\n" * 12)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This file is empty"),
        ("What\nAutumn term\n", "not the header of a calendar's table"),
        ("Subject,Start Date,Start Time,End Date\nINSET,02/09/2026,00:00,03/09/2026\n", "table of a diary"),
        ("What,From\nSports day,2027-06-11\n", "says nothing of school days"),
        ("Kind,From\ndisco,2027-06-11\n", "Row 1: “disco” is none of term, term begins"),
        ("What,From\nINSET,2026-12-04\n", "has no term, and the school has no calendar yet"),
        ("Kind,From,Mark\nclosure,2026-12-04,O\n", "“O” is not a mark for a day on which the whole school is closed"),
        ("Kind,From,Mark\ninset,2026-12-04,Y4\n", "Only a closure has a mark"),
        ("PK\x03\x04", "an Excel workbook"),
        ("<html>", "a web page"),
    ],
)
def test_what_is_no_calendars_table_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(text)
