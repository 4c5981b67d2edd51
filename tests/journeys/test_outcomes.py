"""Each of the four outcomes, from the register to the end of the case."""

import pytest

from tests.journeys.world import World


@pytest.mark.rule("R006", "R007", "R008", "R073", "R086")
def test_target_achieved_closes_the_case(world: World) -> None:
    case = world.to_outcome()
    world.player.do(case, "DecideOutcome", variant={"code": "O1"})

    closed = world.case(case)
    assert closed.result == "closed_target"
    assert [letter for letter in world.letters_of(case) if letter[0] == "L8a"] == [
        ("L8a", world.mother),
        ("L8a", world.father),
    ]
    assert not world.incidents()
