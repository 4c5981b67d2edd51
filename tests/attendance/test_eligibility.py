"""The criteria of the Fast Track: domain.md 3.7 and section 10, vectors 1 and 3."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.eligibility import Figures, Result, Threshold, Window, figures, judge, relied_on, window_at
from attendance.marks import Marks
from tests.attendance.calendars import broad_reach, day, norfolk

NORFOLK_RULES = Threshold(percent=15, sessions=9, window_weeks=6)
BORN = day("Wed 21 Mar 2012")


@pytest.mark.rule("R006", "R007", "R008")
@pytest.mark.parametrize(
    ("possible", "unauthorised", "result"),
    [
        (60, 9, "eligible"),
        (60, 8, "not_eligible"),  # 13.33 %
        (58, 9, "eligible"),
        (58, 8, "not_eligible"),  # 13.79 %
        (56, 9, "eligible"),
        (54, 8, "not_eligible"),  # 14.81 %, which is not 15 %
        (53, 8, "ask_aeo"),  # 15.09 %, but fewer than nine
        (53, 9, "eligible"),
        (46, 7, "ask_aeo"),
        (40, 6, "ask_aeo"),
        (40, 5, "not_eligible"),
        (61, 9, "not_eligible"),  # 14.75 %
        (200, 29, "not_eligible"),
        (200, 30, "eligible"),
        (1, 1, "ask_aeo"),
        (9, 9, "eligible"),
        (0, 0, "not_eligible"),
        (60, 0, "not_eligible"),
    ],
)
def test_both_the_share_and_the_number_must_be_reached(possible: int, unauthorised: int, result: str) -> None:
    assert judge(possible=possible, unauthorised=unauthorised, threshold=NORFOLK_RULES) == result


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 100), st.integers(1, 100))
def test_one_more_unauthorised_session_never_makes_a_pupil_less_eligible(
    possible: int, unauthorised: int, percent: int, sessions: int
) -> None:
    threshold = Threshold(percent=percent, sessions=sessions, window_weeks=6)
    order = [Result.NOT_ELIGIBLE, Result.ASK_AEO, Result.ELIGIBLE]

    before = judge(possible=possible, unauthorised=unauthorised, threshold=threshold)
    after = judge(possible=possible, unauthorised=unauthorised + 1, threshold=threshold)

    assert order.index(before) <= order.index(after)


@given(st.integers(1, 500), st.integers(0, 500))
def test_the_share_is_exact(possible: int, unauthorised: int) -> None:
    reached = judge(possible=possible, unauthorised=unauthorised, threshold=NORFOLK_RULES) is not Result.NOT_ELIGIBLE

    assert reached is (unauthorised * 20 >= possible * 3)


@pytest.mark.rule("R007")
@pytest.mark.parametrize(
    ("last_mark", "first_week", "last_week", "sessions"),
    [
        ("Fri 14 Nov 2025", "Mon 29 Sep 2025", "Mon 10 Nov 2025", 58),  # half term and a staff day inside
        ("Wed 12 Nov 2025", "Mon 29 Sep 2025", "Mon 10 Nov 2025", 54),  # in the middle of a week
        ("Fri 17 Apr 2026", "Mon 23 Feb 2026", "Mon 13 Apr 2026", 56),  # the first week back has three days
        ("Fri 9 Jan 2026", "Mon 17 Nov 2025", "Mon 5 Jan 2026", 58),  # over Christmas
    ],
)
def test_the_window_is_six_school_weeks(last_mark: str, first_week: str, last_week: str, sessions: int) -> None:
    calendar = norfolk()

    window = window_at(day(last_mark), last_mark=day(last_mark), calendar=calendar, threshold=NORFOLK_RULES)

    assert (window.weeks[0], window.weeks[-1], len(window.weeks)) == (day(first_week), day(last_week), 6)
    present = filled(calendar.start, [when for when in calendar.school_days if when <= day(last_mark)], "/")
    assert counted(present, window=window).possible == sessions


def test_the_window_of_a_day_in_a_holiday_ends_in_the_week_of_the_last_mark() -> None:
    window = window_at(
        day("Wed 29 Oct 2025"), last_mark=day("Fri 24 Oct 2025"), calendar=norfolk(), threshold=NORFOLK_RULES
    )

    assert window.weeks[-1] == day("Mon 20 Oct 2025")


def test_marks_of_a_holiday_do_not_make_its_week_a_school_week() -> None:
    window = window_at(
        day("Wed 29 Oct 2025"), last_mark=day("Wed 29 Oct 2025"), calendar=norfolk(), threshold=NORFOLK_RULES
    )

    assert window.weeks[-1] == day("Mon 20 Oct 2025")


def test_a_calendar_with_fewer_weeks_gives_those_that_it_has() -> None:
    window = window_at(
        day("Fri 18 Sep 2026"), last_mark=day("Fri 18 Sep 2026"), calendar=broad_reach(), threshold=NORFOLK_RULES
    )

    assert window.weeks == (day("Mon 31 Aug 2026"), day("Mon 7 Sep 2026"), day("Mon 14 Sep 2026"))


def test_without_a_mark_there_is_no_window_and_nothing_is_counted() -> None:
    window = window_at(day("Fri 18 Sep 2026"), last_mark=None, calendar=broad_reach(), threshold=NORFOLK_RULES)

    assert window.weeks == ()
    assert counted(filled(day("Thu 3 Sep 2026"), [day("Thu 3 Sep 2026")], "O"), window=window) == Figures(
        "F926999024001", 0, 0, 0, 0, 0, Result.NOT_ELIGIBLE
    )


def test_a_council_may_look_at_more_weeks() -> None:
    ten = Threshold(percent=15, sessions=9, window_weeks=10)

    window = window_at(day("Fri 14 Nov 2025"), last_mark=day("Fri 14 Nov 2025"), calendar=norfolk(), threshold=ten)

    assert window.weeks[0] == day("Mon 1 Sep 2025")


def test_the_day_itself_counts_and_the_next_does_not() -> None:
    marks = filled(day("Mon 5 Oct 2026"), [day("Mon 5 Oct 2026"), day("Tue 6 Oct 2026")], "O")

    window = Window((day("Mon 5 Oct 2026"),), day("Mon 5 Oct 2026"))

    assert counted(marks, window=window).unauthorised == 2


@pytest.mark.rule("R007")
def test_every_n_counts_as_unauthorised_and_is_named() -> None:
    days = [day("Mon 5 Oct 2026") + timedelta(days=n) for n in range(5)]

    found = counted(filled(days[0], days, "N"), window=Window((days[0],), days[-1]))

    assert (found.unauthorised, found.provisional_n, found.result) == (10, 10, "eligible")


@pytest.mark.parametrize(
    ("born", "possible"),
    [
        ("Tue 31 Aug 2010", 0),  # sixteen in the school year that ended: past the leaving date
        ("Wed 1 Sep 2010", 2),  # sixteen in this one
        ("Fri 31 Dec 2021", 0),  # not five yet
        ("Tue 31 Aug 2021", 2),  # five on the prescribed day
        ("Wed 1 Sep 2021", 0),  # five a day later: from 31 December
    ],
)
def test_only_sessions_of_compulsory_school_age_count(born: str, possible: int) -> None:
    monday = day("Mon 5 Oct 2026")

    found = counted(filled(monday, [monday], "O"), window=Window((monday,), monday), born=day(born))

    assert found.possible == found.unauthorised == possible


def test_the_leaving_date_itself_counts_and_the_day_after_does_not() -> None:
    friday, monday = day("Fri 25 Jun 2027"), day("Mon 28 Jun 2027")
    marks = filled(friday, [friday, monday], "O")

    found = counted(marks, window=Window((day("Mon 21 Jun 2027"), monday), monday), born=day("Tue 1 Mar 2011"))

    assert found.unauthorised == 2
    assert [
        session.day for session in relied_on(marks, born=day("Tue 1 Mar 2011"), window=Window((friday,), monday))
    ] == [
        friday,
        friday,
    ]


def test_a_missing_birthday_counts_every_session() -> None:
    monday = day("Mon 5 Oct 2026")

    assert counted(filled(monday, [monday], "O"), window=Window((monday,), monday), born=None).possible == 2


def test_the_sessions_relied_on_are_those_that_the_figures_count() -> None:
    monday = day("Mon 5 Oct 2026")
    marks = Marks(monday - timedelta(days=7), days=21)
    for offset, session, code in [(-3, "AM", "O"), (0, "AM", "U"), (0, "PM", "\\"), (1, "PM", "N"), (7, "AM", "G")]:
        marks.put(monday + timedelta(days=offset), session, code)

    found = list(relied_on(marks, born=BORN, window=Window((monday,), monday + timedelta(days=4))))

    assert [(session.day, session.session, session.code) for session in found] == [
        (day("Mon 5 Oct 2026"), "AM", "U"),
        (day("Tue 6 Oct 2026"), "PM", "N"),
    ]


def filled(start: date, days: list[date], code: str) -> Marks:
    """Marks with one code in every session of some days."""
    marks = Marks(start, days=(max(days) - start).days + 1)
    for when in days:
        marks.put(when, "AM", code)
        marks.put(when, "PM", code)
    return marks


def counted(marks: Marks, *, window: Window, born: date | None = BORN) -> Figures:
    """The figures by Norfolk's numbers."""
    return figures(marks, upn="F926999024001", born=born, window=window, threshold=NORFOLK_RULES)
