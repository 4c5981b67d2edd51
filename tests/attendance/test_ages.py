"""Compulsory school age: domain.md 5.2 and C-7."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.ages import compulsory_school_age
from tests.attendance.calendars import day


@pytest.mark.parametrize(
    ("born", "begins", "ends"),
    [
        ("Sat 31 Mar 2012", "Fri 31 Mar 2017", "Fri 30 Jun 2028"),
        ("Sun 1 Apr 2012", "Thu 31 Aug 2017", "Fri 30 Jun 2028"),
        ("Fri 31 Aug 2012", "Thu 31 Aug 2017", "Fri 30 Jun 2028"),
        ("Sat 1 Sep 2012", "Sun 31 Dec 2017", "Fri 29 Jun 2029"),
        ("Mon 31 Dec 2012", "Sun 31 Dec 2017", "Fri 29 Jun 2029"),
        ("Tue 1 Jan 2013", "Sat 31 Mar 2018", "Fri 29 Jun 2029"),
        ("Wed 29 Feb 2012", "Fri 31 Mar 2017", "Fri 30 Jun 2028"),
        ("Tue 9 Mar 2010", "Tue 31 Mar 2015", "Fri 26 Jun 2026"),
        ("Tue 31 Aug 2010", "Mon 31 Aug 2015", "Fri 26 Jun 2026"),
        ("Wed 1 Sep 2010", "Thu 31 Dec 2015", "Fri 25 Jun 2027"),
    ],
)
def test_from_the_prescribed_day_to_the_last_friday_in_june(born: str, begins: str, ends: str) -> None:
    assert compulsory_school_age(day(born)) == (day(begins), day(ends))


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)))
def test_it_lasts_between_ten_and_a_half_and_twelve_years(born: date) -> None:
    begins, ends = compulsory_school_age(born)

    assert ends.weekday() == 4
    assert (begins.month, begins.day) in {(3, 31), (8, 31), (12, 31)}
    assert 10.4 < (ends - begins).days / 365.25 < 12
