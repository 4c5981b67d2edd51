"""The service stops and starts at every step: cases go on as if nothing had been."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from api.demo.player import Player
from engine import clock, tables
from tests.database import clear
from tests.journeys.world import World, new_world, started_again


@dataclass(frozen=True)
class Forgetful(Player):
    """Before everything that a person or a worker does, the service is stopped and started."""

    def open(self, school_id: UUID, pupil_id: UUID) -> UUID:
        return self._started_again().open(school_id, pupil_id)

    def do(self, case_id: UUID, element: str, *, variant: dict[str, Any] | None = None, **answers: Any) -> None:
        self._started_again().do(case_id, element, variant=variant, **answers)

    def report(self, case_id: UUID, message: str, *, variant: dict[str, Any] | None = None, **answers: Any) -> None:
        self._started_again().report(case_id, message, variant=variant, **answers)

    def settle(self) -> None:
        self._started_again().settle()

    def _started_again(self) -> Player:
        return Player(started_again(self.runtime), self.channels, self.actor)


def referred_by_the_internal_review(world: World) -> UUID:
    """O4, an internal review that refers, an application that comes back once."""
    case = world.to_internal_review()
    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})
    world.submit(case)
    world.player.do(case, "ConsiderApplication", variant={"decision": "returned"})
    world.submit(case)
    world.do(case, "ConsiderApplication")
    return case


def withdrawn_after_many_turns(world: World) -> UUID:
    """What can happen beside the procedure, until the school gives the case up."""
    case = world.to_panel_notice()
    world.player.report(case, "ParentDiscovered")
    world.player.report(case, "NoticeFailed", variant={"parent": 1})
    world.player.report(case, "ParentCannotAttend")
    world.do(case, "ConfirmPostingAgain", "DecideReasonable", "ArrangeMeeting", "ConfirmPosting", "MeetNewParent")
    world.correct("2026-10-13 AM", "2026-10-13 PM", code="I")
    world.do(case, "Reconsider")
    world.player.wait_for(case, "RecordMeeting")
    world.player.do(case, "RecordMeeting", held=False, not_held_reason="The school was closed by snow.")
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    world.player.report(case, "Withdrawn")
    return case


@pytest.mark.parametrize("story", [referred_by_the_internal_review, withdrawn_after_many_turns])
def test_a_case_with_a_restart_before_every_step_is_the_same_as_one_without(
    engine: Engine, tmp_path: Path, story: Callable[[World], UUID]
) -> None:
    undisturbed = happened(new_world(engine, tmp_path / "undisturbed"), story)
    clear(engine)
    world = new_world(engine, tmp_path / "restarted")
    world.player = Forgetful(world.player.runtime, world.player.channels, world.player.actor)

    assert happened(world, story) == undisturbed

    fired = [row.token for row in world.rows(tables.timer) if row.fired_at is not None]
    assert len(fired) == len(set(fired)) == len([step for step in undisturbed if step[0] == "timer_fired"])
    assert not world.incidents()


def happened(world: World, story: Callable[[World], UUID]) -> list[tuple[Any, ...]]:
    """What a story leaves in the history of its case: what, where, for which time, on which day."""
    case = story(world)
    return [
        (row["what"], row["element"], row["path"], row["visit"], clock.london_day(row["at"]))
        for row in world.history(case)
    ]
