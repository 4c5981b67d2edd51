"""What the rest of the procedure leaves of the time to prosecute, seen at every step (domain.md 3.6)."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.journeys.world import World, stressed_world

CHAIN = {
    "panel": "2025-12-01",
    "review": "2026-01-12",
    "internal_review": "2026-03-02",
    "application_due": "2026-03-30",
    "first_limit": "2026-03-30",
    "authority_days": 0,
}


@pytest.mark.rule("R005", "R058", "R078", "R079", "R091")
def test_each_step_warns_that_a_procedure_which_uses_every_period_leaves_the_authority_no_day(
    engine: Engine, tmp_path: Path
) -> None:
    world = stressed_world(engine, tmp_path)
    seen = []

    case = world.open()
    first = forecast(world, case, "ReviewEarlySupport")
    world.do(case, "ReviewEarlySupport", "EstablishParents")
    seen.append(forecast(world, case, "ArrangeMeeting"))
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting")
    seen.append(forecast(world, case, "AgreePlan"))
    world.do(case, "AgreePlan")
    world.player.wait_for(case, "ArrangeMeeting")
    seen.append(forecast(world, case, "ArrangeMeeting"))
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting")
    seen.append(forecast(world, case, "DecideOutcome"))
    world.player.do(case, "DecideOutcome", variant={"code": "O4"})
    world.player.wait_for(case, "DecideInternalReview")
    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})
    seen.append(forecast(world, case, "CompleteApplication"))

    assert (first["sessions_in_time"], first["last_limit"]) == (9, "2026-05-11")
    for found in (first, *seen):
        assert CHAIN.items() <= found.items()
        assert "the application is due on Mon 30 Mar 2026" in found["warning"]
        assert "the authority has no working day" in found["warning"]


def forecast(world: World, case: Any, element: str) -> dict[str, Any]:
    """What a task's form foretells."""
    found: dict[str, Any] = world.shown(case, element)["forecast"]
    return found
