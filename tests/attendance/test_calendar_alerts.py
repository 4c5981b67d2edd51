"""Calendars that end soon: eighteen months before the bank holidays do, twelve before a school's own."""

import pytest

from attendance.calendar_alerts import Ends, bank_holiday_alert, school_alert
from tests.attendance.calendars import broad_reach, day


@pytest.mark.parametrize(
    ("today", "is_told"),
    [("Tue 24 Nov 2026", False), ("Tue 29 Jun 2027", False), ("Wed 30 Jun 2027", True), ("Mon 1 Jan 2029", True)],
)
def test_bank_holidays_that_end_within_eighteen_months_are_told(today: str, is_told: bool) -> None:
    alert = bank_holiday_alert(day("Sat 30 Dec 2028"), today=day(today))

    assert (alert is not None) is is_told
    if alert is not None:
        assert (alert.what, alert.until) == (Ends.BANK_HOLIDAYS, day("Sat 30 Dec 2028"))
        assert "known until Sat 30 Dec 2028" in alert.sentence


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        ("Mon 20 Jul 2026", None),
        ("Tue 21 Jul 2026", "The calendar of Broad Reach ends on Wed 21 Jul 2027. Import the next school year."),
        ("Thu 22 Jul 2027", "The calendar of Broad Reach ended on Wed 21 Jul 2027. Import the next school year."),
    ],
)
def test_a_school_calendar_that_ends_within_twelve_months_is_told(today: str, sentence: str | None) -> None:
    alert = school_alert(broad_reach(), school="Broad Reach", today=day(today))

    assert (alert.sentence if alert else None) == sentence
