"""Calendars as diaries (iCalendar): whole days, ends that do not count, time zones, and what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.calendar_file import calendar_of
from attendance.calendar_reading import CalendarRead, read_calendar
from attendance.errors import Unreadable
from tests.attendance.calendars import BROAD_REACH, day


def ics(*events: str) -> bytes:
    """A diary with these events, each given as its lines."""
    body = "".join(f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//a school//EN\n{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def all_day(words: str, first: str, until: str = "") -> str:
    end = f"\nDTEND;VALUE=DATE:{until}" if until else ""
    return f"SUMMARY:{words}\nDTSTART;VALUE=DATE:{first}{end}"


AUTUMN = all_day("Autumn Term", "20260902", "20261219")


def read(*events: str, known: object = None) -> CalendarRead:
    return read_calendar(ics(*events), known=known)  # type: ignore[arg-type]


def inset_of(*events: str) -> list[str]:
    return list(read(AUTUMN, *events).content["inset"])  # type: ignore[arg-type]


def test_the_end_of_an_event_does_not_count() -> None:
    calendar = calendar_of(read(AUTUMN, all_day("Half Term", "20261026", "20261031")).content)

    assert calendar.end == day("Fri 18 Dec 2026")
    assert calendar.terms == (
        (day("Wed 2 Sep 2026"), day("Sun 25 Oct 2026")),
        (day("Sat 31 Oct 2026"), day("Fri 18 Dec 2026")),
    )


@pytest.mark.parametrize(
    "event",
    [
        all_day("INSET", "20261102"),
        all_day("INSET", "20261102", "20261103"),
        all_day("INSET", "20261102", "20261102"),  # some diaries write it so
        "SUMMARY:INSET\nDTSTART;VALUE=DATE:20261102\nDURATION:P1D",
        "SUMMARY:INSET\nDTSTART;TZID=Europe/London:20261102T000000\nDTEND;TZID=Europe/London:20261103T000000",
        "SUMMARY:INSET\nDTSTART:20261102T000000\nDTEND:20261103T000000",  # floating
        "SUMMARY:INSET\nDTSTART:20261102T000000Z\nDTEND:20261103T000000Z",  # winter: England has UTC
        "SUMMARY:INSET\nDTSTART;TZID=GMT Standard Time:20261102T000000\nDTEND;TZID=GMT Standard Time:20261103T000000",
        "SUMMARY:Year 9 at the coast\nCATEGORIES:Trips,INSET\nDTSTART;VALUE=DATE:20261102",
    ],
)
def test_one_whole_day_can_be_written_in_many_ways(event: str) -> None:
    assert inset_of(event) == ["2026-11-02"]


def test_a_whole_day_of_summer_in_utc_is_the_day_in_england() -> None:
    event = "SUMMARY:INSET\nDTSTART:20260909T230000Z\nDTEND:20260910T230000Z"

    assert inset_of(event) == ["2026-09-10"]


def test_a_weekend_between_staff_days_is_none() -> None:
    assert inset_of(all_day("Staff days INSET", "20261030", "20261103")) == ["2026-10-30", "2026-11-02"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (
            "SUMMARY:INSET\nDTSTART;TZID=Europe/London:20261102T090000\nDTEND;TZID=Europe/London:20261102T153000",
            "times",
        ),
        ("SUMMARY:INSET\nDTSTART:20261102T000000Z", "times"),
        ("SUMMARY:INSET\nDTSTART:20260909T000000Z\nDTEND:20260910T000000Z", "times"),  # one o'clock in England
        (all_day("INSET", "20261102") + "\nSTATUS:CANCELLED", "cancelled"),
        (all_day("Harvest festival", "20261102"), "nothing of whole school days"),
        (all_day("INSET twilight", "20261102"), "nothing of whole school days"),
        ("DTSTART;VALUE=DATE:20261102", "nothing of whole school days"),
    ],
)
def test_what_takes_no_whole_school_day_is_left_out_and_said(event: str, reason: str) -> None:
    found = read(AUTUMN, event)

    assert found.content["inset"] == []
    assert [reason in left.reason for left in found.left_out] == [True]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (all_day("INSET", "20261102") + "\nRRULE:FREQ=WEEKLY", "“INSET”: it repeats \\(RRULE\\)"),
        (all_day("INSET", "20261102") + "\nRDATE;VALUE=DATE:20261103", "“INSET”: it repeats \\(RDATE\\)"),
        (all_day("INSET", "20261345"), "“INSET”: its DTSTART cannot be read"),
        ("SUMMARY:INSET", "“INSET”: it has no DTSTART"),
        (all_day("INSET", "20261105", "20261102"), "“INSET”: it ends before it begins"),
        ("SUMMARY:INSET\nDTSTART;VALUE=DATE:20261102\nDTEND:20261103T120000Z", "are not of one kind"),
        (all_day("Half term begins", "20261026"), "it is not clear what “Half term begins” says"),
        (all_day("Bank Holiday", "20261126"), "Thu 26 Nov 2026 is no known bank holiday"),
    ],
)
def test_an_event_about_school_days_that_is_not_clear_refuses_the_diary(event: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(AUTUMN, event)


def test_what_repeats_and_is_no_school_day_does_not_matter() -> None:
    found = read(AUTUMN, all_day("Choir", "20260903") + "\nRRULE:FREQ=WEEKLY")

    assert [left.where for left in found.left_out] == ["“Choir”"]


def test_of_an_event_that_was_changed_the_newest_version_counts() -> None:
    old = all_day("INSET", "20261102") + "\nSEQUENCE:1"
    new = all_day("INSET", "20261109") + "\nSEQUENCE:2"
    content = ics(AUTUMN, new, old).replace(b"UID:2", b"UID:1")

    assert read_calendar(content, known=None).content["inset"] == ["2026-11-09"]


def test_a_diary_of_staff_days_adds_to_the_calendar() -> None:
    calendar = calendar_of(read(all_day("INSET", "20261204"), known=BROAD_REACH).content)

    assert calendar.inset == calendar_of(BROAD_REACH).inset | {day("Fri 4 Dec 2026")}


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n",
        ics(AUTUMN)[:-40],
        ics(),
        b"BEGIN:VCALENDAR\r\n" * 5_000,
        ics(AUTUMN) + b" " * 2_000_001,
        ics(*[AUTUMN] * 5_001),
    ],
)
def test_what_is_no_whole_diary_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_calendar(content, known=None)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_damaged_diary_is_read_or_refused_and_nothing_else(damage: bytes, place: int) -> None:
    whole = ics(AUTUMN, all_day("INSET", "20261102", "20261103"))
    content = whole[:place] + damage + whole[place + len(damage) :]
    with suppress(Unreadable):
        read_calendar(content, known=None)
