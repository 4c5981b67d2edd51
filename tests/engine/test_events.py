"""Events: who hears what, and what is interrupted by it."""

import pytest

from tests.engine.stories import Story


def test_a_signal_end_event_is_heard_in_the_case() -> None:
    story = Story("signal_end")
    assert story.did == []

    story.tell("do Ask")

    assert story.did == ["Told"]
    assert story.is_over


def test_a_signal_reaches_everybody_who_waits() -> None:
    story = Story("signal_thrown").tell("do Ask")

    assert sorted(story.did) == ["ToldFirst", "ToldSecond"]
    assert story.waits == ["Read"]


@pytest.mark.parametrize("diagram", ["signal_border", "signal_end_border", "escalation_thrown", "error_of_any_kind"])
def test_what_is_thrown_inside_ends_the_inside_at_once(diagram: str) -> None:
    story = Story(diagram).tell("do Ask")

    assert story.did == ["Told"]
    assert story.is_over


def test_what_is_interrupted_does_nothing_more_even_beside_who_interrupted_it() -> None:
    story = Story("interrupted_at_once").tell("do Ask")

    assert [name for name in story.did if name != "Beside"] == ["Told"]
    assert story.is_over


@pytest.mark.parametrize("diagram", ["signal_border_beside", "escalation_beside"])
def test_an_event_that_does_not_interrupt_happens_each_time(diagram: str) -> None:
    story = Story(diagram).tell("do Ask")

    assert sorted(story.did) == ["After", "Next", "Told", "Told"]
    assert story.is_over


def test_a_message_on_a_border_is_heard_again_and_again() -> None:
    story = Story("heard_again_and_again").tell("hear Hear", "hear Hear", "hear Hear")
    assert story.did == ["Told"] * 3
    assert story.waits == ["Ask", "Hear"]

    story.tell("do Ask")

    assert story.waits == ["Read"]
    assert not story.tell("do Read").waits
    assert story.is_over


def test_a_link_is_a_flow() -> None:
    for big in (False, True):
        story = Story("links", {"is_big": lambda _, big=big: big}).tell("do Ask")

        assert story.did == ["Told"]
        assert story.is_over


def test_definitions_beside_the_processes_are_those_of_the_events_that_name_them() -> None:
    story = Story("definitions_beside")
    assert story.waits == ["HearComplaint", "Wait"]

    story.tell("fire Wait")
    assert story.did == ["Told"]

    story.tell("hear HearComplaint")
    assert story.is_over


@pytest.mark.parametrize(
    ("step", "done"), [("fire Wait", "Waited"), ("do Ask", "Rung"), ("hear HearComplaint", "Complained")]
)
def test_the_first_of_several_events_ends_the_others(step: str, done: str) -> None:
    story = Story("first_event")
    assert story.waits == ["Ask", "HearComplaint", "Wait"]

    story.tell(step)

    assert story.did == [done]
    assert story.waits == ([] if step == "do Ask" else ["Ask"])


def test_events_are_waited_for_again_after_a_loop() -> None:
    story = Story("first_event_again").tell("hear Receive", "hear Receive")
    assert (story.did, story.waits) == (["Answered"] * 2, ["Receive", "Wait"])

    story.tell("fire Wait")

    assert story.is_over


@pytest.mark.parametrize(("step", "done"), [("hear Receive", "Told"), ("fire Late", "Missed")])
def test_a_receive_task_waits_for_its_message(step: str, done: str) -> None:
    story = Story("receive_task").tell(step)

    assert story.did == [done]
    assert story.is_over


def test_a_moment_may_stand_in_a_diagram_as_it_is() -> None:
    story = Story("moment_as_it_is")
    (timer,) = story.run.workflow.timers()
    assert timer.due == "2026-12-02T09:00:00+00:00"

    story.tell("fire Wait", "fire WaitAgain", "do Read")

    assert story.is_over
