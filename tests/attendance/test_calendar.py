"""School days and school weeks: domain.md 3.2, 3.5 and 3.8."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.calendar import monday_of
from attendance.errors import OutsideCalendar
from tests.attendance.calendars import broad_reach, day, norfolk

SAMPLE = broad_reach()


def test_the_norfolk_fixture_has_188_school_days_in_39_weeks() -> None:
    assert (len(norfolk().school_days), len(norfolk().school_weeks)) == (188, 39)


@pytest.mark.parametrize(
    ("when", "is_one"),
    [
        ("Wed 2 Sep 2026", False),  # staff day
        ("Thu 3 Sep 2026", True),
        ("Sat 5 Sep 2026", False),
        ("Fri 23 Oct 2026", True),
        ("Wed 28 Oct 2026", False),  # half term
        ("Thu 12 Nov 2026", False),  # the boiler
        ("Mon 3 May 2027", False),  # bank holiday, which the file does not list
        ("Mon 12 Jul 2027", True),
        ("Mon 6 Sep 2027", False),  # past the calendar
    ],
)
def test_a_school_day_is_a_weekday_of_term_on_which_the_school_is_open(when: str, is_one: bool) -> None:
    assert SAMPLE.is_school_day(day(when)) is is_one


def test_a_proclaimed_bank_holiday_is_no_school_day() -> None:
    assert not broad_reach(proclaimed=["2026-12-03"]).is_school_day(day("Thu 3 Dec 2026"))


def test_a_week_without_a_school_day_is_no_school_week() -> None:
    snow = [{"date": f"2027-01-{number}"} for number in (11, 12, 13, 14, 15)]

    assert day("Mon 11 Jan 2027") in SAMPLE.school_weeks
    assert day("Mon 11 Jan 2027") not in broad_reach(closures=snow).school_weeks


def test_a_week_with_one_school_day_is_a_school_week() -> None:
    snow = [{"date": f"2027-01-{number}"} for number in (11, 12, 13, 14)]

    assert day("Mon 11 Jan 2027") in broad_reach(closures=snow).school_weeks


@pytest.mark.rule("R078")
@pytest.mark.parametrize(
    ("start", "six_school_weeks", "thirtieth_school_day", "latest"),
    [
        ("Tue 14 Oct 2025", "Tue 2 Dec 2025", "Wed 3 Dec 2025", "Tue 2 Dec 2025"),
        ("Mon 12 Jan 2026", "Mon 2 Mar 2026", "Mon 2 Mar 2026", "Mon 2 Mar 2026"),
        ("Tue 24 Feb 2026", "Tue 21 Apr 2026", "Thu 23 Apr 2026", "Tue 21 Apr 2026"),
    ],
)
def test_six_school_weeks_and_thirty_school_days_after(
    start: str, six_school_weeks: str, thirtieth_school_day: str, latest: str
) -> None:
    assert norfolk().school_weeks_after(6, day(start)) == day(six_school_weeks)
    assert norfolk().school_days_after(30, day(start)) == day(thirtieth_school_day)
    assert norfolk().latest_internal_review(day(start), weeks=6, school_days=30) == day(latest)


def test_a_council_that_allows_fewer_school_days_brings_the_internal_review_forward() -> None:
    assert norfolk().latest_internal_review(day("Mon 12 Jan 2026"), weeks=6, school_days=10) == day("Mon 26 Jan 2026")


def test_six_school_weeks_past_the_summer_are_refused() -> None:
    with pytest.raises(OutsideCalendar, match="6 school weeks after Tue 9 Jun 2026 lie past the end"):
        norfolk().school_weeks_after(6, day("Tue 9 Jun 2026"))


@pytest.mark.rule("R058")
@pytest.mark.parametrize(
    ("panel", "six_weeks", "offered"),
    [
        ("Tue 14 Oct 2025", "Tue 25 Nov 2025", "Tue 25 Nov 2025"),
        ("Mon 12 Jan 2026", "Mon 23 Feb 2026", "Mon 23 Feb 2026"),
        ("Tue 24 Feb 2026", "Tue 7 Apr 2026", "Fri 27 Mar 2026"),  # the Easter holiday
        ("Tue 9 Jun 2026", "Tue 21 Jul 2026", "Fri 17 Jul 2026"),  # the summer
    ],
)
def test_a_review_that_would_fall_out_of_term_is_offered_earlier(panel: str, six_weeks: str, offered: str) -> None:
    review = day(panel) + timedelta(weeks=6)

    assert review == day(six_weeks)
    assert norfolk().offered(review) == day(offered)


def test_six_school_weeks_on_the_sample_calendar_fall_on_a_staff_day() -> None:
    same_weekday = SAMPLE.school_weeks_after(6, day("Mon 14 Sep 2026"))

    assert same_weekday == day("Mon 2 Nov 2026")
    assert SAMPLE.offered(same_weekday) == day("Fri 23 Oct 2026")


def test_counting_may_begin_in_a_holiday() -> None:
    assert SAMPLE.school_weeks_after(1, day("Wed 28 Oct 2026")) == day("Wed 4 Nov 2026")
    assert SAMPLE.school_days_after(1, day("Wed 28 Oct 2026")) == day("Tue 3 Nov 2026")


def test_none_after_a_day_is_the_day_itself() -> None:
    assert SAMPLE.school_weeks_after(0, day("Wed 28 Oct 2026")) == day("Wed 28 Oct 2026")
    assert SAMPLE.school_days_after(0, day("Wed 28 Oct 2026")) == day("Wed 28 Oct 2026")


def test_a_weekday_after_the_last_day_of_the_last_week_is_still_known() -> None:
    friday = SAMPLE.school_weeks_after(1, day("Fri 16 Jul 2027"))

    assert friday == day("Fri 23 Jul 2027")
    assert SAMPLE.offered(friday) == day("Tue 20 Jul 2027")


@pytest.mark.parametrize("when", ["Sun 1 Aug 2027", "Mon 6 Sep 2027"])
def test_what_lies_past_the_calendar_is_refused(when: str) -> None:
    with pytest.raises(OutsideCalendar, match="past the end of the school's calendar, Wed 21 Jul 2027"):
        SAMPLE.offered(day(when))


def test_a_calendar_that_ends_at_christmas_says_nothing_of_january() -> None:
    autumn = broad_reach(terms=[["2026-09-02", "2026-10-23"], ["2026-11-02", "2026-12-18"]])

    assert autumn.offered(day("Sun 20 Dec 2026")) == day("Fri 18 Dec 2026")
    with pytest.raises(OutsideCalendar):
        autumn.offered(day("Tue 5 Jan 2027"))


def test_a_day_before_the_calendar_is_refused() -> None:
    with pytest.raises(OutsideCalendar, match="before the school's calendar"):
        SAMPLE.school_weeks_after(1, day("Mon 24 Aug 2026"))
    with pytest.raises(OutsideCalendar, match="no school day on or before Wed 2 Sep 2026"):
        SAMPLE.offered(day("Wed 2 Sep 2026"))


@given(st.dates(date(2026, 9, 2), date(2027, 3, 1)), st.integers(1, 10))
def test_school_weeks_keep_the_weekday_and_skip_only_weeks_without_school(start: date, number: int) -> None:
    reached = SAMPLE.school_weeks_after(number, start)

    between = [week for week in SAMPLE.school_weeks if monday_of(start) < week <= monday_of(reached)]
    assert reached.weekday() == start.weekday()
    assert len(between) == number


@given(st.dates(date(2026, 9, 3), date(2027, 7, 31)))
def test_what_is_offered_is_the_last_school_day_by_then(when: date) -> None:
    offered = SAMPLE.offered(when)

    assert SAMPLE.is_school_day(offered)
    assert not any(offered < later <= when for later in SAMPLE.school_days)
