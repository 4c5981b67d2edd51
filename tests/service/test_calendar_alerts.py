"""What whoever starts the service is told of calendars that end."""

from sqlalchemy import Connection

from api.calendar_alerts import alert_lines
from tests.attendance.calendars import day
from tests.builders import make_school


def test_nothing_is_told_while_nothing_ends(db: Connection) -> None:
    make_school(db)

    assert alert_lines(db, today=day("Mon 20 Jul 2026")) == []


def test_each_calendar_that_ends_is_a_line_and_many_are_counted(db: Connection) -> None:
    for number in range(7):
        make_school(db, urn=f"99990{number}")

    lines = alert_lines(db, today=day("Thu 1 Jul 2027"))

    assert lines[0].startswith("The published bank holidays are known until Sun 31 Dec 2028")
    assert lines[1] == "The calendar of Saltmarsh High School ends on Wed 21 Jul 2027. Import the next school year."
    assert (len(lines), lines[-1]) == (6, "And 3 more: `fasttrack calendar alerts`.")
