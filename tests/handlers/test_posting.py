"""The post room: which letter, on which day, by which class, and whether it was in time."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import update

from attendance import tables
from attendance.meetings import current_invitations
from engine.errors import FormRefused
from engine.registry import Refusal
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import PANEL_ON, arrange, invite, post


@pytest.fixture
def meeting(desk: Desk) -> str:
    """A panel on Mon 7 Dec, arranged and its letters made on Tue 24 Nov 2026."""
    two_parents(desk)
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    return meeting


@pytest.mark.rule("R030")
def test_every_letter_waits_in_a_row_of_its_own(desk: Desk, meeting: str) -> None:
    prepared = desk.prepare("posting.prepare", meeting=meeting)

    assert len(prepared["answers"]["letters"]) == 2
    assert {offer["label"] for offer in prepared["offers"]["invitation"]} == {
        "Mrs Ada Okafor (Mother)",
        "Mr Tom Reed (Father)",
    }


@pytest.mark.rule("R033")
@pytest.mark.parametrize(("postage", "received_on"), [("first", date(2026, 11, 26)), ("second", date(2026, 11, 30))])
def test_a_letter_counts_as_received_by_its_class(desk: Desk, meeting: str, postage: str, received_on: date) -> None:
    post(desk, meeting, date(2026, 11, 24), postage=postage)

    assert {letter.received_on for letter in current_invitations(desk.db, UUID(meeting))} == {received_on}


@pytest.mark.rule("R033")
@pytest.mark.parametrize("day", [date(2026, 11, 26), date(2026, 11, 23)])
def test_a_letter_is_posted_neither_on_a_day_to_come_nor_before_it_was_made(
    desk: Desk, meeting: str, day: date
) -> None:
    desk.at(date(2026, 11, 25))

    with pytest.raises(Refusal) as refused:
        post(desk, meeting, day)

    assert refused.value.rule == "R033"


@pytest.mark.rule("R030", "R031")
def test_no_letter_can_be_left_out_and_each_has_its_proof(desk: Desk, meeting: str) -> None:
    [first, _] = desk.prepare("posting.prepare", meeting=meeting)["answers"]["letters"]
    row = {**first, "posted_on": "2026-11-24", "postage": "first", "proof": ""}

    with pytest.raises(FormRefused) as refused:
        desk.complete(
            "confirm_posting", "posting.accept", {"letters": [row]}, prepare="posting.prepare", meeting=meeting
        )

    assert set(refused.value.problems) == {"letters", "letters.0.proof"}


@pytest.mark.rule("R033")
@pytest.mark.parametrize(
    ("posted_on", "in_time"),
    [(date(2026, 11, 30), True), (date(2026, 12, 1), False)],  # Mon: five working days to Mon 7 Dec; Tue: four
)
def test_posted_in_time_is_the_literal_five_working_days(
    desk: Desk, meeting: str, posted_on: date, in_time: bool
) -> None:
    desk.at(posted_on)

    post(desk, meeting, posted_on)

    assert desk.ask("posted_in_time", meeting) is in_time
    assert desk.ask("notice_stands", meeting) is in_time


def test_a_letter_that_was_not_posted_is_not_in_time(desk: Desk, meeting: str) -> None:
    assert desk.ask("posted_in_time", meeting) is False


@pytest.mark.rule("R033")
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 24), date(2026, 11, 25)),  # evidence-grade by first class
        (date(2026, 11, 25), date(2026, 11, 25)),
        (date(2026, 11, 26), date(2026, 11, 27)),  # clear from sending
        (date(2026, 11, 30), date(2026, 11, 30)),  # the literal floor
        (date(2026, 12, 2), date(2026, 11, 30)),  # past it: overdue at once
    ],
)
def test_letters_are_due_on_the_last_day_of_the_best_notice_still_possible(
    desk: Desk, meeting: str, today: date, expected: date
) -> None:
    desk.at(today)

    assert desk.ask("latest_posting_day", meeting) == expected


@pytest.mark.rule("R033")
def test_notice_runs_from_the_last_deemed_receipt_where_that_leaves_time(desk: Desk, meeting: str) -> None:
    post(desk, meeting, date(2026, 11, 24))

    assert desk.ask("notice_runs_from", meeting) == date(2026, 11, 26)


@pytest.mark.rule("R033")
def test_notice_runs_from_posting_where_receipt_would_end_after_the_meeting(desk: Desk, meeting: str) -> None:
    desk.at(date(2026, 11, 30))
    post(desk, meeting, date(2026, 11, 30))

    assert desk.ask("notice_runs_from", meeting) == date(2026, 11, 30)
    assert desk.ask("working_days_after", 5, date(2026, 11, 30)) == PANEL_ON


def test_without_a_posted_letter_the_wait_still_ends_by_the_meeting(desk: Desk, meeting: str) -> None:
    assert desk.ask("working_days_after", 5, desk.ask("notice_runs_from", meeting)) == PANEL_ON


def test_a_letter_posted_on_a_saturday_counts_as_sent_on_monday(desk: Desk, meeting: str) -> None:
    desk.at(date(2026, 11, 28))

    post(desk, meeting, date(2026, 11, 28))

    assert desk.ask("posted_in_time", meeting) is True
    assert desk.ask("notice_runs_from", meeting) == date(2026, 11, 30)


@pytest.mark.rule("R027", "R033")
def test_the_parent_who_lives_farthest_sets_the_days_of_a_meeting(desk: Desk) -> None:
    _, father = two_parents(desk)
    desk.db.execute(update(tables.address).where(tables.address.c.adult_id == father).values(country="Portugal"))
    desk.at(date(2026, 11, 24))

    earliest = desk.prepare("meetings.prepare", kind="panel")["shown"]["earliest"]["first"]
    meeting = arrange(desk, "panel", date(2026, 12, 9))
    invite(desk, meeting)
    latest = desk.prepare("posting.prepare", meeting=meeting)["shown"]["latest_posting"]
    post(desk, meeting, date(2026, 11, 24))

    # Posted Tue 24 Nov, deemed in Portugal on Tue 1 Dec, five whole working days between.
    assert (earliest["literal"], earliest["evidence"]) == ("2026-12-01", "2026-12-09")
    assert latest["evidence"] == "2026-11-24"
    received = {letter.adult_id: letter.received_on for letter in current_invitations(desk.db, UUID(meeting))}
    assert received[father] == date(2026, 12, 1)
    assert set(received.values()) == {date(2026, 11, 26), date(2026, 12, 1)}
    assert desk.ask("notice_runs_from", meeting) == date(2026, 12, 1)
