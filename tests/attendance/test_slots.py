"""The earliest days for a meeting, and how well a notice stands."""

from datetime import date

import pytest

from attendance.notice import Postage, notice
from attendance.slots import first_school_day, grade_of, slots
from attendance.working_days import WorkingDays
from tests.attendance.calendars import broad_reach

DAYS = WorkingDays()
SAMPLE = broad_reach()


@pytest.mark.rule("R033")
@pytest.mark.parametrize(
    ("today", "posted_on", "literal", "evidence"),
    [
        # Mon 30 Nov: literal Mon 7 Dec; deemed Wed 2 Dec, evidence-grade Thu 10 Dec
        (date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 10)),
        # Sat 28 Nov: as if on Monday
        (date(2026, 11, 28), date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 10)),
        # Fri 18 Dec: literal Tue 29 Dec and evidence-grade Mon 4 Jan are no school days; term begins Tue 5 Jan
        (date(2026, 12, 18), date(2026, 12, 18), date(2027, 1, 5), date(2027, 1, 5)),
    ],
)
def test_slots_are_the_first_school_days_that_the_notice_allows(
    today: date, posted_on: date, literal: date, evidence: date
) -> None:
    found = slots(today, notice=notice(today, postage=Postage.FIRST, days=DAYS, notice_days=5), calendar=SAMPLE)

    assert (found.posted_on, found.literal, found.evidence) == (posted_on, literal, evidence)


def test_past_the_calendars_end_there_is_no_slot() -> None:
    assert first_school_day(date(2027, 7, 22), calendar=SAMPLE) is None


@pytest.mark.rule("R033")
@pytest.mark.parametrize(
    ("meeting", "grade"),
    [
        (date(2026, 12, 4), "short"),
        (date(2026, 12, 7), "literal"),
        (date(2026, 12, 8), "clear"),
        (date(2026, 12, 9), "clear"),
        (date(2026, 12, 10), "evidence"),
    ],
)
def test_a_notice_has_the_best_grade_it_reaches(meeting: date, grade: str) -> None:
    posted_monday = notice(date(2026, 11, 30), postage=Postage.FIRST, days=DAYS, notice_days=5)

    assert grade_of(meeting, posted_monday) == grade
