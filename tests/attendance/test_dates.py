"""Days in files: domain.md 5.3."""

import pytest

from attendance.dates import read_date, read_moment
from attendance.errors import RowRefused
from tests.attendance.calendars import day


@pytest.mark.parametrize(
    "cell",
    [
        "2026-10-05",
        "05/10/2026",
        "5/10/2026",
        "05-10-2026",
        "05.10.2026",
        " 05/10/2026 ",
        "2026-10-05T00:00:00",
        "2026-10-05 08:50",
        "05/10/2026 00:00:00",
        "5 Oct 2026",
        "05-OCT-2026",
        "5 October 2026",
        "Mon 5 Oct 2026",
        "Monday, 05/10/2026",
        "2026-10-05T00:00:00+01:00",
        "2026-10-04T23:00:00Z",  # midnight of a summer's day, in UTC
        "2026-10-05T22:59:59.999Z",
    ],
)
def test_the_ways_of_writing_a_day(cell: str) -> None:
    assert read_date(cell) == day("Mon 5 Oct 2026")


@pytest.mark.parametrize(
    ("cell", "when"),
    [
        ("2026-03-29T00:30:00Z", "Sun 29 Mar 2026"),  # the night on which summer time begins
        ("2026-10-24T23:00:00Z", "Sun 25 Oct 2026"),  # the night on which it ends
        ("2026-10-25T23:30:00Z", "Sun 25 Oct 2026"),
        ("2028-02-28T23:30:00Z", "Mon 28 Feb 2028"),
        ("2028-02-29T23:30:00-01:00", "Wed 1 Mar 2028"),
    ],
)
def test_a_moment_with_an_offset_is_of_the_day_in_england(cell: str, when: str) -> None:
    assert read_date(cell) == day(when)


def test_a_weekday_that_is_not_the_days_is_refused() -> None:
    with pytest.raises(RowRefused, match="Mon 5 Oct 2026 is another weekday"):
        read_date("Tue 5 Oct 2026")


@pytest.mark.parametrize("cell", ["31/02/2026", "2026-13-01", "10/13/2026", "0000-01-01", "00/10/2026"])
def test_a_day_that_does_not_exist_is_refused(cell: str) -> None:
    with pytest.raises(RowRefused, match="There is no"):
        read_date(cell)


@pytest.mark.parametrize("cell", ["05/10/26", "46300", "5 Okt 2026", "5 Octagon 2026", "20261005", "AM", "2026-10-05x"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(RowRefused, match="is not a date like"):
        read_date(cell)


@pytest.mark.parametrize("cell", ["", "  "])
def test_a_missing_day_is_refused(cell: str) -> None:
    with pytest.raises(RowRefused, match="The date is missing"):
        read_date(cell)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-10-05 09:12", "2026-10-05T09:12:00"),
        ("05/10/2026 9.12", "2026-10-05T09:12:00"),
        ("2026-10-05T09:12:33.5Z", "2026-10-05T10:12:33"),
        ("5 Oct 2026", "2026-10-05T00:00:00"),
    ],
)
def test_a_time_after_the_day_is_read(cell: str, moment: str) -> None:
    assert read_moment(cell).isoformat() == moment


@pytest.mark.parametrize("cell", ["2026-10-05 25:00", "2026-10-05 9:61", "2026-10-05 09:00+25:00", "", "yesterday"])
def test_what_is_no_moment_is_refused(cell: str) -> None:
    with pytest.raises(RowRefused):
        read_moment(cell)
