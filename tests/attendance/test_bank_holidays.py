"""Bank holidays from two sources that know nothing of each other: the library, and the statute."""

from datetime import date

import pytest

from attendance.working_days import FIRST_YEAR, LAST_YEAR, bank_holidays_of
from tests.attendance.statute import easter, weekdays_off


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_the_library_and_the_statute_agree_on_every_weekday(year: int) -> None:
    assert {day for day in bank_holidays_of(year) if day.weekday() < 5} == weekdays_off(year)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1818, 3, 22), (1943, 4, 25), (2008, 3, 23), (2026, 4, 5), (2027, 3, 28), (2028, 4, 16), (2038, 4, 25)],
)
def test_easter_is_where_printed_calendars_have_it(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)
