"""Random diagrams on random paths: a case that is restored before every step stands as one that never was.

`make replay` compares 50,000.
"""

from typing import Any

import pytest

from engine.checks import check_bundle
from engine.spiff import codec
from tests.engine.random_diagrams import random_bundle
from tests.engine.replaying import PATHS, replay, replay_all
from tests.engine.shapes import REGISTRY

PLACES = {"state": 4, "internal data": 6, "changed data": 7, "data that is gone": 8, "triggered": 9}
AT_ONCE = 250


@pytest.mark.parametrize("first", range(0, 1_500, AT_ONCE))
def test_a_restored_case_stands_as_one_that_never_was_and_is_written_as_the_library_knows_it(first: int) -> None:
    replayed = list(replay_all(first, AT_ONCE))

    assert [each for each in replayed if each.difference] == []
    assert sum(each.steps for each in replayed) > 5 * AT_ONCE


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_a_random_diagram_is_one_that_the_checker_accepts(seed: int) -> None:
    assert check_bundle(random_bundle(seed), REGISTRY) == []


def test_random_diagrams_differ_and_are_the_same_for_the_same_seed() -> None:
    drawn = [random_bundle(seed).files["shape.bpmn"] for seed in range(50)]

    assert len(set(drawn)) > 45  # small ones may be alike
    assert random_bundle(7).files["shape.bpmn"] == drawn[7]


@pytest.mark.parametrize("lost", PLACES)
def test_a_codec_that_forgets_something_of_a_task_is_found(lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, written = PLACES[lost], codec._dump_task

    def forgetting(*of: Any) -> list[Any]:
        told = written(*of)
        if len(told) > place:
            told[place] = type(told[place])()
        return told

    monkeypatch.setattr(codec, "_dump_task", forgetting)

    assert any(_goes_wrong(number) for number in range(0, 40 * PATHS, PATHS // 2))


def test_a_codec_that_turns_children_round_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    written = codec._dump_task

    def turning(*of: Any) -> list[Any]:
        told = written(*of)
        told[2] = told[2][::-1]
        return told

    monkeypatch.setattr(codec, "_dump_task", turning)

    assert any(_goes_wrong(number) for number in range(0, 40 * PATHS, PATHS // 2))


def _goes_wrong(number: int) -> bool:
    """Whether a path shows a difference, or cannot be gone at all."""
    try:
        return bool(replay(number).difference)
    except Exception:  # noqa: BLE001 - a case that cannot go on is found, too
        return True
