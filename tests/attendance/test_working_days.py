"""Working days in England: domain.md 3.4 and 3.9."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.errors import BankHolidaysUnknown
from attendance.working_days import LAST_YEAR, WorkingDays, bank_holidays_of
from tests.attendance.calendars import day

ENGLAND = WorkingDays()

days_with_room = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    "holidays",
    [
        "Wed 1 Jan 2025, Fri 18 Apr 2025, Mon 21 Apr 2025, Mon 5 May 2025, Mon 26 May 2025, Mon 25 Aug 2025, "
        "Thu 25 Dec 2025, Fri 26 Dec 2025",
        "Thu 1 Jan 2026, Fri 3 Apr 2026, Mon 6 Apr 2026, Mon 4 May 2026, Mon 25 May 2026, Mon 31 Aug 2026, "
        "Fri 25 Dec 2026, Mon 28 Dec 2026",
        "Fri 1 Jan 2027, Fri 26 Mar 2027, Mon 29 Mar 2027, Mon 3 May 2027, Mon 31 May 2027, Mon 30 Aug 2027, "
        "Mon 27 Dec 2027, Tue 28 Dec 2027",
        "Mon 3 Jan 2028, Fri 14 Apr 2028, Mon 17 Apr 2028, Mon 1 May 2028, Mon 29 May 2028, Mon 28 Aug 2028, "
        "Mon 25 Dec 2028, Tue 26 Dec 2028",
        "Mon 1 Jan 2029, Fri 30 Mar 2029, Mon 2 Apr 2029, Mon 7 May 2029, Mon 28 May 2029, Mon 27 Aug 2029, "
        "Tue 25 Dec 2029, Wed 26 Dec 2029",
    ],
)
def test_the_weekdays_off_work_are_these(holidays: str) -> None:
    expected = [day(words) for words in holidays.split(", ")]

    found = sorted(holiday for holiday in bank_holidays_of(expected[0].year) if holiday.weekday() < 5)

    assert found == expected


@pytest.mark.parametrize("year", range(2025, 2051))
def test_every_year_to_come_has_eight_bank_holidays_on_weekdays(year: int) -> None:
    assert len([holiday for holiday in bank_holidays_of(year) if holiday.weekday() < 5]) >= 8


@pytest.mark.rule("R089", "R090", "R091")
@pytest.mark.parametrize(
    ("decided", "due"),
    [
        ("Mon 30 Nov 2026", "Wed 30 Dec 2026"),
        ("Fri 11 Dec 2026", "Wed 13 Jan 2027"),
        ("Thu 18 Mar 2027", "Mon 19 Apr 2027"),
        ("Thu 15 Jul 2027", "Thu 12 Aug 2027"),
        ("Mon 2 Mar 2026", "Mon 30 Mar 2026"),
    ],
)
def test_twenty_working_days_after(decided: str, due: str) -> None:
    assert ENGLAND.after(20, day(decided)) == day(due)


def test_school_holidays_are_working_days() -> None:
    assert ENGLAND.is_working_day(day("Wed 28 Oct 2026"))


def test_a_proclaimed_day_is_no_working_day() -> None:
    proclaimed = WorkingDays(proclaimed=frozenset({day("Wed 2 Dec 2026")}))

    assert proclaimed.after(1, day("Tue 1 Dec 2026")) == day("Thu 3 Dec 2026")
    assert ENGLAND.after(1, day("Tue 1 Dec 2026")) == day("Wed 2 Dec 2026")


def test_a_holiday_that_was_moved_is_a_working_day_on_its_old_date() -> None:
    moved = WorkingDays(replaced=frozenset({day("Fri 7 May 2027")}))

    assert moved.is_working_day(day("Mon 3 May 2027"))
    assert not moved.is_working_day(day("Fri 7 May 2027"))
    assert not moved.is_working_day(day("Mon 1 May 2028"))


@pytest.mark.parametrize("start", [date(LAST_YEAR, 12, 30), date(9999, 12, 31), date.min])
def test_years_without_known_holidays_are_refused(start: date) -> None:
    with pytest.raises(BankHolidaysUnknown):
        ENGLAND.after(20, start)


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="never below 0"):
        ENGLAND.after(-1, day("Mon 30 Nov 2026"))


@given(days_with_room, st.integers(1, 60))
def test_going_after_and_then_before_ends_on_the_day_or_the_working_day_before_it(start: date, number: int) -> None:
    assert ENGLAND.before(number, ENGLAND.after(number, start)) == ENGLAND.on_or_before(start)


@given(days_with_room, st.integers(0, 30), st.integers(0, 60))
def test_a_later_start_never_comes_sooner(start: date, later: int, number: int) -> None:
    assert ENGLAND.after(number, start) <= ENGLAND.after(number, start + timedelta(days=later))


@given(days_with_room, st.integers(0, 40), st.integers(0, 40))
def test_working_days_add_up(start: date, first: int, second: int) -> None:
    assert ENGLAND.after(second, ENGLAND.after(first, start)) == ENGLAND.after(first + second, start)


@given(days_with_room, st.integers(1, 60))
def test_so_many_working_days_lie_between(start: date, number: int) -> None:
    assert ENGLAND.count_between(start, ENGLAND.after(number, start)) == number
