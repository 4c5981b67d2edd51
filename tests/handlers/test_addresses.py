"""Letters go only to an address that somebody has checked since it changed."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from attendance import tables
from attendance.meetings import current_invitations
from engine.registry import Refusal
from handlers.missing_letters import missing_letters
from tests.handlers.desk import Desk, two_parents
from tests.handlers.stories import (
    PANEL_ON,
    REVIEW_ON,
    agree,
    agreed,
    arrange,
    arrangement,
    decide,
    hold_panel,
    hold_review,
    invite,
    minuted,
    post,
    record,
)

NEW = {"found": "new", "new_address": "3 Quay Street\nSaltmarsh", "new_postcode": "nr99 4dd", "confidential": False}


def change_address(desk: Desk, adult: UUID) -> None:
    """The office's import brings another address, which nobody has checked."""
    desk.db.execute(update(tables.address).where(tables.address.c.adult_id == adult).values(verified_on=None))


def lose_address(desk: Desk, adult: UUID) -> None:
    """The school has no address of this adult."""
    desk.db.execute(delete(tables.address).where(tables.address.c.adult_id == adult))


def to_arranging(desk: Desk) -> Callable[..., Any]:
    """A panel is to be arranged."""
    return lambda **given: arrange(desk, "panel", PANEL_ON, **given)


def to_plan(desk: Desk) -> Callable[..., Any]:
    """A plan is to be agreed."""
    hold_panel(desk)
    return lambda **given: desk.complete("plan", "plans.agree", agreed(desk, **given), prepare="plans.prepare")


def to_record(desk: Desk) -> Callable[..., Any]:
    """A review was held and is to be recorded."""
    hold_panel(desk)
    desk.at(date(2027, 1, 4))
    meeting = arrange(desk, "review", REVIEW_ON)
    desk.at(REVIEW_ON, hour=12)
    return lambda **given: record(desk, meeting, minuted(desk, **given))


def to_outcome(desk: Desk) -> Callable[..., Any]:
    """The outcome is to be decided."""
    hold_review(desk)
    return lambda **given: decide(desk, "O1", advice="O1", **given)


def to_internal_review(desk: Desk) -> Callable[..., Any]:
    """The internal review is to be decided."""
    hold_review(desk)
    decide(desk, "O4", advice="O4", reason="Not yet.", review_again="2027-03-01", all_clear=True)
    desk.at(date(2027, 3, 1))
    answers = {"decision": "closed", "decided_on": "2027-03-01", "reason": "Well done.", "next_steps": "None."}
    return lambda **given: desk.complete(
        "internal_review", "outcomes.accept_internal", answers | given, prepare="outcomes.prepare_internal"
    )


def to_withdrawal(desk: Desk) -> Callable[..., Any]:
    """The case is to be withdrawn after its first letters."""
    invite(desk, arrange(desk, "panel", PANEL_ON))
    answers = {"withdrawn_on": "2026-11-23", "why": "support", "reason": "Support fits better."}
    return lambda **given: desk.complete(
        "withdraw", "cases.withdraw", answers | given, prepare="cases.prepare_withdraw", element="OnWithdrawn"
    )


def to_reconsidering(desk: Desk) -> Callable[..., Any]:
    """The criteria are no longer met after the first letters."""
    invite(desk, arrange(desk, "panel", PANEL_ON))
    answers = {"decision": "withdraw", "reason": "A doctor's letter.", "aeo_consulted": True}
    return lambda **given: desk.complete(
        "reconsider", "reconsider.accept", answers | given, prepare="reconsider.prepare", element="Reconsider"
    )


ACTS = [to_arranging, to_plan, to_record, to_outcome, to_internal_review, to_withdrawal, to_reconsidering]


@pytest.mark.rule("R028", "R029")
@pytest.mark.parametrize("happens", [change_address, lose_address])
@pytest.mark.parametrize("to_act", ACTS)
def test_before_letters_go_out_the_parent_whose_address_is_to_be_checked_is_named(
    desk: Desk, to_act: Callable[[Desk], Callable[..., Any]], happens: Callable[[Desk, UUID], None]
) -> None:
    mother, _ = two_parents(desk)
    act = to_act(desk)
    happens(desk, mother)

    with pytest.raises(Refusal) as refused:
        act()
    act(addresses=[{"adult": str(mother), **NEW}])

    assert (refused.value.rule, refused.value.field) == ("R028", "addresses")
    assert "Mrs Ada Okafor (Mother)" in refused.value.message
    [parent] = [parent for parent in desk.facts.parents if parent.id == mother]
    assert parent.address is not None
    assert parent.address.as_letter == ["3 Quay Street", "Saltmarsh", "NR99 4DD"]
    assert parent.address.verified_on == desk.facts.today


@pytest.mark.rule("R028", "R029")
def test_the_form_asks_about_no_address_but_those_that_are_to_be_checked(desk: Desk) -> None:
    mother, father = two_parents(desk)
    change_address(desk, mother)
    change_address(desk, father)

    prepared = desk.prepare("meetings.prepare", kind="panel")

    assert prepared["answers"]["addresses"] == [{"adult": str(mother)}, {"adult": str(father)}]
    # The father's address is confidential: no screen shows it.
    assert prepared["shown"]["addresses"] == {
        str(mother): ["14 Windmill Road", "Saltmarsh", "NR99 2BB"],
        str(father): [],
    }
    assert [offer["label"] for offer in prepared["offers"]["adult"]] == [
        "Mrs Ada Okafor (Mother)",
        "Mr Tom Reed (Father)",
    ]


@pytest.mark.rule("R028", "R029")
def test_an_address_that_is_right_counts_as_checked_today(desk: Desk) -> None:
    mother, father = two_parents(desk)
    change_address(desk, mother)

    arrange(desk, "panel", PANEL_ON, addresses=[{"adult": str(mother), "found": "current"}])

    checked = {parent.id: parent.address.verified_on for parent in desk.facts.parents if parent.address}
    assert checked == {mother: date(2026, 11, 23), father: date(2026, 9, 1)}


@pytest.mark.rule("R028")
def test_an_address_that_is_not_on_record_cannot_be_right(desk: Desk) -> None:
    mother, _ = two_parents(desk)
    lose_address(desk, mother)

    with pytest.raises(Refusal) as refused:
        arrange(desk, "panel", PANEL_ON, addresses=[{"adult": str(mother), "found": "current"}])

    assert refused.value.code == "no_address"


@pytest.mark.rule("R028", "R030")
def test_one_parent_whom_no_letter_can_reach_does_not_stop_the_others(desk: Desk) -> None:
    mother, father = two_parents(desk)
    lose_address(desk, father)
    desk.at(date(2026, 11, 24))

    meeting = arrange(desk, "panel", PANEL_ON, addresses=[{"adult": str(father), "found": "unknown"}])
    invitations = invite(desk, meeting)
    post(desk, meeting, date(2026, 11, 24))
    desk.at(PANEL_ON, hour=12)
    record(desk, meeting, minuted(desk, absent=frozenset({mother, father})))
    agree(desk)
    for parent in desk.serve("parents.list"):
        desk.serve("letters.give_minutes", recipient=parent, meeting=meeting)

    assert desk.letters() == [("L1", str(mother)), ("L3", str(mother))]
    assert invitations[str(father)] == ""
    assert "Father" not in desk.pages.texts[0]
    assert desk.ask("notice_stands", meeting) is True
    missing = missing_letters(desk.db, desk.case.id)
    assert [(letter.letter, letter.parent) for letter in missing] == [("L1", father), ("L3", father)]
    assert desk.history("address_unknown") == [{"parent": str(father)}]


def test_a_letter_that_is_made_after_all_is_missing_no_more(desk: Desk) -> None:
    _, father = two_parents(desk)
    desk.at(date(2026, 11, 24))
    first = arrange(desk, "panel", PANEL_ON, addresses=[{"adult": str(father), "found": "unknown"}])
    invite(desk, first)
    desk.at(date(2026, 11, 25))

    second = arrange(desk, "panel", date(2026, 12, 10), reason="Moved.", addresses=[{"adult": str(father), **NEW}])
    invite(desk, second)

    assert missing_letters(desk.db, desk.case.id) == []
    assert len(current_invitations(desk.db, UUID(second))) == 2


@pytest.mark.rule("R030")
def test_a_meeting_to_which_nobody_can_be_invited_is_not_arranged(desk: Desk) -> None:
    rows = [{"adult": str(adult), "found": "unknown"} for adult in two_parents(desk)]

    with pytest.raises(Refusal) as refused:
        arrange(desk, "panel", PANEL_ON, addresses=rows)

    assert refused.value.code == "nobody_to_invite"


@pytest.mark.rule("R028", "R029", "R086")
def test_what_only_a_service_sends_goes_to_no_address_that_was_changed_meanwhile(desk: Desk) -> None:
    mother, father = two_parents(desk)
    hold_review(desk)
    decide(desk, "O1", advice="O1")
    change_address(desk, mother)

    desk.serve("letters.send", letter="L8a")

    assert desk.letters()[-1] == ("L8a", str(father))
    assert [letter.parent for letter in missing_letters(desk.db, desk.case.id)] == [mother]


@pytest.mark.rule("R022")
def test_only_a_parent_of_this_pupil_is_asked_about(desk: Desk) -> None:
    two_parents(desk)
    row = {"adult": "01890000-0000-7000-8000-000000000009", "found": "current"}

    with pytest.raises(Refusal) as refused:
        arrange(desk, "panel", PANEL_ON, addresses=[row])

    assert refused.value.code == "not_a_parent"
    assert "addresses" not in arrangement(PANEL_ON)
