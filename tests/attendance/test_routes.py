"""The other duties from the same marks: domain.md 6.3 and C-8."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.codes import CODES, Kind
from attendance.marks import Marks
from attendance.penalty_notices import within_three_years
from attendance.routes import ROUTES, Finding, GivenNotice, Spans, routes_of
from tests.attendance.calendars import broad_reach, day

CALENDAR = broad_reach()
AS_AT = day("Fri 20 Nov 2026")
DAYS = [when for when in CALENDAR.school_days if when <= AS_AT]  # 50 school days in 11 school weeks
SPANS = Spans(CALENDAR, AS_AT, AS_AT)
BORN = day("Wed 21 Mar 2012")


def marked(other: Mapping[tuple[date, str], str], *, days: Collection[date] = DAYS) -> Marks:
    """Present in every session that `other` does not name; an empty code is no mark."""
    marks = Marks(CALENDAR.start, days=400)
    for when in days:
        for session, present in (("AM", "/"), ("PM", "\\")):
            if code := other.get((when, session), present):
                marks.put(when, session, code)
    return marks


def whole_days(days: Collection[date], code: str) -> dict[tuple[date, str], str]:
    return {(when, session): code for when in days for session in ("AM", "PM")}


def found(
    marks: Marks, *, born: date | None = BORN, spans: Spans = SPANS, notices: Collection[GivenNotice] = ()
) -> dict[str, Finding]:
    return {each.route: each for each in routes_of(marks, born=born, spans=spans, notices=notices)}


def test_every_route_is_looked_at_and_names_its_rule() -> None:
    assert list(found(marked({}))) == [route.name for route in ROUTES]
    assert all(route.rule and route.threshold for route in ROUTES)
    assert not any(each.is_reached for each in found(marked({})).values())


# --- penalty notice, Notice to Improve


@pytest.mark.parametrize(("sessions", "is_reached"), [(9, False), (10, True)])
def test_ten_unauthorised_sessions_in_ten_school_weeks_reach_the_threshold(sessions: int, is_reached: bool) -> None:
    codes = ["G", "N", "O", "U"]
    other = {(DAYS[-n - 1], "AM"): codes[n % 4] for n in range(sessions)}

    routes = found(marked(other))

    assert SPANS.weeks[0] == day("Mon 7 Sep 2026")  # ten school weeks: half term is none
    assert (routes["penalty_notice"].is_reached, routes["penalty_notice"].count) == (is_reached, sessions)
    assert (routes["penalty_notice"].first, routes["penalty_notice"].last) == (day("Mon 7 Sep 2026"), AS_AT)
    assert routes["notice_to_improve"].is_reached is is_reached
    assert routes["notice_to_improve"].details["would_run_until"] == day("Fri 15 Jan 2027")


def test_a_session_before_the_ten_weeks_does_not_count() -> None:
    other = {(when, "AM"): "O" for when in [DAYS[0], *DAYS[-9:]]}

    assert found(marked(other))["penalty_notice"].count == 9


def test_sessions_of_a_notice_count_once_and_two_notices_in_three_years_are_the_limit() -> None:
    other = {(when, "AM"): "O" for when in DAYS[-12:]}
    notices = [
        GivenNotice("ada", day("Fri 6 Nov 2026"), {(when, "AM") for when in DAYS[-12:-9]}),
        GivenNotice("ada", day("Tue 21 Nov 2023"), set()),
        GivenNotice("ben", day("Mon 20 Nov 2023"), {(DAYS[-1], "PM")}),
    ]

    finding = found(marked(other), notices=notices)["penalty_notice"]

    assert (finding.count, finding.is_reached) == (9, False)
    assert finding.details["used_in_notices"] == 3
    assert finding.details["notices_in_three_years"] == {"ada": 2, "ben": 0}
    assert finding.details["no_further_notice_to"] == ["ada"]


def test_three_years_end_on_the_same_day_and_29_february_on_the_28th() -> None:
    assert within_three_years([day("Tue 21 Nov 2023"), day("Mon 20 Nov 2023")], as_at=AS_AT) == [day("Tue 21 Nov 2023")]
    leap = day("Tue 29 Feb 2028")
    assert within_three_years([day("Fri 28 Feb 2025"), day("Sat 1 Mar 2025")], as_at=leap) == [day("Sat 1 Mar 2025")]


def test_holidays_are_told_apart() -> None:
    finding = found(marked(whole_days(DAYS[-5:], "G")))["penalty_notice"]

    assert (finding.count, finding.details["holiday_sessions"]) == (10, 10)


# --- persistent and severe absence


@pytest.mark.parametrize(
    ("absent", "possible", "persistent", "severe"),
    [(9, 100, False, False), (10, 100, True, False), (49, 100, True, False), (50, 100, True, True)],
)
def test_the_share_of_absence_is_compared_in_whole_numbers(
    absent: int, possible: int, persistent: bool, severe: bool
) -> None:
    every = [(when, session) for when in DAYS for session in ("AM", "PM")]
    other = {each: "IOC2MG"[n % 3] for n, each in enumerate(every[:absent])}

    routes = found(marked(other))

    assert (routes["persistent_absence"].count, routes["persistent_absence"].of) == (absent, possible)
    assert (routes["persistent_absence"].is_reached, routes["severe_absence"].is_reached) == (persistent, severe)
    assert routes["severe_absence"].first == day("Wed 2 Sep 2026")


def test_sessions_that_could_not_be_attended_are_no_part_of_the_share() -> None:
    routes = found(marked(whole_days(DAYS[:45], "Q") | {(DAYS[-1], "AM"): "I"}))

    assert (routes["persistent_absence"].count, routes["persistent_absence"].of) == (1, 10)
    assert routes["persistent_absence"].is_reached
    nothing = found(marked(whole_days(DAYS, "Q")))["persistent_absence"]
    assert (nothing.is_reached, nothing.of) == (False, 0)


def test_the_school_year_begins_with_the_first_term_after_july() -> None:
    two_years = broad_reach(terms=[["2025-09-03", "2026-07-17"], ["2026-09-02", "2026-12-18"]], inset=[])
    spring, autumn = Spans(two_years, day("Fri 3 Jul 2026"), None), Spans(two_years, AS_AT, AS_AT)

    assert (spring.year, autumn.year) == (day("Wed 3 Sep 2025"), day("Wed 2 Sep 2026"))
    assert Spans(two_years, day("Tue 8 Sep 2026"), day("Tue 8 Sep 2026")).weeks[0] < day("Fri 17 Jul 2026")


# --- ten school days in a row, fifteen days of sickness


@pytest.mark.parametrize(("days", "is_reached"), [(9, False), (10, True), (12, True)])
def test_ten_school_days_in_a_row_absent_without_leave(days: int, is_reached: bool) -> None:
    finding = found(marked(whole_days(DAYS[-days:], "O")))["continuous_absence"]

    assert (finding.is_reached, finding.count) == (is_reached, days)
    assert (finding.first, finding.last) == (DAYS[-days], AS_AT)
    assert finding.details == {"is_open": True, "days_without_a_mark": 0}


@pytest.mark.parametrize("code", ["/", "I", "C", "L"])
def test_one_session_of_something_else_ends_the_row(code: str) -> None:
    finding = found(marked(whole_days(DAYS[-12:], "O") | {(DAYS[-6], "PM"): code}))["continuous_absence"]

    assert (finding.is_reached, finding.count) == (False, 5)


def test_half_term_and_days_that_could_not_be_attended_do_not_end_the_row() -> None:
    days = DAYS[-18:]  # from Fri 23 Oct over half term
    other = whole_days(days, "O") | whole_days(days[4:8], "Y2") | {(days[9], "PM"): "Y1"}

    finding = found(marked(other))["continuous_absence"]

    assert (finding.count, finding.first) == (14, days[0])


def test_a_day_without_a_mark_is_not_taken_for_presence_nor_for_absence() -> None:
    other = whole_days(DAYS[-11:], "O") | {(DAYS[-5], "AM"): ""}

    finding = found(marked(other))["continuous_absence"]

    assert (finding.count, finding.details["days_without_a_mark"]) == (10, 1)


def test_a_row_that_is_over_is_still_shown_when_it_was_long_enough() -> None:
    finding = found(marked(whole_days(DAYS[5:16], "U")))["continuous_absence"]

    assert (finding.is_reached, finding.count, finding.details["is_open"]) == (True, 11, False)
    assert found(marked(whole_days(DAYS[5:14], "U")))["continuous_absence"].count == 0


@pytest.mark.parametrize(("sessions", "is_reached"), [(29, False), (30, True)])
def test_fifteen_days_of_sickness_together(sessions: int, is_reached: bool) -> None:
    every = [(when, session) for when in DAYS for session in ("AM", "PM")]

    finding = found(marked(dict.fromkeys(every[::3][:sessions], "I")))["sickness"]

    assert (finding.is_reached, finding.details["days"]) == (is_reached, sessions / 2)


# --- who


@pytest.mark.parametrize(
    ("born", "first"),
    [
        (day("Wed 2 Sep 2020"), None),  # of compulsory school age from 31 Dec 2025
        (day("Wed 6 Oct 2021"), "under"),  # from 31 Dec 2026
        (day("Tue 31 Aug 2010"), "over"),  # until Fri 26 Jun 2026
        (None, None),
    ],
)
def test_only_sessions_of_compulsory_school_age_count(born: date | None, first: str | None) -> None:
    routes = found(marked(whole_days(DAYS, "O")), born=born)

    counts = {name: each.count for name, each in routes.items()}
    assert any(counts.values()) is (first is None), counts


def test_a_school_without_a_mark_reaches_nothing() -> None:
    routes = found(marked({}, days=[]), spans=Spans(CALENDAR, AS_AT, None))

    assert not any(each.is_reached for each in routes.values())
    assert routes["penalty_notice"].first is None


def test_a_calendar_that_ends_soon_says_no_end_of_a_notice_to_improve() -> None:
    last = day("Wed 21 Jul 2027")

    assert Spans(CALENDAR, last, last).improve_until is None


@given(
    st.lists(st.sampled_from([*CODES, ""]), min_size=100, max_size=100),
    st.one_of(st.none(), st.dates(date(2006, 1, 1), date(2024, 1, 1))),
)
def test_counts_are_of_sessions_there_are(codes: list[str], born: date | None) -> None:
    every = [(when, session) for when in DAYS for session in ("AM", "PM")]
    routes = found(marked(dict(zip(every, codes, strict=True))), born=born)

    unauthorised = sum(bool(code) and CODES[code].kind is Kind.UNAUTHORISED for code in codes)
    ill = codes.count("I")
    absence: Any = routes["persistent_absence"]
    assert 0 <= routes["penalty_notice"].count <= unauthorised
    assert routes["continuous_absence"].count <= unauthorised
    assert routes["sickness"].details["days"] <= ill / 2
    assert absence.count <= absence.of <= sum(bool(code) and CODES[code].is_possible for code in codes)
    assert routes["severe_absence"].is_reached <= absence.is_reached
