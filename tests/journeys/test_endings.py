"""Cases that end before an outcome: not begun, withdrawn, or without their pupil."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from attendance import tables as records
from engine import tables
from engine.cancelling import cancel_case
from engine.database import transaction
from engine.errors import AlreadyOpen
from engine.queries.cases import left_open
from engine.registry import Refusal
from tests.builders import ABSENT
from tests.journeys.world import World, new_world

EIGHT_OF_58 = {**ABSENT, date(2026, 11, 20): "/\\"}
# No transport on three days: they are not possible sessions.
EIGHT_OF_52 = {**EIGHT_OF_58, date(2026, 11, 3): "QQ", date(2026, 11, 4): "QQ", date(2026, 11, 5): "QQ"}


@pytest.mark.rule("R006", "R007", "R008")
def test_a_case_whose_criteria_are_not_met_ends_at_once(engine: Engine, tmp_path: Path) -> None:
    world = new_world(engine, tmp_path, absent=EIGHT_OF_58)

    case = world.open()

    closed = world.case(case)
    assert (closed.result, closed.closed_at is None) == ("criteria_not_met", False)
    assert [row.figures["result"] for row in world.rows(records.snapshot, case_id=case)] == ["not_eligible"]
    assert world.tasks(case) == []
    assert world.letters_of(case) == []
    assert world.player.next_due([case]) is None


@pytest.mark.rule("R006", "R008", "R021")
def test_a_share_that_is_reached_with_too_few_sessions_is_asked_about_and_starts_nothing(
    engine: Engine, tmp_path: Path
) -> None:
    world = new_world(engine, tmp_path, absent=EIGHT_OF_52)
    case = world.open()
    assert (world.tasks(case), world.case(case).closed_at) == (["AskAuthority"], None)
    assert world.shown(case, "AskAuthority")["needed"] == {"percent": 15, "sessions": 9}

    with pytest.raises(Refusal) as refused:
        world.player.do(case, "AskAuthority", asked_on="2027-01-01")
    world.do(case, "AskAuthority")

    assert refused.value.rule == "R021"
    closed = world.case(case)
    assert (closed.result, closed.closed_at is None) == ("authority_asked", False)
    assert [row["facts"]["result"] for row in world.history(case) if row["what"] == "register_checked"] == ["ask_aeo"]
    assert world.letters_of(case) == []
    assert world.player.next_due([case]) is None


@pytest.mark.rule("R086")
def test_a_withdrawal_in_the_middle_of_the_notice_ends_everything(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    world.player.report(case, "ParentCannotAttend")
    world.player.settle()

    world.player.report(case, "Withdrawn")
    world.player.settle()

    closed = world.case(case)
    assert (closed.result, closed.closed_at is None, closed.stage) == ("withdrawn", False, "")
    assert world.letters_of(case) == [("L11", world.mother), ("L11", world.father)]
    assert len(list(world.letters.rglob("recalled/*.pdf"))) == 2
    assert world.tasks(case) == []
    with transaction(world.player.runtime.engine) as db:
        assert left_open(db, case) == []  # it was ended on purpose
    assert world.player.next_due([case]) is None


def test_a_case_opened_in_error_calls_its_letters_and_its_meeting_back(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    world.player.settle()

    cancel_case(world.player.runtime, case, actor="supervisor", reason="The wrong pupil.")
    world.player.settle()

    assert world.letters_of(case) == []
    assert len(list(world.letters.rglob("recalled/*.pdf"))) == 2
    (meeting,) = world.meetings(case)
    assert (meeting.state, meeting.minutes) == ("not_held", {"not_held_reason": "The wrong pupil."})
    assert world.incidents() == []


def test_what_was_posted_before_a_case_is_cancelled_stays_posted(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    world.player.settle()
    world.do(case, "ConfirmPosting")

    cancel_case(world.player.runtime, case, actor="supervisor", reason="The wrong pupil.")
    world.player.settle()

    assert sorted(letter for letter, _ in world.letters_of(case)) == ["L1", "L1"]
    assert [meeting.state for meeting in world.meetings(case)] == ["not_held"]


@pytest.mark.rule("R023", "R028")
def test_a_case_that_ends_before_the_first_letter_ends_without_one(world: World) -> None:
    case = world.to_arranging()

    world.player.report(case, "Withdrawn")

    assert world.case(case).result == "withdrawn"
    assert world.letters_of(case) == []


@pytest.mark.rule("R022")
def test_nobody_writes_to_an_adult_who_is_not_to_be_written_to_any_more(world: World) -> None:
    case = world.to_panel_notice()

    world.player.report(case, "Withdrawn", why="died", no_letter_to=[str(world.father)])

    assert world.letters_of(case)[2:] == [("L11", world.mother)]


@pytest.mark.rule("R086")
def test_a_pupil_who_leaves_takes_the_case_to_its_end(world: World) -> None:
    case = world.to_review_notice()

    world.player.report(case, "PupilLeft")

    assert world.case(case).result == "pupil_left"
    assert world.letters_of(case)[-2:] == [("L11", world.mother), ("L11", world.father)]
    assert world.tasks(case) == []
    assert world.player.next_due([case]) is None


def test_another_case_can_be_opened_once_the_first_is_over_and_not_before(world: World) -> None:
    first = world.open()
    with pytest.raises(AlreadyOpen):
        world.open()
    world.player.report(first, "Withdrawn")

    second = world.open()

    assert world.case(second).reference == "FT-2026-00002"
    assert world.tasks(second) == ["ReviewEarlySupport"]


@pytest.mark.rule("R079")
def test_a_case_on_sessions_that_are_all_out_of_time_is_refused(engine: Engine, tmp_path: Path) -> None:
    world = new_world(engine, tmp_path, opened=date(2027, 7, 20))

    with pytest.raises(Refusal) as refused:
        world.open()

    assert (refused.value.code, refused.value.rule) == ("out_of_time", "R079")
    assert world.rows(tables.case) == []
    assert world.incidents() == []


@pytest.mark.parametrize(
    ("reach", "message", "result"),
    [
        (World.to_panel_notice, "PupilLeft", "pupil_left"),
        (World.to_plan, "Withdrawn", "withdrawn"),
        (World.to_review_notice, "PupilLeft", "pupil_left"),
        (World.to_outcome, "Withdrawn", "withdrawn"),
        (World.to_internal_review, "PupilLeft", "pupil_left"),
        (World.to_referral, "Withdrawn", "withdrawn"),
    ],
)
def test_a_case_can_be_ended_wherever_it_stands(
    world: World, reach: Callable[[World], UUID], message: str, result: str
) -> None:
    case = reach(world)
    world.player.report(case, "ParentDiscovered")

    world.player.report(case, message)

    closed = world.case(case)
    assert (closed.result, closed.closed_at is None) == (result, False)
    assert [letter for letter, _ in world.letters_of(case)][-3:] == ["L11", "L11", "L11"]
    assert world.tasks(case) == []
    assert world.player.next_due([case]) is None


@pytest.mark.rule("R006")
def test_what_nobody_has_heard_when_a_case_ends_is_left_to_a_person(world: World) -> None:
    case = world.to_plan()
    world.correct("2026-10-13 AM", "2026-10-13 PM", code="I")
    world.correct("2026-10-13 AM", "2026-10-13 PM", code="O")

    world.player.do(case, "Reconsider", variant={"decision": "withdraw"})

    heard, unheard = world.rows(tables.inbox, case_id=case)
    assert (heard.left_at, unheard.heard_at) == (None, None)
    assert unheard.left_at == world.case(case).closed_at
