"""How long a session can be prosecuted, and what a whole procedure leaves: domain.md 3.6."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.errors import OutsideCalendar
from attendance.limitation import (
    Limitation,
    Periods,
    Reached,
    forecast,
    in_time,
    last_safe_day,
    limitation,
    next_limitation_date,
)
from attendance.notice import Postage
from attendance.working_days import WorkingDays
from tests.attendance.calendars import day, norfolk

ENGLAND = WorkingDays()
PERIODS = Periods(notice_days=5, review_weeks=6, internal_review_weeks=6, internal_review_days=30, application_days=20)


@pytest.mark.rule("R079")
@pytest.mark.parametrize(
    ("session", "six_months", "twenty_six_weeks", "limit", "safe"),
    [
        ("Mon 31 Aug 2026", "Sun 28 Feb 2027", "Mon 1 Mar 2027", "Sun 28 Feb 2027", "Fri 26 Feb 2027"),
        ("Mon 7 Sep 2026", "Sun 7 Mar 2027", "Mon 8 Mar 2027", "Sun 7 Mar 2027", "Fri 5 Mar 2027"),
        ("Wed 30 Sep 2026", "Tue 30 Mar 2027", "Wed 31 Mar 2027", "Tue 30 Mar 2027", "Tue 30 Mar 2027"),
        ("Mon 2 Nov 2026", "Sun 2 May 2027", "Mon 3 May 2027", "Sun 2 May 2027", "Fri 30 Apr 2027"),
        ("Sat 28 Feb 2026", "Fri 28 Aug 2026", "Sat 29 Aug 2026", "Fri 28 Aug 2026", "Fri 28 Aug 2026"),
        ("Tue 31 Aug 2027", "Tue 29 Feb 2028", "Tue 29 Feb 2028", "Tue 29 Feb 2028", "Tue 29 Feb 2028"),
        ("Tue 30 Jun 2026", "Wed 30 Dec 2026", "Tue 29 Dec 2026", "Tue 29 Dec 2026", "Tue 29 Dec 2026"),
    ],
)
def test_the_earlier_of_six_months_and_twenty_six_weeks_holds(
    session: str, six_months: str, twenty_six_weeks: str, limit: str, safe: str
) -> None:
    found = limitation(day(session), days=ENGLAND)

    assert found == Limitation(day(six_months), day(twenty_six_weeks), day(limit), day(safe))


def test_twenty_six_weeks_are_later_than_six_months_on_a_third_of_all_days() -> None:
    year = [limitation(date(2026, 1, 1) + timedelta(days=n), days=ENGLAND) for n in range(365)]

    later_by = Counter((found.twenty_six_weeks - found.six_months).days for found in year)
    assert later_by == {1: 122, 0: 61, -1: 63, -2: 119}


def test_a_limit_on_a_bank_holiday_is_safe_on_the_working_day_before() -> None:
    assert last_safe_day(day("Mon 29 Jun 2026"), days=ENGLAND) == day("Thu 24 Dec 2026")


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_the_last_safe_day_is_a_working_day_within_both_limits(session: date) -> None:
    found = limitation(session, days=ENGLAND)

    assert ENGLAND.is_working_day(found.last_safe_day)
    assert found.last_safe_day <= found.limit <= min(found.six_months, found.twenty_six_weeks)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 100))
def test_a_later_session_never_runs_out_sooner(session: date, later: int) -> None:
    after = session + timedelta(days=later)

    assert last_safe_day(session, days=ENGLAND) <= last_safe_day(after, days=ENGLAND)


def test_sessions_out_of_time_are_dropped_and_two_of_one_day_stand_twice() -> None:
    sessions = [day("Mon 31 Aug 2026"), day("Wed 30 Sep 2026"), day("Wed 30 Sep 2026")]

    assert in_time(sessions, laid_on=day("Fri 26 Feb 2027"), days=ENGLAND) == tuple(sessions)
    assert in_time(sessions, laid_on=day("Mon 1 Mar 2027"), days=ENGLAND) == tuple(sessions[1:])
    assert in_time(sessions, laid_on=day("Wed 31 Mar 2027"), days=ENGLAND) == ()


def test_the_next_limitation_date_is_the_first_one_after_a_day() -> None:
    sessions = [day("Wed 30 Sep 2026"), day("Mon 31 Aug 2026")]

    assert next_limitation_date(sessions, after=day("Mon 4 Jan 2027"), days=ENGLAND) == day("Fri 26 Feb 2027")
    assert next_limitation_date(sessions, after=day("Fri 26 Feb 2027"), days=ENGLAND) == day("Tue 30 Mar 2027")
    assert next_limitation_date(sessions, after=day("Tue 30 Mar 2027"), days=ENGLAND) is None


@pytest.mark.rule("R005", "R058", "R078", "R079", "R091")
def test_a_procedure_that_uses_every_period_leaves_the_authority_no_day() -> None:
    sessions = [day("Tue 30 Sep 2025"), day("Wed 1 Oct 2025"), day("Fri 14 Nov 2025")]
    reached = Reached(posted=day("Wed 19 Nov 2025"), postage=Postage.FIRST)

    found = forecast(sessions, reached=reached, periods=PERIODS, calendar=norfolk())

    assert found.panel == day("Mon 1 Dec 2025")
    assert found.review == day("Mon 12 Jan 2026")
    assert found.internal_review == day("Mon 2 Mar 2026")
    assert found.application_due == found.first_limit == day("Mon 30 Mar 2026")
    assert found.last_limit == day("Thu 14 May 2026")
    assert found.authority_days == 0
    assert found.in_time == tuple(sessions)


def test_what_has_happened_earlier_than_it_had_to_leaves_the_authority_time() -> None:
    reached = Reached(posted=day("Wed 19 Nov 2025"), postage=Postage.FIRST, review=day("Thu 18 Dec 2025"))

    found = forecast([day("Tue 30 Sep 2025")], reached=reached, periods=PERIODS, calendar=norfolk())

    assert found.internal_review == day("Thu 12 Feb 2026")
    assert found.application_due == day("Thu 12 Mar 2026")
    assert found.authority_days == 12


def test_sessions_out_of_time_when_the_application_is_due_are_not_in_time() -> None:
    sessions = [day("Mon 15 Sep 2025"), day("Tue 30 Sep 2025")]
    reached = Reached(posted=day("Wed 19 Nov 2025"), postage=Postage.FIRST)

    found = forecast(sessions, reached=reached, periods=PERIODS, calendar=norfolk())

    assert found.in_time == (day("Tue 30 Sep 2025"),)
    assert found.authority_days == 0


def test_without_sessions_there_is_no_limit_to_forecast() -> None:
    found = forecast([], reached=Reached(posted=day("Wed 19 Nov 2025")), periods=PERIODS, calendar=norfolk())

    assert (found.first_limit, found.last_limit, found.in_time, found.authority_days) == (None, None, (), 0)


def test_a_chain_that_runs_past_the_calendar_is_refused() -> None:
    with pytest.raises(OutsideCalendar):
        forecast([], reached=Reached(posted=day("Mon 1 Jun 2026")), periods=PERIODS, calendar=norfolk())
