"""Splits, joins and the values that travel along: with gateways and without."""

import pytest
from SpiffWorkflow.exceptions import WorkflowException

from engine.spiff.gateways import NoWay
from tests.engine.stories import Story


def test_several_flows_from_a_step_are_all_taken_and_several_into_one_do_not_wait() -> None:
    story = Story("split_and_merge").tell("do Ask")

    assert sorted(story.did) == ["Both", "Both", "First", "Second"]
    assert story.is_over


def test_several_flows_from_an_event_are_all_taken() -> None:
    story = Story("ways_out_of_events").tell("do Ask")

    assert sorted(story.did) == ["First", "Second", "Third"]
    assert story.is_over


@pytest.mark.parametrize(
    ("big", "done"),
    [({"that", "them"}, ["Big", "Huge"]), ({"that"}, ["Big"]), ({"them"}, ["Huge"]), (set(), ["Else"])],
)
def test_conditions_on_the_flows_of_a_task_are_asked(big: set[str], done: list[str]) -> None:
    story = Story("conditions_after_a_task", {"is_big": lambda what: what in big}).tell("do Ask")

    assert sorted(story.did) == done
    assert story.is_over


@pytest.mark.parametrize(("big", "done"), [(True, ["Always", "Big"]), (False, ["Always"])])
def test_a_flow_without_a_condition_is_always_taken(big: bool, done: list[str]) -> None:
    story = Story("condition_beside_an_open_way", {"is_big": lambda _: big}).tell("do Ask")

    assert sorted(story.did) == done


@pytest.mark.parametrize(
    ("big", "done"),
    [({"that", "them"}, ["Big", "Huge"]), ({"that"}, ["Big"]), ({"them"}, ["Huge"]), (set(), ["Else"])],
)
def test_an_inclusive_join_waits_for_those_that_were_sent(big: set[str], done: list[str]) -> None:
    story = Story("inclusive", {"is_big": lambda what: what in big}).tell("do Ask")

    assert [*sorted(story.did[:-1]), story.did[-1]] == [*done, "Next"]
    assert story.is_over


def test_a_parallel_join_in_a_loop_waits_for_both_in_every_round() -> None:
    rounds: list[bool] = [True, True, False]
    story = Story("join_in_a_loop", {"is_big": lambda _: rounds.pop(0)})

    for _ in range(3):
        assert story.waits == ["Left", "Right"]
        story.tell("do Left")
        assert story.waits == ["Right"]
        story.tell("do Right")

    assert story.is_over


def test_two_flows_from_one_step_to_a_join_are_two() -> None:
    story = Story("two_flows_to_a_join")

    assert (story.did, story.waits) == (["Next"], ["Read"])


@pytest.mark.parametrize("kind", ["ways", "exclusive_ways", "inclusive_ways"])
def test_no_way_at_all_is_said_and_not_passed_over(kind: str) -> None:
    with pytest.raises((NoWay, WorkflowException), match=r"no condition holds|No conditions satisfied"):
        Story(f"refused/{kind}_that_may_all_be_closed", {"is_big": lambda _: False}).tell("do Ask")


@pytest.mark.parametrize("order", [("do Left", "do Right"), ("do Right", "do Left")])
def test_each_branch_brings_what_it_has_changed(order: tuple[str, str]) -> None:
    story = Story("values_of_branches").tell(*order)
    (read,) = story.run.tasks("Read")
    assert (read.data["first"], read.data["second"]) == ("new", "new")

    story.tell("do Read", *(f"do Work{step.removeprefix('do ')}" for step in order))

    (read,) = story.run.tasks("ReadAgain")
    assert read.data == {"first": "new", "second": "new", "third": "new"}


def test_a_call_hands_over_nothing_that_is_not_declared() -> None:
    story = Story("call_without_values")
    (ask,) = story.run.tasks("Ask")
    assert ask.data == {"kind": "review"}

    story.tell("do Ask")

    assert story.did == []
    assert story.is_over


def test_a_called_process_may_be_ended_at_once_and_gives_back_what_it_declares() -> None:
    story = Story("call_ended_at_once")
    assert story.waits == ["Ask", "Other"]

    story.tell("do Ask")

    (read,) = story.run.tasks()
    assert (read.element, read.data) == ("Read", {"kind": "panel", "held": True})


def test_ids_that_the_library_uses_itself_are_not_taken_for_its_own() -> None:
    story = Story("ids_of_the_library")
    assert story.waits == ["Root"]

    story.tell("do Root")
    assert story.waits == ["End"]

    story.tell("do End")
    assert story.is_over
