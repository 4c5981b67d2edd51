"""Random diagrams on random paths: a case that is restored before every step stands as one that never was.

`make replay` compares 50,000.
"""

from typing import Any

import pytest

from engine.bundles import Bundle, compile_bundle
from engine.checks import check_bundle
from engine.spiff import codec
from tests.engine.drawing import Drawing
from tests.engine.random_diagrams import random_bundle
from tests.engine.replaying import PATHS, replay, replay_all
from tests.engine.shapes import REGISTRY, bundle_of
from tests.engine.twins import Twin

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


def test_what_is_repeated_in_a_phase_that_is_cut_off_leaves_nothing_behind() -> None:
    drawing = Drawing()
    process = drawing.process()
    phase = process.subprocess("Phase")
    each = phase.subprocess("Each", each_of="people", item="person")
    each.flow(each.start("EachBegins"), each.user("Ask"), each.end("EachDone"))
    listed = phase.service("List", handler="shape.list", result="people")
    phase.flow(phase.start("PhaseBegins"), listed, phase.close(each), phase.end("PhaseOver"))
    process.flow(process.start("Begin"), process.close(phase), process.user("Read"), process.end("Finish"))
    process.flow(process.border("Stop", "Phase", message="Stopping"), process.user("Stopped"), process.end("Over"))
    drawing.close(process)
    twin = Twin(1, compile_bundle(Bundle("shape", bundle_of().files | {"shape.bpmn": drawing.content})), REGISTRY)
    asked = [place.path for place in twin.workflow.user_tasks()]

    (stop,) = twin.workflow.listeners()
    twin.workflow.hear(stop.token, {})
    twin.workflow.advance()
    twin.restart()

    assert asked == ["Phase/Each[Ada]/Ask", "Phase/Each[Ben]/Ask"]
    assert [place.path for place in twin.workflow.user_tasks()] == ["Stopped"]
    assert len(twin.workflow._workflow.subprocesses) == 1


@pytest.mark.parametrize("lost", PLACES)
def test_a_codec_that_forgets_something_of_a_task_is_found(lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, written = PLACES[lost], codec._dump_task

    def forgetting(*of: Any) -> list[Any]:
        told = written(*of)
        if len(told) > place:
            told[place] = type(told[place])()
        return told

    monkeypatch.setattr(codec, "_dump_task", forgetting)

    assert any(replay(number).difference for number in range(0, 40 * PATHS, PATHS // 2))


def test_a_codec_that_turns_children_round_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    written = codec._dump_task

    def turning(*of: Any) -> list[Any]:
        told = written(*of)
        told[2] = told[2][::-1]
        return told

    monkeypatch.setattr(codec, "_dump_task", turning)

    assert any(replay(number).difference for number in range(0, 40 * PATHS, PATHS // 2))
