"""A case that is saved and restored after every step goes on exactly like one that never was."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter

from engine.spiff import codec
from engine.spiff.calls import CallActivity
from engine.spiff.environment import FencedEngine
from engine.spiff.events import Tokens
from engine.spiff.gateways import EndJoin, InclusiveGateway, ParallelGateway
from engine.spiff.instances import ParallelInstances, SequentialInstances
from engine.spiff.specs import DecisionTask, Moment, OwnBoundaryJoin, ServiceTask
from engine.spiff.ways import IntermediateCatchEvent
from tests.engine.steps import Run
from tests.engine.twins import Twin

OURS = (
    CallActivity,
    EndJoin,
    InclusiveGateway,
    IntermediateCatchEvent,
    Moment,
    OwnBoundaryJoin,
    ParallelGateway,
    ParallelInstances,
    SequentialInstances,
)
AS_STOCK = {kind: next(DEFAULT_CONFIG[base] for base in kind.__mro__ if base in DEFAULT_CONFIG) for kind in OURS}
# The library's own way of writing a case, told about our kinds of steps.
LIBRARY = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure(
        DEFAULT_CONFIG
        | AS_STOCK
        | {Tokens: BpmnWorkflowConverter, ServiceTask: BpmnTaskSpecConverter, DecisionTask: BpmnTaskSpecConverter}
    )
)

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


def written_by_the_library(workflow: Tokens) -> Iterator[dict[str, Any]]:
    """Every task of a case with its state, place in the tree, data and bookkeeping."""
    for part in (workflow, *workflow.subprocesses.values()):
        yield {
            "spec": part.spec.name,
            "last": str(part.last_task.id) if part.last_task is not None else None,
            "completed": part.completed,
            "success": part.success,
            "data": part.data,
        }
        yield from (LIBRARY.to_dict(task) | {"all data": task.data} for task in part.tasks.values())
    yield {"waits for events": sorted(str(task) for task in workflow.event_manager.tasks)}


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
