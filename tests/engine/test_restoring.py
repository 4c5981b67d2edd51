"""A case that is saved and restored after every step goes on exactly like one that never was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.spiff import codec
from engine.spiff.environment import FencedEngine
from tests.engine.serializer import LIBRARY, written_by_the_library
from tests.engine.steps import Run
from tests.engine.twins import Twin

paths = st.lists(st.integers(0, 100), min_size=20, max_size=60)


@settings(max_examples=25)
@given(st.integers(0, 10_000), paths)
def test_the_shipped_process_goes_on_the_same_when_it_is_restored_after_every_step(seed: int, path: list[int]) -> None:
    restored, kept = Twin(seed), Twin(seed)

    for number in path:
        restored.restart()
        assert restored.standing() == kept.standing()
        if kept.workflow.is_over:
            break
        restored.act(number)
        kept.act(number)

    assert restored.standing() == kept.standing()


@settings(max_examples=15)
@given(st.integers(0, 10_000), paths)
def test_what_is_read_back_is_what_the_librarys_serializer_knows_of_the_case(seed: int, path: list[int]) -> None:
    twin = Twin(seed)
    for number in path:
        if not twin.workflow.is_over:
            twin.act(number)
    before = list(written_by_the_library(twin.workflow._workflow))

    twin.restart()

    assert list(written_by_the_library(twin.workflow._workflow)) == before


@settings(max_examples=5)
@given(st.integers(0, 10_000), paths)
def test_what_the_librarys_serializer_reads_back_is_written_the_same_by_ours(seed: int, path: list[int]) -> None:
    twin = Twin(seed)
    for number in path:
        if not twin.workflow.is_over:
            twin.act(number)

    copy = LIBRARY.deserialize_json(LIBRARY.serialize_json(twin.workflow._workflow))

    assert codec.dump(copy) == twin.workflow.dump()


def test_a_saved_case_holds_nothing_of_the_specification() -> None:
    state = Twin(1).workflow.dump()

    assert "deadlines.raise" not in state
    assert "start_of(weeks_after" not in state
    assert len(state) < 20_000


def test_a_task_for_each_of_a_list_goes_on_after_a_restart() -> None:
    run = Run("traps/collecting").advance()

    for answer in ("yes", "no"):
        run.restart()
        run.do("Ask", answer=answer)

    run.restart()
    (read,) = run.tasks()
    assert (read.element, read.data["answers"]) == ("Read", ["yes", "no"])


@pytest.mark.parametrize("rounds", [1, 3])
def test_visits_and_items_are_counted_on_after_a_restart(rounds: int) -> None:
    run = Run("traps/straight_back", {"send": lambda: True}).advance()
    for _ in range(rounds):
        run.restart()
        run.do("Ask", moved=True)

    run.restart()

    assert [(place.path, place.visit) for place in run.tasks()] == [("Work/Ask", rounds + 1)]


def test_a_restored_case_is_fenced_by_the_engine_it_is_given() -> None:
    run = Run("accepted/rearranging").advance()

    run.restart()

    assert isinstance(run.workflow._workflow.script_engine, FencedEngine)
