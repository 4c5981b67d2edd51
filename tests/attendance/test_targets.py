"""Progress against a target."""

from datetime import date

import pytest

from attendance.targets import Count, Progress, has_improved


@pytest.mark.rule("R073")
@pytest.mark.parametrize(
    ("since", "is_achieved"),
    [(Count(40, 0), True), (Count(40, 2), True), (Count(40, 3), False), (Count(0, 0), False)],
)
def test_a_target_is_achieved_at_exactly_its_number(since: Count, is_achieved: bool) -> None:
    progress = Progress(2, date(2026, 12, 8), date(2027, 1, 15), date(2027, 1, 15), since, before=Count(50, 9))

    assert progress.is_achieved is is_achieved


@pytest.mark.rule("R073")
@pytest.mark.parametrize(
    ("since", "before", "improved"),
    [
        (Count(50, 8), Count(50, 9), True),
        (Count(50, 9), Count(50, 9), False),
        (Count(100, 18), Count(50, 9), False),  # the same share of twice as many
        (Count(100, 17), Count(50, 9), True),
        (Count(10, 2), Count(50, 9), False),  # fewer sessions, a larger share
        (Count(0, 0), Count(50, 9), False),
    ],
)
def test_improvement_is_a_smaller_share_not_a_smaller_number(since: Count, before: Count, improved: bool) -> None:
    assert has_improved(since, before) is improved
