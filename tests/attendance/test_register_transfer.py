"""Common transfer files: domain.md 5.3 and U10."""

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.calendar import SchoolCalendar
from attendance.errors import Unreadable
from attendance.register import read_register
from attendance.register_layout import Shape
from tests.attendance.calendars import broad_reach, day
from tests.attendance.registers import AS_AT, AVA, NOAH, marks_of, read

START = day("Mon 5 Oct 2026")
CALENDAR = broad_reach()


def pupil(upn: str, marks: str, *, start: str = "2026-10-05", estab: str = "9990", extra: str = "") -> str:
    year = f"<Year>2026</Year><LEA>926</LEA><Estab>{estab}</Estab><SessionsPossible>1</SessionsPossible>"
    sessions = f"<AttendanceStartDate>{start}</AttendanceStartDate><AttendanceMarks>{marks}</AttendanceMarks>"
    return (
        f"<Pupil><UPN>{upn}</UPN><Surname>Coley</Surname><Forename>Noah</Forename><DOB>2012-03-21</DOB>{extra}"
        f"<Attendance><YearData>{year}<AttendSessions>{sessions}</AttendSessions></YearData></Attendance></Pupil>"
    )


def transfer(*pupils: str, beginning: str = "<?xml version='1.0' encoding='utf-8'?>") -> str:
    return f"{beginning}\n<CTfile><Header/><CTFpupilData>{''.join(pupils)}</CTFpupilData></CTfile>"


def text_of(days: Callable[[date], bool], *, until: date = AS_AT, calendar: SchoolCalendar = CALENDAR) -> str:
    """A text of marks through the days asked for: present on school days, `#` on the others."""
    span = (START + timedelta(days=n) for n in range((until - START).days + 1))
    return "".join("/\\" if calendar.is_school_day(each) else "##" for each in span if days(each))


READINGS = {
    "every day of the week": lambda each: each.weekday() < 7,
    "Monday to Friday": lambda each: each.weekday() < 5,
    "school days alone": CALENDAR.is_school_day,
}


@pytest.mark.parametrize("words", READINGS)
def test_which_days_a_text_goes_through_is_settled_by_the_calendar(words: str) -> None:
    text = text_of(READINGS[words])

    register = read(transfer(pupil(NOAH, text[:2] + "O\\" + text[4:-1] + "U")))

    marks = marks_of(register, NOAH)
    assert register.shape is Shape.TRANSFER
    assert words in register.notes[0]
    assert ("2026-10-06", "AM", "O") in marks
    assert marks[-1] == ("2026-11-20", "PM", "U")
    assert list(register.quarantined) == []
    assert {when for when, *_ in marks if CALENDAR.is_school_day(date.fromisoformat(when))} == {
        str(each) for each in CALENDAR.school_days if START <= each <= AS_AT
    }


def test_a_text_within_one_week_is_the_same_in_every_reading() -> None:
    assert len(marks_of(read(transfer(pupil(NOAH, "/\\/\\O\\/\\/\\"))), NOAH)) == 10


def test_a_text_that_fits_two_readings_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match="Which days the marks of this common transfer file are of cannot be told"):
        read(transfer(pupil(NOAH, "/\\" * 5 + "##" * 2 + "##" * 5)))


def test_a_text_that_fits_no_reading_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match="None fits the calendar"):
        read(transfer(pupil(NOAH, "#/" * 60)))


def test_one_mark_against_the_calendar_is_set_aside_when_all_the_others_fit() -> None:
    text = list(text_of(READINGS["Monday to Friday"]))
    inset = [each for each in (START + timedelta(days=n) for n in range(60)) if each.weekday() < 5].index(
        date(2026, 11, 2)
    )
    text[2 * inset] = "/"

    register = read(transfer(*(pupil(upn, "".join(text)) for upn in (NOAH, AVA))))

    assert [(found.row, found.column, found.reason) for found in register.quarantined] == [
        (1, "Mon 2 Nov 2026 AM", "The school is closed on Mon 2 Nov 2026."),
        (2, "Mon 2 Nov 2026 AM", "The school is closed on Mon 2 Nov 2026."),
    ]


@pytest.mark.rule("R007")
def test_codes_of_two_characters_are_not_guessed() -> None:
    register = read(transfer(pupil(NOAH, "/\\C2/\\/\\/"), pupil(AVA, "/\\O\\")))

    (found,) = register.quarantined
    assert (found.row, found.written["upn"], found.written["mark"]) == (1, NOAH, "/\\C2/\\/\\/")
    assert "is not known to us, so it is not guessed" in found.reason
    assert len(marks_of(register, AVA)) == 4


def test_marks_of_another_school_are_set_aside() -> None:
    content = transfer(pupil(NOAH, "/\\", estab="4000"), pupil(AVA, "/\\"))

    register = read_register(
        io.BytesIO(content.encode()), calendar=CALENDAR, as_at=AS_AT, school={"laestab": "9269990"}
    )

    assert [found.reason for found in register.quarantined] == ["These marks are of another school, 9264000."]
    assert list(register.pupils) == [AVA]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"upn": "A926999018001"}, "The check letter of the UPN is wrong."),
        ({"start": "soon"}, '"soon" is not a date like 2026-12-02 or 02/12/2026.'),
        ({"start": ""}, "The date is missing."),
    ],
)
def test_a_text_of_nobody_or_of_no_day_is_set_aside(changed: dict[str, str], reason: str) -> None:
    bad = pupil(**{"upn": NOAH, "marks": "/\\", **changed})

    register = read(transfer(bad, pupil(AVA, "/\\")))

    assert [found.reason for found in register.quarantined] == [reason]


def test_blanks_are_sessions_without_a_mark() -> None:
    register = read(transfer(pupil(NOAH, "  -\\O\\")))

    assert marks_of(register, NOAH) == [
        ("2026-10-06", "PM", "\\"),
        ("2026-10-07", "AM", "O"),
        ("2026-10-07", "PM", "\\"),
    ]
    assert list(register.gaps) == [1]


def test_an_indented_text_begins_with_its_first_mark() -> None:
    assert marks_of(read(transfer(pupil(NOAH, "\n      O\\\n    "))), NOAH)[0] == ("2026-10-05", "AM", "O")


def test_details_are_the_pupils_and_not_those_of_a_contact() -> None:
    contact = "<Contacts><Contact><Surname>Larwood</Surname><Forename>Ada</Forename></Contact></Contacts>"

    found = read(transfer(pupil(NOAH, "/\\", extra=contact))).pupils[NOAH]

    assert (found.surname, found.forename, found.born) == ("Coley", "Noah", day("Wed 21 Mar 2012"))


def test_namespaces_comments_and_other_encodings_do_not_matter() -> None:
    text = transfer(pupil(NOAH, "O\\"), beginning="<?xml version='1.0' encoding='utf-16'?><!-- a file -->")

    register = read(text.replace("<CTfile>", "<CTfile xmlns='urn:x'>").encode("utf-16"))

    assert len(marks_of(register, NOAH)) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (transfer("<Pupil><UPN>x</UPN></Pupil>"), "holds no marks of sessions"),
        (transfer(pupil(NOAH, "/\\"))[:-10], "This XML file is damaged: "),
        (transfer(pupil(NOAH, "/" * 5000)), "longer than 4000 characters"),
        ("<CTfile>" + "<a>" * 100, "nested too deeply"),
        ("<!DOCTYPE CTfile [<!ENTITY a 'b'>]><CTfile>&a;</CTfile>", "a web page"),
        ("<CTfile><!DOCTYPE x></CTfile>", "This XML file is damaged"),
    ],
)
def test_a_file_without_marks_or_made_to_harm_is_refused(content: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(content)


def test_a_document_type_is_refused_before_it_is_read() -> None:
    bomb = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))

    with pytest.raises(Unreadable):
        read(f"<?xml version='1.0'?><!DOCTYPE CTfile [<!ENTITY a0 'x'>{bomb}]><CTfile>&a9;</CTfile>")


@given(st.text(alphabet="/\\OINU#-XYZCDE 12&<>lé", max_size=60), st.dates(date(2026, 8, 1), date(2027, 8, 31)))
def test_no_text_of_marks_is_more_than_refused(marks: str, start: date) -> None:
    escaped = marks.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    with suppress(Unreadable):
        register = read(transfer(pupil(NOAH, escaped, start=start.isoformat())), as_at=date(2027, 7, 21))
        assert register.rows == 1
