"""A whole register against the criteria: domain.md 3.7 and its edge cases."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.calendar import SchoolCalendar
from attendance.codes import CODES
from attendance.eligibility import Figures, Result, Threshold
from attendance.register_check import Check, check_register
from attendance.register_rows import Register
from tests.attendance.calendars import broad_reach, day
from tests.attendance.registers import AS_AT, AVA, NOAH, ZOE, attended, read, rows, with_birthdays

NORFOLK_RULES = Threshold(percent=15, sessions=9, window_weeks=6)
SAMPLE = broad_reach()
TERM = [when for when in SAMPLE.school_days if when <= day("Fri 27 Nov 2026")]
WINDOW = [when for when in TERM if day("Mon 5 Oct 2026") <= when <= AS_AT]


def checked(register: Register, *, calendar: SchoolCalendar = SAMPLE) -> Check:
    """The check by Norfolk's numbers."""
    return check_register(register, calendar=calendar, threshold=NORFOLK_RULES)


def absences(days: list[date], code: str, number: int) -> dict[tuple[date, str], str]:
    """The first sessions of some days, under one code."""
    sessions = [(when, session) for when in days for session in ("AM", "PM")]
    return dict.fromkeys(sessions[:number], code)


@pytest.mark.rule("R006", "R007", "R008")
def test_nine_of_56_sessions_in_the_sample_window_are_eligible_and_eight_are_not() -> None:
    register = read(
        with_birthdays(
            attended(NOAH, TERM, other=absences(WINDOW, "O", 9)) + attended(AVA, TERM, other=absences(WINDOW, "O", 8))
        )
    )

    found = checked(register)

    assert found.window.weeks == tuple(
        day(words)
        for words in (
            "Mon 5 Oct 2026",
            "Mon 12 Oct 2026",
            "Mon 19 Oct 2026",
            "Mon 2 Nov 2026",
            "Mon 9 Nov 2026",
            "Mon 16 Nov 2026",
        )
    )
    assert found.pupils == (
        Figures(NOAH, 56, 9, 0, 47, 0, Result.ELIGIBLE),
        Figures(AVA, 56, 8, 0, 48, 0, Result.NOT_ELIGIBLE),
    )
    assert register.left_out == 2 * 2 * 5


def test_absence_before_the_window_is_told_apart_and_never_changes_the_result() -> None:
    early = [when for when in TERM if when < day("Mon 5 Oct 2026")]

    found = checked(read(with_birthdays(attended(NOAH, TERM, other=absences(early, "O", 12)))))

    assert found.pupils[0].result == "not_eligible"
    assert {earlier.upn for earlier in found.earlier} == {NOAH}
    assert found.earlier[-1].window.weeks[-1] == day("Mon 5 Oct 2026")
    assert (found.earlier[-1].tally.possible, found.earlier[-1].tally.unauthorised) == (54, 12)


def test_a_pupil_who_joined_in_the_window_needs_the_nine_sessions_too() -> None:
    since = [when for when in TERM if when >= day("Mon 9 Nov 2026")]

    nine = checked(read(with_birthdays(attended(NOAH, since, other=absences(since, "O", 9))))).pupils
    eight = checked(read(with_birthdays(attended(NOAH, since, other=absences(since, "O", 8))))).pupils

    assert (nine[0].possible, nine[0].result) == (18, "eligible")
    assert (eight[0].possible, eight[0].result) == (18, "ask_aeo")


def test_a_pupil_who_left_is_judged_by_the_schools_last_session() -> None:
    until = [when for when in TERM if when <= day("Fri 6 Nov 2026")]

    found = checked(read(with_birthdays(attended(NOAH, until) + attended(AVA, TERM))))

    assert (found.pupils[0].possible, found.pupils[1].possible) == (38, 56)


def test_a_register_that_ends_before_the_day_ends_the_window_there() -> None:
    until = [when for when in TERM if when <= day("Wed 21 Oct 2026")]

    found = checked(read(with_birthdays(attended(NOAH, until))))

    assert found.window.weeks[-1] == day("Mon 19 Oct 2026")
    assert found.pupils[0].possible == 5 * 10 + 6


def test_pupils_without_a_mark_in_the_window_are_listed_with_nothing() -> None:
    until = [when for when in TERM if when <= day("Fri 18 Sep 2026")]

    found = checked(read(with_birthdays(attended(ZOE, until) + attended(NOAH, TERM))))

    assert [pupil.upn for pupil in found.pupils] == [ZOE, NOAH]
    assert found.pupils[0] == Figures(ZOE, 0, 0, 0, 0, 0, Result.NOT_ELIGIBLE)


def test_a_school_week_in_which_a_pupil_had_no_possible_session_stays_in_the_window() -> None:
    week = [when for when in WINDOW if day("Mon 12 Oct 2026") <= when <= day("Fri 16 Oct 2026")]

    found = checked(read(with_birthdays(attended(NOAH, TERM, other=absences(week, "Q", 10)))))

    assert found.window.weeks[0] == day("Mon 5 Oct 2026")
    assert found.pupils[0].possible == 46


def test_closures_entered_in_the_register_are_not_possible() -> None:
    closed = [f"{NOAH},2012-03-21,2026-11-12,{session},Y4" for session in ("AM", "PM")]

    found = checked(read(with_birthdays(attended(NOAH, TERM) + closed)))

    assert found.pupils[0].possible == 56


@pytest.mark.rule("R003")
def test_lateness_before_the_register_closes_is_attending_and_after_it_unauthorised() -> None:
    late = absences(WINDOW, "L", 4) | {(when, session): "U" for when in WINDOW[4:9] for session in ("AM", "PM")}

    found = checked(read(with_birthdays(attended(NOAH, TERM, other=late)))).pupils[0]

    assert (found.attending, found.unauthorised, found.result) == (46, 10, "eligible")


def test_an_n_corrected_to_illness_makes_a_pupil_ineligible() -> None:
    before = read(with_birthdays(attended(NOAH, TERM, other=absences(WINDOW, "N", 9))))
    after = read(with_birthdays(attended(NOAH, TERM, other=absences(WINDOW, "N", 9) | {(WINDOW[0], "AM"): "I"})))

    assert (checked(before).pupils[0].result, checked(before).pupils[0].provisional_n) == ("eligible", 9)
    assert (checked(after).pupils[0].result, checked(after).pupils[0].provisional_n) == ("not_eligible", 8)


def test_notes_say_what_a_reader_should_know() -> None:
    present = attended(AVA, TERM)
    lines = (
        attended(NOAH, TERM, born="")
        + [line for line in present if "2026-11-05" not in line]
        + attended(ZOE, TERM, born="2010-03-09")
    )

    found = checked(read(with_birthdays(lines)))

    assert [(note.upn, note.note.split(":")[0].split(";")[0]) for note in found.notes] == [
        (NOAH, "The date of birth is missing"),
        (AVA, "2 sessions of the window have no mark"),
        (ZOE, "Not of compulsory school age in the window"),
    ]


def test_a_short_calendar_is_noted() -> None:
    found = checked(read(with_birthdays(attended(NOAH, TERM)), as_at=day("Fri 18 Sep 2026")))

    assert len(found.window.weeks) == 3
    assert found.notes[0].note == (
        "The calendar has 3 school weeks before the end of the window, not 6: these were used."
    )


def test_a_register_without_a_mark_by_that_day_judges_nobody() -> None:
    found = checked(read(rows(f"{NOAH},2026-10-05,AM,/"), as_at=day("Fri 4 Sep 2026")))

    assert found.window.weeks == ()
    assert [pupil.result for pupil in found.pupils] == ["not_eligible"]
    assert "no mark" in found.notes[0].note


@given(st.lists(st.sampled_from(sorted(code for code in CODES if code not in "HJY")), min_size=1, max_size=56))
def test_every_session_counts_once_and_possible_is_the_sum(codes: list[str]) -> None:
    sessions = [(when, session) for when in WINDOW for session in ("AM", "PM")]
    lines = [f"{NOAH},{when},{session},{code}" for (when, session), code in zip(sessions, codes, strict=False)]

    found = checked(read(rows(*lines))).pupils[0]

    assert found.possible == found.attending + found.authorised + found.unauthorised
    assert found.possible == sum(CODES[code].is_possible for code in codes)
    assert found.provisional_n == codes.count("N")
