"""Panel and review: lawful notice, a new row for each date, minutes."""

from datetime import date
from uuid import UUID

import pytest

from attendance.meetings import current_invitations, meeting_by_id
from attendance.moments import LONDON
from engine.registry import Refusal
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import (
    PANEL_ON,
    REVIEW_ON,
    STAFF,
    agree,
    arrange,
    arrangement,
    hold_panel,
    invite,
    post,
    record,
)


@pytest.mark.rule("R033")
@pytest.mark.parametrize(
    ("today", "too_early", "earliest"),
    [
        (date(2026, 11, 30), date(2026, 12, 4), date(2026, 12, 7)),  # Mon → Mon, domain.md 3.3
        (date(2026, 11, 28), date(2026, 12, 4), date(2026, 12, 7)),  # Sat: posted on Mon 30 Nov at the earliest
        (date(2026, 12, 4), date(2026, 12, 10), date(2026, 12, 11)),
    ],
)
def test_below_five_working_days_a_meeting_is_refused(desk: Desk, today: date, too_early: date, earliest: date) -> None:
    two_parents(desk)
    desk.at(today)

    with pytest.raises(Refusal) as refused:
        arrange(desk, "panel", too_early)
    meeting = arrange(desk, "panel", earliest)

    assert (refused.value.rule, refused.value.field) == ("R033", "meeting_on")
    assert f"{earliest.day} Dec 2026" in refused.value.message
    assert meeting_by_id(desk.db, UUID(meeting)).day == earliest


@pytest.mark.rule("R070")
def test_a_review_below_five_working_days_is_refused_by_its_own_rule(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)
    desk.at(date(2027, 1, 12))

    with pytest.raises(Refusal) as refused:
        arrange(desk, "review", REVIEW_ON)

    assert refused.value.rule == "R070"


@pytest.mark.rule("R033")
@pytest.mark.parametrize(
    ("day", "grade"),
    [
        (date(2026, 12, 7), "literal"),
        (date(2026, 12, 8), "clear"),
        (date(2026, 12, 9), "clear"),
        (date(2026, 12, 10), "evidence"),
    ],
)
def test_history_keeps_how_well_a_notice_stands(desk: Desk, day: date, grade: str) -> None:
    two_parents(desk)
    desk.at(date(2026, 11, 30))

    arrange(desk, "panel", day)

    [arranged] = desk.history("meeting_arranged")
    assert arranged["grade"] == grade
    assert arranged["evidence_grade_from"] == "2026-12-10"


@pytest.mark.rule("R035")
@pytest.mark.parametrize("day", [date(2026, 12, 12), date(2026, 12, 21), date(2027, 8, 2)])
def test_a_meeting_is_held_on_a_school_day(desk: Desk, day: date) -> None:
    two_parents(desk)
    desk.at(date(2026, 11, 30))

    with pytest.raises(Refusal) as refused:
        arrange(desk, "panel", day)

    assert (refused.value.rule, refused.value.field) == ("R035", "meeting_on")


@pytest.mark.rule("R037", "R038", "R039")
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"no_governor": ""}, "R039"),
        ({"no_pupil": ""}, "R037"),
        ({"attendees": [{**STAFF[0], "group": "agency"}]}, "R038"),
    ],
)
def test_who_is_left_out_needs_a_reason(desk: Desk, changes: dict[str, object], rule: str) -> None:
    two_parents(desk)

    with pytest.raises(Refusal) as refused:
        arrange(desk, "panel", PANEL_ON, **changes)

    assert refused.value.rule == rule


@pytest.mark.rule("R042")
def test_a_new_date_is_a_new_meeting_that_replaces_the_earlier_one(desk: Desk) -> None:
    two_parents(desk)
    first = arrange(desk, "panel", PANEL_ON)

    with pytest.raises(Refusal) as refused:
        arrange(desk, "panel", date(2026, 12, 10), reason="")
    second = arrange(desk, "panel", date(2026, 12, 10), reason="Somebody who is needed cannot come.")

    assert refused.value.field == "reason"
    assert meeting_by_id(desk.db, UUID(first)).state == "rearranged"
    assert meeting_by_id(desk.db, UUID(second)).replaces == UUID(first)


def test_a_meeting_that_was_not_held_stays_so_when_it_is_replaced(desk: Desk) -> None:
    two_parents(desk)
    first = arrange(desk, "panel", PANEL_ON)
    desk.at(PANEL_ON, hour=12)
    accepted = record(desk, first, {"held": False, "not_held_reason": "The school was closed by snow."})

    arrange(desk, "panel", date(2026, 12, 17), reason="The school was closed.")

    assert accepted.routing == {"held": "no"}
    assert accepted.happened_on is None
    assert meeting_by_id(desk.db, UUID(first)).state == "not_held"


@pytest.mark.rule("R058")
def test_a_review_later_than_six_weeks_needs_a_reason(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)
    desk.at(date(2027, 1, 4))

    with pytest.raises(Refusal) as refused:
        arrange(desk, "review", date(2027, 1, 19))
    arrange(desk, "review", REVIEW_ON)

    assert (refused.value.rule, refused.value.field) == ("R058", "late_reason")


@pytest.mark.rule("R058", "R042")
def test_why_a_date_was_moved_does_not_say_why_the_review_is_late(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)
    desk.at(date(2027, 1, 4))
    review = arrange(desk, "review", REVIEW_ON)
    desk.at(REVIEW_ON, hour=12)
    record(desk, review, {"held": False, "not_held_reason": "The school was closed by snow."})
    prefilled = desk.prepare("meetings.prepare", kind="review")["answers"]

    with pytest.raises(Refusal) as refused:
        arrange(desk, "review", date(2027, 1, 29), reason=prefilled["reason"])
    arrange(desk, "review", date(2027, 1, 29), reason=prefilled["reason"], late_reason="Nobody could come to school.")

    assert "late_reason" not in prefilled
    assert refused.value.field == "late_reason"
    assert desk.history("meeting_arranged")[-1]["late_reason"] == "Nobody could come to school."


@pytest.mark.rule("R033", "R070")
def test_the_form_offers_the_earliest_days_of_each_class(desk: Desk) -> None:
    two_parents(desk)
    desk.at(date(2026, 12, 18))  # Fri; term ends

    prepared = desk.prepare("meetings.prepare", kind="panel")

    assert prepared["shown"]["earliest"]["first"] == {
        "posted_on": "2026-12-18",
        "literal": "2027-01-05",  # 29 Dec falls in the holidays, 4 Jan is a staff day
        "clear": "2027-01-05",
        "evidence": "2027-01-05",
    }
    assert prepared["shown"]["earliest"]["second"]["evidence"] == "2027-01-06"
    assert prepared["answers"]["meeting_on"] == "2027-01-05"


def test_the_review_starts_from_the_agreed_day_and_the_panels_table(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)
    desk.at(date(2027, 1, 4))

    prepared = desk.prepare("meetings.prepare", kind="review")

    assert prepared["answers"]["meeting_on"] == REVIEW_ON.isoformat()
    assert prepared["answers"]["begins"] == "10:30"
    assert prepared["answers"]["attendees"] == STAFF
    assert prepared["shown"]["last_day"] == "2027-01-18"


def test_a_meeting_begins_at_its_time_in_england(desk: Desk) -> None:
    two_parents(desk)
    desk.at(date(2027, 3, 22))
    summer = arrange(desk, "panel", date(2027, 4, 13))

    assert desk.ask("meeting_starts", summer) == "2027-04-13T10:30:00+01:00"
    assert meeting_by_id(desk.db, UUID(summer)).starts_at.astimezone(LONDON).hour == 10


def test_only_letters_that_were_not_posted_are_called_off(desk: Desk) -> None:
    two_parents(desk)
    desk.at(date(2026, 11, 24))
    first = arrange(desk, "panel", PANEL_ON)
    invite(desk, first)
    post(desk, first, date(2026, 11, 24))
    second = arrange(desk, "panel", date(2026, 12, 10), reason="Moved.")
    invite(desk, second)

    desk.serve("meetings.cancel_all_unposted")

    assert not any(letter.is_cancelled for letter in current_invitations(desk.db, UUID(first)))
    assert all(letter.is_cancelled for letter in current_invitations(desk.db, UUID(second)))
    [cancelled] = desk.history("invitations_cancelled")
    assert len(cancelled["deliveries"]) == 2


@pytest.mark.rule("R070")
def test_the_invitations_to_the_review_begin_before_the_latest_posting_day(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)

    # Review Mon 18 Jan: evidence-grade by second class means posted by Mon 4 Jan; three working days before is
    # Tue 29 Dec (28 Dec and 1 Jan are holidays).
    assert desk.ask("invite_to_review_on") == date(2026, 12, 29)


def test_a_plan_agreed_again_moves_the_invitations(desk: Desk) -> None:
    two_parents(desk)
    hold_panel(desk)
    desk.at(date(2026, 12, 8))

    agree(desk, review_on="2027-01-14")

    assert desk.ask("invite_to_review_on") == date(2026, 12, 23)


def test_the_arrangements_own_words_are_kept(desk: Desk) -> None:
    two_parents(desk)

    meeting = meeting_by_id(desk.db, UUID(arrange(desk, "panel", PANEL_ON)))

    assert meeting.attendees == STAFF
    assert meeting.place == arrangement(PANEL_ON)["place"]
