"""Notice of a meeting: domain.md 3.3."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.notice import LatestPosting, Notice, Postage, deemed_receipt, delivery_days, latest_posting, notice
from attendance.working_days import WorkingDays
from tests.attendance.calendars import day

ENGLAND = WorkingDays()
FIRST, SECOND = Postage.FIRST, Postage.SECOND

days_with_room = st.dates(date(2000, 1, 1), date(2090, 12, 31))
postages = st.sampled_from(Postage)


@pytest.mark.rule("R033", "R034", "R070", "R071")
@pytest.mark.parametrize(
    ("posted", "postage", "literal", "clear", "received", "evidence_grade"),
    [
        ("Mon 30 Nov 2026", FIRST, "Mon 7 Dec 2026", "Tue 8 Dec 2026", "Wed 2 Dec 2026", "Thu 10 Dec 2026"),
        ("Mon 30 Nov 2026", SECOND, "Mon 7 Dec 2026", "Tue 8 Dec 2026", "Fri 4 Dec 2026", "Mon 14 Dec 2026"),
        ("Fri 4 Dec 2026", FIRST, "Fri 11 Dec 2026", "Mon 14 Dec 2026", "Tue 8 Dec 2026", "Wed 16 Dec 2026"),
        ("Fri 4 Dec 2026", SECOND, "Fri 11 Dec 2026", "Mon 14 Dec 2026", "Thu 10 Dec 2026", "Fri 18 Dec 2026"),
        ("Fri 18 Dec 2026", FIRST, "Tue 29 Dec 2026", "Wed 30 Dec 2026", "Tue 22 Dec 2026", "Mon 4 Jan 2027"),
        ("Fri 18 Dec 2026", SECOND, "Tue 29 Dec 2026", "Wed 30 Dec 2026", "Thu 24 Dec 2026", "Wed 6 Jan 2027"),
        ("Mon 22 Mar 2027", FIRST, "Wed 31 Mar 2027", "Thu 1 Apr 2027", "Wed 24 Mar 2027", "Mon 5 Apr 2027"),
        ("Mon 22 Mar 2027", SECOND, "Wed 31 Mar 2027", "Thu 1 Apr 2027", "Tue 30 Mar 2027", "Wed 7 Apr 2027"),
        ("Thu 29 Apr 2027", FIRST, "Fri 7 May 2027", "Mon 10 May 2027", "Tue 4 May 2027", "Wed 12 May 2027"),
        ("Thu 29 Apr 2027", SECOND, "Fri 7 May 2027", "Mon 10 May 2027", "Thu 6 May 2027", "Fri 14 May 2027"),
        # a printing service posts on the next working day: what counts is that day
        ("Tue 1 Dec 2026", FIRST, "Tue 8 Dec 2026", "Wed 9 Dec 2026", "Thu 3 Dec 2026", "Fri 11 Dec 2026"),
    ],
)
def test_a_letter_posted_then_allows_a_meeting_from(
    posted: str, postage: Postage, literal: str, clear: str, received: str, evidence_grade: str
) -> None:
    found = notice(day(posted), postage=postage, days=ENGLAND, notice_days=5)

    assert found == Notice(day(literal), day(clear), day(received), day(evidence_grade))


@pytest.mark.rule("R033")
@pytest.mark.parametrize(
    ("meeting", "postage", "literal", "clear", "evidence_grade"),
    [
        ("Thu 10 Dec 2026", FIRST, "Thu 3 Dec 2026", "Wed 2 Dec 2026", "Mon 30 Nov 2026"),
        ("Thu 10 Dec 2026", SECOND, "Thu 3 Dec 2026", "Wed 2 Dec 2026", "Thu 26 Nov 2026"),
        ("Sat 12 Dec 2026", FIRST, "Fri 4 Dec 2026", "Thu 3 Dec 2026", "Tue 1 Dec 2026"),
        ("Mon 4 Jan 2027", FIRST, "Wed 23 Dec 2026", "Tue 22 Dec 2026", "Fri 18 Dec 2026"),
    ],
)
def test_a_meeting_then_needs_posting_by(
    meeting: str, postage: Postage, literal: str, clear: str, evidence_grade: str
) -> None:
    found = latest_posting(day(meeting), postage=postage, days=ENGLAND, notice_days=5)

    assert found == LatestPosting(day(literal), day(clear), day(evidence_grade))


@pytest.mark.parametrize("posted", ["Sat 28 Nov 2026", "Sun 29 Nov 2026"])
def test_posted_on_a_weekend_counts_as_posted_on_monday(posted: str) -> None:
    on_monday = notice(day("Mon 30 Nov 2026"), postage=FIRST, days=ENGLAND, notice_days=5)

    assert notice(day(posted), postage=FIRST, days=ENGLAND, notice_days=5) == on_monday


def test_posted_on_christmas_day_counts_as_posted_on_the_next_working_day() -> None:
    received = deemed_receipt(day("Fri 25 Dec 2026"), postage=FIRST, days=ENGLAND)

    assert received == deemed_receipt(day("Tue 29 Dec 2026"), postage=FIRST, days=ENGLAND) == day("Thu 31 Dec 2026")


@pytest.mark.parametrize("word", [None, ""])
def test_an_unknown_class_is_second_class(word: str | None) -> None:
    assert Postage.of(word) is SECOND


def test_a_day_proclaimed_late_makes_notice_longer() -> None:
    proclaimed = WorkingDays(proclaimed=frozenset({day("Thu 3 Dec 2026")}))

    found = notice(day("Mon 30 Nov 2026"), postage=FIRST, days=proclaimed, notice_days=5)

    assert (found.literal, found.evidence_grade) == (day("Tue 8 Dec 2026"), day("Fri 11 Dec 2026"))


def test_a_council_may_ask_for_longer_notice() -> None:
    found = notice(day("Mon 30 Nov 2026"), postage=FIRST, days=ENGLAND, notice_days=10)

    assert (found.literal, found.evidence_grade) == (day("Mon 14 Dec 2026"), day("Thu 17 Dec 2026"))


@given(days_with_room, postages, st.integers(1, 20))
def test_latest_posting_is_the_inverse_of_notice(posted: date, postage: Postage, number: int) -> None:
    sent = ENGLAND.on_or_after(posted)
    allowed = notice(posted, postage=postage, days=ENGLAND, notice_days=number)

    for grade in ("literal", "clear", "evidence_grade"):
        needed = latest_posting(getattr(allowed, grade), postage=postage, days=ENGLAND, notice_days=number)
        assert getattr(needed, grade) == sent


@given(days_with_room, postages)
def test_a_letter_posted_on_the_latest_day_is_in_time_and_a_day_later_is_not(meeting: date, postage: Postage) -> None:
    needed = latest_posting(meeting, postage=postage, days=ENGLAND, notice_days=5)

    for grade in ("literal", "clear", "evidence_grade"):
        last = getattr(needed, grade)
        next_day = last + timedelta(days=1)
        assert getattr(notice(last, postage=postage, days=ENGLAND, notice_days=5), grade) <= meeting
        assert getattr(notice(next_day, postage=postage, days=ENGLAND, notice_days=5), grade) > meeting


@given(days_with_room, st.integers(0, 20), postages)
def test_a_later_posting_never_allows_an_earlier_meeting(posted: date, later: int, postage: Postage) -> None:
    sooner = notice(posted, postage=postage, days=ENGLAND, notice_days=5)
    after = notice(posted + timedelta(days=later), postage=postage, days=ENGLAND, notice_days=5)

    assert sooner.literal <= after.literal
    assert sooner.clear <= after.clear
    assert sooner.evidence_grade <= after.evidence_grade


@given(days_with_room, postages)
def test_each_way_of_counting_is_stricter_than_the_one_before(posted: date, postage: Postage) -> None:
    found = notice(posted, postage=postage, days=ENGLAND, notice_days=5)

    assert found.literal < found.clear < found.evidence_grade


@pytest.mark.rule("R027", "R033")
@pytest.mark.parametrize("postage", [FIRST, SECOND])
@pytest.mark.parametrize(
    ("country", "received", "evidence_grade"),
    [
        ("France", "Mon 7 Dec 2026", "Tue 15 Dec 2026"),  # five working days after Mon 30 Nov
        (" republic of  IRELAND", "Mon 7 Dec 2026", "Tue 15 Dec 2026"),
        ("Australia", "Wed 9 Dec 2026", "Thu 17 Dec 2026"),  # seven
        ("Ruritania", "Wed 9 Dec 2026", "Thu 17 Dec 2026"),
    ],
)
def test_a_letter_abroad_takes_its_own_time_by_whatever_class(
    postage: Postage, country: str, received: str, evidence_grade: str
) -> None:
    found = notice(day("Mon 30 Nov 2026"), postage=postage, days=ENGLAND, notice_days=5, country=country)
    needed = latest_posting(day(evidence_grade), postage=postage, days=ENGLAND, notice_days=5, country=country)

    assert (found.deemed_receipt, found.evidence_grade) == (day(received), day(evidence_grade))
    assert needed.evidence_grade == day("Mon 30 Nov 2026")
    assert found.literal == day("Mon 7 Dec 2026")


@pytest.mark.parametrize("country", ["", "United Kingdom", "U.K.", "Scotland"])
def test_a_letter_at_home_takes_the_time_of_its_class(country: str) -> None:
    assert (delivery_days(FIRST, country=country), delivery_days(SECOND, country=country)) == (2, 4)
