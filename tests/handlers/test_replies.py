"""Parents who cannot attend, and what is decided on their reasons."""

from datetime import date
from uuid import UUID

import pytest

from attendance.meetings import replies_to
from engine.errors import FormRefused
from engine.registry import Accepted
from tests.builders import make_adult
from tests.handlers.desk import ACTOR, Desk, two_parents
from tests.handlers.stories import PANEL_ON, arrange, invite, post


@pytest.fixture
def meeting(desk: Desk) -> str:
    """A panel to which two parents are invited."""
    two_parents(desk)
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    return meeting


def report(desk: Desk, meeting: str, parent: UUID) -> str:
    """A parent says that they cannot come."""
    answers = {
        "parent": str(parent),
        "reason": "A hospital appointment.",
        "received_on": "2026-11-23",
        "how": "phone",
    }
    accepted = desk.complete(
        "cannot_attend", "replies.report", answers, prepare="replies.prepare_report", meeting=meeting
    )
    reply: str = accepted.routing["reply"]
    return reply


def decide(desk: Desk, reply: str, *, reasonable: bool) -> Accepted:
    """The head teacher decides."""
    answers = {"reasonable": reasonable, "reason": "There is a letter of the hospital."}
    return desk.complete("reasonable", "replies.decide", answers, prepare="replies.prepare", reply=reply)


@pytest.mark.rule("R041")
def test_a_reply_waits_for_a_decision(desk: Desk, meeting: str) -> None:
    assert desk.ask("reply_undecided", meeting) is False

    report(desk, meeting, desk.facts.parents[0].id)

    assert desk.ask("reply_undecided", meeting) is True


@pytest.mark.rule("R041", "R042", "R043")
@pytest.mark.parametrize(("reasonable", "route"), [(True, "yes"), (False, "no")])
def test_the_decision_is_kept_with_its_reason_and_who_decided(
    desk: Desk, meeting: str, reasonable: bool, route: str
) -> None:
    reply = report(desk, meeting, desk.facts.parents[0].id)

    accepted = decide(desk, reply, reasonable=reasonable)

    [kept] = replies_to(desk.db, UUID(meeting))
    assert accepted.routing == {"reasonable": route}
    assert kept.reasonable is reasonable
    assert desk.history("reply_decided") == [{"reply": reply, "reasonable": reasonable}]
    assert desk.ask("reply_undecided", meeting) is False


@pytest.mark.rule("R042")
def test_nobody_is_told_whose_reason_moved_the_meeting(desk: Desk, meeting: str) -> None:
    mother, _ = desk.facts.parents
    post(desk, meeting, date(2026, 11, 23))
    decide(desk, report(desk, meeting, mother.id), reasonable=True)
    said = desk.prepare("meetings.prepare", kind="panel")["answers"]["reason"]

    invite(desk, arrange(desk, "panel", date(2026, 12, 10), reason="Mrs Okafor has an appointment in hospital."))

    texts = desk.letters_to("L2", "Okafor", "Reed")
    assert said == "Not everybody could come on that day."
    assert len(texts) == 2
    assert all(said in text and "hospital" not in text for text in texts)


@pytest.mark.rule("R041")
def test_only_who_was_invited_can_be_unable_to_attend(desk: Desk, meeting: str) -> None:
    stranger = make_adult(desk.db, desk.school, surname="Vane")

    with pytest.raises(FormRefused) as refused:
        report(desk, meeting, stranger)

    assert "parent" in refused.value.problems


@pytest.mark.rule("R041")
def test_late_replies_are_decided_together_and_one_reasonable_one_moves_the_meeting(desk: Desk, meeting: str) -> None:
    first, second = (report(desk, meeting, parent.id) for parent in desk.facts.parents)
    desk.at(PANEL_ON)
    rows = [
        {"reply": first, "reasonable": False, "reason": "No reason was given."},
        {"reply": second, "reasonable": True, "reason": "Hospital."},
    ]

    accepted = desk.complete(
        "late_replies", "replies.decide_late", {"replies": rows}, prepare="replies.prepare_late", meeting=meeting
    )

    assert accepted.routing == {"late_reasonable": "yes"}
    assert desk.ask("reply_undecided", meeting) is False


def test_the_head_sees_how_often_a_date_was_moved_for_this_parent(desk: Desk) -> None:
    mother, _ = two_parents(desk)
    day = PANEL_ON
    for day in (PANEL_ON, date(2026, 12, 10)):
        meeting = arrange(desk, "panel", day, reason="Moved.")
        invite(desk, meeting)
        decide(desk, report(desk, meeting, mother), reasonable=True)
    meeting = arrange(desk, "panel", date(2026, 12, 14), reason="Moved.")
    invite(desk, meeting)

    prepared = desk.prepare("replies.prepare", reply=report(desk, meeting, mother))

    [shown] = prepared["shown"]["replies"]
    assert (shown["moved_before"], shown["is_often"]) == (2, True)
    assert shown["parent"] == "Mrs Ada Okafor (Mother)"
    assert ACTOR  # decided by a person, never by the system
