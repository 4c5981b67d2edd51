"""What holds of every calendar: order, inverses, no result on a closed day, and what one more closed day can do."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attendance.calendar import SchoolCalendar, monday_of
from attendance.chargeable import next_look
from attendance.errors import OutsideCalendar
from attendance.limitation import last_safe_day, limitation
from attendance.notice import Postage, deemed_receipt, latest_posting, notice
from attendance.working_days import WorkingDays
from tests.attendance.some_calendars import calendars, closed_on, days, grades, near, places, postages, with_holidays

numbers = st.integers(1, 30)
several = st.lists(near, min_size=1, max_size=5)


# --- working days


@given(places, near, numbers)
def test_working_days_end_on_a_working_day_and_so_many_lie_between(place: WorkingDays, day: date, number: int) -> None:
    after, before = place.after(number, day), place.before(number, day)

    assert place.is_working_day(after)
    assert place.is_working_day(before)
    assert place.count_between(day, after) == number
    assert place.count_between(before - timedelta(days=1), day - timedelta(days=1)) == number


@given(places, near, numbers)
def test_after_and_before_undo_each_other_on_working_days(place: WorkingDays, day: date, number: int) -> None:
    assume(place.is_working_day(day))

    assert place.before(number, place.after(number, day)) == day
    assert place.after(number, place.before(number, day)) == day


@given(places, near, near, numbers)
def test_a_later_day_never_comes_out_earlier(place: WorkingDays, one: date, other: date, number: int) -> None:
    first, second = sorted((one, other))

    assert place.after(number, first) <= place.after(number, second)
    assert place.before(number, first) <= place.before(number, second)


@given(places, near, numbers, several)
def test_another_bank_holiday_never_shortens_a_period(
    place: WorkingDays, day: date, number: int, more: list[date]
) -> None:
    fewer = with_holidays(place, *more)

    assert fewer.after(number, day) >= place.after(number, day)
    assert fewer.before(number, day) <= place.before(number, day)


# --- notice


@given(places, near, postages, grades, st.integers(1, 15))
def test_the_latest_posting_is_the_inverse_of_each_notice(
    place: WorkingDays, posted: date, postage: Postage, grade: str, number: int
) -> None:
    allowed = getattr(notice(posted, postage=postage, days=place, notice_days=number), grade)

    needed = latest_posting(allowed, postage=postage, days=place, notice_days=number)

    assert getattr(needed, grade) == place.on_or_after(posted)


@given(places, near, postages, grades, st.integers(1, 15))
def test_posted_on_the_latest_day_is_in_time_and_on_the_next_is_not(
    place: WorkingDays, meeting: date, postage: Postage, grade: str, number: int
) -> None:
    last = getattr(latest_posting(meeting, postage=postage, days=place, notice_days=number), grade)

    assert place.is_working_day(last)
    assert getattr(notice(last, postage=postage, days=place, notice_days=number), grade) <= meeting
    next_day = last + timedelta(days=1)
    assert getattr(notice(next_day, postage=postage, days=place, notice_days=number), grade) > meeting


@given(places, near, postages, grades, several)
def test_another_bank_holiday_never_makes_a_notice_better(
    place: WorkingDays, day: date, postage: Postage, grade: str, more: list[date]
) -> None:
    fewer = with_holidays(place, *more)

    assert deemed_receipt(day, postage=postage, days=fewer) >= deemed_receipt(day, postage=postage, days=place)
    asked = {"postage": postage, "notice_days": 5}
    assert getattr(notice(day, days=fewer, **asked), grade) >= getattr(notice(day, days=place, **asked), grade)  # type: ignore[arg-type]
    needed = getattr(latest_posting(day, days=fewer, **asked), grade)  # type: ignore[arg-type]
    assert needed <= getattr(latest_posting(day, days=place, **asked), grade)  # type: ignore[arg-type]


# --- school days and weeks


@given(calendars(), near)
def test_a_school_day_is_never_a_closed_one(calendar: SchoolCalendar, day: date) -> None:
    if calendar.is_school_day(day):
        assert any(first <= day <= last for first, last in calendar.terms)
        assert day.weekday() < 5
        assert day not in calendar.inset
        assert day not in calendar.closures
        assert not calendar.days.is_bank_holiday(day)


@given(calendars(), near)
def test_what_is_offered_is_the_last_school_day_by_then(calendar: SchoolCalendar, day: date) -> None:
    with suppress(OutsideCalendar):
        offered = calendar.offered(day)

        assert calendar.is_school_day(offered)
        assert offered <= day
        assert calendar.offered(offered) == offered
        assert not any(offered < other <= day for other in calendar.school_days)


@given(calendars(), near, numbers)
def test_what_is_offered_is_never_after_the_same_weekday(calendar: SchoolCalendar, day: date, number: int) -> None:
    with suppress(OutsideCalendar):
        same_weekday = calendar.school_weeks_after(number, day)

        assert same_weekday.weekday() == day.weekday()
        assert monday_of(same_weekday) in calendar.school_weeks
        assert calendar.offered(same_weekday) <= same_weekday
        between = [week for week in calendar.school_weeks if monday_of(day) < week <= monday_of(same_weekday)]
        assert len(between) == number


@given(calendars(), near, numbers)
def test_so_many_school_days_lie_between(calendar: SchoolCalendar, day: date, number: int) -> None:
    with suppress(OutsideCalendar):
        reached = calendar.school_days_after(number, day)

        assert calendar.is_school_day(reached)
        assert sum(day < other <= reached for other in calendar.school_days) == number


@given(calendars(), near, near, numbers)
def test_a_later_start_never_reaches_an_earlier_day(
    calendar: SchoolCalendar, one: date, other: date, number: int
) -> None:
    first, second = sorted((one, other))
    with suppress(OutsideCalendar):
        assert calendar.school_days_after(number, first) <= calendar.school_days_after(number, second)
    with suppress(OutsideCalendar):
        sooner, later = calendar.school_weeks_after(number, first), calendar.school_weeks_after(number, second)
        assert monday_of(sooner) <= monday_of(later)
    with suppress(OutsideCalendar):
        assert calendar.offered(first) <= calendar.offered(second)


@given(calendars(), near, numbers, several)
def test_another_closed_day_never_shortens_a_count_of_school_days_or_weeks(
    calendar: SchoolCalendar, day: date, number: int, more: list[date]
) -> None:
    fewer = closed_on(calendar, *more)
    with suppress(OutsideCalendar):
        assert fewer.school_days_after(number, day) >= calendar.school_days_after(number, day)
    with suppress(OutsideCalendar):
        assert fewer.school_weeks_after(number, day) >= calendar.school_weeks_after(number, day)


@given(calendars(), near, several)
def test_another_closed_day_never_offers_a_later_one(calendar: SchoolCalendar, day: date, more: list[date]) -> None:
    with suppress(OutsideCalendar):
        assert closed_on(calendar, *more).offered(day) <= calendar.offered(day)


@given(calendars(), near, numbers, several)
def test_another_closed_day_takes_a_deadline_in_school_weeks_back_only_to_the_day_left_before_it(
    calendar: SchoolCalendar, day: date, number: int, more: list[date]
) -> None:
    """The internal review's deadline: its week can only come later, the day within it only go back to what is left."""
    fewer = closed_on(calendar, *more)
    with suppress(OutsideCalendar):
        before = calendar.school_weeks_after(number, day)

        assert fewer.offered(fewer.school_weeks_after(number, day)) >= fewer.offered(before)


@given(calendars(), near, st.integers(1, 10), st.integers(1, 40))
def test_the_latest_internal_review_is_a_school_day_within_both_limits(
    calendar: SchoolCalendar, decided: date, weeks: int, school_days: int
) -> None:
    with suppress(OutsideCalendar):
        latest = calendar.latest_internal_review(decided, weeks=weeks, school_days=school_days)

        assert calendar.is_school_day(latest)
        assert latest <= calendar.school_weeks_after(weeks, decided)
        assert sum(decided < other <= latest for other in calendar.school_days) <= school_days


@given(calendars(), near, st.integers(1, 10))
def test_a_window_ends_with_its_own_week_and_holds_weeks_with_school_only(
    calendar: SchoolCalendar, day: date, number: int
) -> None:
    weeks = calendar.weeks_until(day, number=number)

    assert len(weeks) <= number
    assert set(weeks) <= set(calendar.school_weeks)
    assert all(week <= day for week in weeks)
    assert list(weeks) == sorted(weeks)


# --- limitation


@pytest.mark.rule("R079")
@given(days, places)
def test_the_last_safe_day_is_a_working_day_within_both_limits(session: date, place: WorkingDays) -> None:
    found = limitation(session, days=place)

    assert found.limit == min(found.six_months, found.twenty_six_weeks)
    assert found.last_safe_day <= found.limit
    assert place.is_working_day(found.last_safe_day)
    assert place.count_between(found.last_safe_day, found.limit) == 0


@pytest.mark.rule("R079")
@given(near, near, places, several)
def test_limits_keep_their_order_and_a_bank_holiday_never_makes_one_later(
    one: date, other: date, place: WorkingDays, more: list[date]
) -> None:
    first, second = sorted((one, other))

    assert last_safe_day(first, days=place) <= last_safe_day(second, days=place)
    assert last_safe_day(one, days=with_holidays(place, *more)) <= last_safe_day(one, days=place)


@pytest.mark.rule("R079")
@given(st.lists(near, max_size=12), near, places, st.integers(0, 40))
def test_the_next_look_at_the_limit_is_always_to_come(
    sessions: list[date], today: date, place: WorkingDays, warning: int
) -> None:
    assert next_look(sessions, today, warning_days=warning, days=place) > today
