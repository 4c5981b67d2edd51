"""Notices that failed and were served again."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from attendance import tables
from attendance.meetings import current_invitations, invitation_by_id
from engine import tables as engine_tables
from engine.errors import FormRefused
from engine.registry import Accepted, Refusal
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import PANEL_ON, arrange, invite, post


@pytest.fixture
def meeting(desk: Desk) -> str:
    """A panel on Mon 7 Dec whose letters were made on Tue 24 Nov 2026."""
    two_parents(desk)
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    return meeting


def fail(desk: Desk, meeting: str, parent: UUID, **changes: Any) -> Accepted:
    """A letter came back."""
    today = desk.facts.today.isoformat()
    answers = {"parent": str(parent), "what": "returned", "found": "current", "learned_on": today, **changes}
    return desk.complete(
        "notice_failed", "notices.report_failed", answers, prepare="notices.prepare_report", meeting=meeting
    )


def post_again(desk: Desk, invitation: str, day: date) -> None:
    """The letter that was served again is posted."""
    row = {"invitation": invitation, "posted_on": day.isoformat(), "postage": "first", "proof": "certificate"}
    desk.complete(
        "confirm_posting",
        "posting.accept_one",
        {"letters": [row]},
        prepare="posting.prepare_one",
        invitation=invitation,
    )


@pytest.mark.rule("R028", "R029", "R030")
def test_a_letter_that_came_back_is_no_notice(desk: Desk, meeting: str) -> None:
    post(desk, meeting, date(2026, 11, 24))
    parent = desk.facts.parents[0].id

    accepted = fail(desk, meeting, parent)

    assert desk.ask("notice_stands", meeting) is False
    assert invitation_by_id(desk.db, UUID(accepted.routing["failed"])).has_failed


@pytest.mark.rule("R028")
def test_a_letter_served_again_goes_to_the_new_address_and_its_clock_starts_again(desk: Desk, meeting: str) -> None:
    post(desk, meeting, date(2026, 11, 24))
    mother = desk.facts.parents[0]
    desk.at(date(2026, 11, 26))
    accepted = fail(
        desk,
        meeting,
        mother.id,
        what="address_changed",
        new_address="3 Quay Street\nSaltmarsh",
        new_postcode="nr99 4dd",
        confidential=False,
    )

    served = desk.serve("letters.serve_again", invitation=accepted.routing["failed"])
    post_again(desk, served, date(2026, 11, 26))

    letter = invitation_by_id(desk.db, UUID(served))
    assert (letter.serving, letter.received_on) == (2, date(2026, 11, 30))
    assert desk.pages.fields[-1]["addressee_address"] == ["3 Quay Street", "Saltmarsh", "NR99 4DD"]
    assert desk.ask("notice_long_enough", served) is True
    assert desk.ask("notice_stands", meeting) is True


@pytest.mark.rule("R028")
def test_both_addresses_stay_on_record(desk: Desk, meeting: str) -> None:
    mother = desk.facts.parents[0]

    fail(desk, meeting, mother.id, what="address_changed", new_address="3 Quay Street\nSaltmarsh", confidential=True)

    a = tables.address.c
    rows = desk.db.execute(select(a.valid_from, a.confidential).where(a.adult_id == mother.id).order_by(a.valid_from))
    assert [tuple(row) for row in rows] == [(date(2026, 9, 1), False), (date(2026, 11, 24), True)]


@pytest.mark.rule("R033")
def test_served_again_too_late_is_not_long_enough(desk: Desk, meeting: str) -> None:
    post(desk, meeting, date(2026, 11, 24))
    desk.at(date(2026, 12, 2))
    accepted = fail(desk, meeting, desk.facts.parents[0].id)

    served = desk.serve("letters.serve_again", invitation=accepted.routing["failed"])
    post_again(desk, served, date(2026, 12, 2))

    assert desk.ask("notice_long_enough", served) is False
    assert desk.ask("notice_stands", meeting) is False


def test_a_letter_that_failed_before_it_was_posted_is_called_off(desk: Desk, meeting: str) -> None:
    parent = desk.facts.parents[0].id

    accepted = fail(desk, meeting, parent)

    letter = invitation_by_id(desk.db, UUID(accepted.routing["failed"]))
    d = engine_tables.delivery.c
    state = desk.db.execute(select(d.state).where(d.id == letter.delivery_id)).scalar_one()
    assert (letter.is_cancelled, state) == (True, "cancelled")
    assert len(desk.prepare("posting.prepare", meeting=meeting)["answers"]["letters"]) == 1


def test_letters_served_again_do_not_hold_up_the_first_posting(desk: Desk, meeting: str) -> None:
    accepted = fail(desk, meeting, desk.facts.parents[0].id)
    desk.serve("letters.serve_again", invitation=accepted.routing["failed"])

    post(desk, meeting, date(2026, 11, 24))

    assert desk.ask("posted_in_time", meeting) is True
    assert desk.ask("notice_stands", meeting) is False
    assert max(letter.serving for letter in current_invitations(desk.db, UUID(meeting))) == 2


@pytest.mark.rule("R028")
def test_an_address_that_no_envelope_can_carry_is_refused(desk: Desk, meeting: str) -> None:
    with pytest.raises(Refusal) as refused:
        fail(desk, meeting, desk.facts.parents[0].id, what="address_changed", new_address="Norwich", confidential=False)

    assert (refused.value.rule, refused.value.field) == ("R028", "new_address")


@pytest.mark.rule("R028", "R029")
@pytest.mark.parametrize("what", ["returned", "not_received"])
def test_a_letter_goes_again_only_to_an_address_that_somebody_has_looked_into(
    desk: Desk, meeting: str, what: str
) -> None:
    mother = desk.facts.parents[0]
    if what == "not_received":
        desk.db.execute(update(tables.address).where(tables.address.c.adult_id == mother.id).values(verified_on=None))

    with pytest.raises((Refusal, FormRefused)):
        fail(desk, meeting, mother.id, what=what, found=None)
    fail(desk, meeting, mother.id, what=what)

    checked = desk.facts.parents[0].address
    assert checked is not None
    assert checked.verified_on == desk.facts.today


@pytest.mark.rule("R028", "R030")
def test_a_parent_whose_address_nobody_knows_any_more_does_not_hold_up_the_meeting(desk: Desk, meeting: str) -> None:
    post(desk, meeting, date(2026, 11, 24))
    father = desk.facts.parents[1]

    accepted = fail(desk, meeting, father.id, found="unknown")
    served = desk.serve("letters.serve_again", invitation=accepted.routing["failed"])

    assert served == accepted.routing["failed"]
    assert desk.prepare("posting.prepare_one", invitation=served)["answers"]["letters"] == []
    assert desk.ask("notice_long_enough", served) is True
    assert desk.ask("notice_stands", meeting) is True
    assert [code for code, _ in desk.letters()] == ["L1", "L1"]
