"""When sessions must be looked at again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.chargeable import next_look, warned_sessions
from attendance.limitation import in_time
from attendance.working_days import WorkingDays

DAYS = WorkingDays()
SOME_DAYS = st.dates(min_value=date(2025, 9, 1), max_value=date(2027, 7, 31))


@pytest.mark.rule("R079")
@given(sessions=st.lists(SOME_DAYS, max_size=6), today=SOME_DAYS)
def test_nothing_changes_unseen_between_one_look_and_the_next(sessions: list[date], today: date) -> None:
    following = next_look(sessions, today, warning_days=20, days=DAYS)

    assert following > today
    for day in (today + timedelta(days=n) for n in range((following - today).days)):
        assert in_time(sessions, laid_on=day, days=DAYS) == in_time(sessions, laid_on=today, days=DAYS)
        assert set(warned_sessions(sessions, day, warning_days=20, days=DAYS)) <= set(
            warned_sessions(sessions, today, warning_days=20, days=DAYS)
        )


@pytest.mark.rule("R079")
def test_a_session_is_warned_about_from_its_warning_day_to_its_last_safe_day() -> None:
    session = date(2026, 11, 2)  # last safe day Fri 30 Apr 2027; twenty working days before it is Fri 2 Apr

    def warned(day: date) -> bool:
        return bool(warned_sessions([session], day, warning_days=20, days=DAYS))

    assert [warned(date(2027, 4, 1)), warned(date(2027, 4, 2))] == [False, True]
    assert [warned(date(2027, 4, 30)), warned(date(2027, 5, 1))] == [True, False]
