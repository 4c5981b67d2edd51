"""Random drawings run as a second reading of BPMN says, with a restart after every step."""

import os
import random
from collections import Counter
from typing import Any

import pytest

from engine.normal_form import read_bpmn
from engine.spiff.parser import compile_processes
from engine.spiff.workflow import CaseWorkflow
from tests.engine.steps import RecordingSteps
from tests.engine.token_game import Drawing, Game, random_drawing

DRAWINGS = int(os.environ.get("FASTTRACK_TEST_DRAWINGS", "300"))
MOST_TOKENS = 12
STEPS = 12


class Played:
    """A case of a drawing in our engine."""

    def __init__(self, drawing: Drawing, holds: Any) -> None:
        self.content = drawing.xml()
        self.steps = RecordingSteps({"holds": holds})
        self.workflow = CaseWorkflow.start(self._specification(), self.steps)
        self.workflow.advance()

    def _specification(self) -> Any:
        return compile_processes([("random.bpmn", read_bpmn(self.content))])

    def restart(self) -> None:
        """Saved, forgotten, read back."""
        state, visits = self.workflow.dump(), dict(self.workflow.visits)
        self.workflow = CaseWorkflow.restore(state, visits, self._specification(), self.steps)

    @property
    def tasks(self) -> Counter[str]:
        """The tasks that wait for a person."""
        return Counter(place.element for place in self.workflow.user_tasks())

    def complete(self, task: str) -> None:
        """A person has done a task."""
        place = next(place for place in self.workflow.user_tasks() if place.element == task)
        self.workflow.complete(place.token, {})
        self.workflow.advance()


def play(seed: int) -> int:
    """Plays a random drawing both ways; gives how many tasks were done. Raises AssertionError where they differ."""
    pick = random.Random(seed)  # noqa: S311 - a game
    drawing = random_drawing(pick)
    step = 0

    def holds(arrow: str) -> bool:
        return random.Random(f"{seed}/{step}/{arrow}").random() < 0.5  # noqa: S311 - a game

    game, played = Game(drawing, holds), Played(drawing, holds)
    while step < STEPS:
        assert (played.tasks, played.workflow.is_over) == (game.tasks, game.is_over), (seed, step, drawing)
        if not game.tasks or game.tasks.total() > MOST_TOKENS:
            break
        step += 1
        task = pick.choice(sorted(game.tasks))
        played.restart()
        game.complete(task)
        played.complete(task)
    return step


@pytest.mark.parametrize("block", range(10))
def test_random_drawings_run_by_the_book(block: int) -> None:
    done = sum(play(seed) for seed in range(block * DRAWINGS // 10, (block + 1) * DRAWINGS // 10))

    assert done > DRAWINGS // 10
