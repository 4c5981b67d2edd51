"""Whatever the checks accept can be run, and goes on the same when it is read back before every step."""

import random

import pytest

from tests.engine.bundled import Bundled
from tests.engine.shapes import DIAGRAMS, REGISTRY, bundle_of

ACCEPTED = sorted(path.relative_to(DIAGRAMS).with_suffix("").as_posix() for path in (DIAGRAMS / "accepted").iterdir())
MOST_STEPS = 25


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_accepted_runs_and_goes_on_the_same_when_it_is_restored(name: str, seed: int) -> None:
    bundle = bundle_of(name)
    restored, kept = Bundled(bundle, REGISTRY), Bundled(bundle, REGISTRY)
    pick = random.Random(seed)  # noqa: S311 - an invented story

    for _ in range(MOST_STEPS):
        assert restored.standing() == kept.standing()
        if kept.workflow.is_over:
            break
        assert kept.choices(), "It rests, and nothing will ever move it again."
        number = pick.randrange(1_000)
        restored.restart()
        restored.act(number)
        kept.act(number)
