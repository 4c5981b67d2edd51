"""Early support is looked at before anything else."""

from typing import Any

import pytest

from engine import tables
from engine.registry import Refusal
from tests.attendance.calendars import day
from tests.journeys.world import World

NOT_YET: dict[str, Any] = {"decision": "not_yet", "not_yet_reason": "The breakfast club began last week."}


@pytest.mark.rule("R002", "R009", "R021")
def test_support_that_needs_more_time_is_looked_at_again_on_the_day_that_was_named(world: World) -> None:
    case = world.open()

    world.player.do(case, "ReviewEarlySupport", look_again="2026-12-07", **NOT_YET)

    assert world.tasks(case) == []
    assert world.due(case, "LookAgain") == "Mon 7 Dec 2026 00:00"
    world.player.wait_for(case, "ReviewEarlySupport")
    assert world.player.today() == day("Mon 7 Dec 2026")
    world.do(case, "ReviewEarlySupport")
    assert world.tasks(case) == ["EstablishParents"]


@pytest.mark.rule("R002")
def test_every_round_of_early_support_is_kept(world: World) -> None:
    case = world.open()
    world.player.do(case, "ReviewEarlySupport", look_again="2026-12-07", **NOT_YET)
    world.player.wait_for(case, "ReviewEarlySupport")
    world.player.do(case, "ReviewEarlySupport", look_again="2026-12-14", **NOT_YET)
    world.player.wait_for(case, "ReviewEarlySupport")

    world.do(case, "ReviewEarlySupport")

    answers = world.rows(tables.answer, case_id=case)
    assert [(row.visit, row.answers.get("look_again")) for row in answers] == [
        (1, "2026-12-07"),
        (2, "2026-12-14"),
        (3, None),
    ]


@pytest.mark.rule("R002")
def test_a_day_that_has_passed_is_no_day_to_look_again(world: World) -> None:
    case = world.open()

    with pytest.raises(Refusal) as refused:
        world.player.do(case, "ReviewEarlySupport", look_again="2026-11-23", **NOT_YET)

    assert (refused.value.code, refused.value.field) == ("too_early", "look_again")
    assert world.tasks(case) == ["ReviewEarlySupport"]
