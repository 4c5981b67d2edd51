"""Steps that are done several times: by number, by list, while a condition holds."""

from tests.engine.stories import Story

PEOPLE = {"List": lambda: {"people": ["Ada", "Ben"]}}


def test_a_number_says_how_many_times_at_once() -> None:
    story = Story("so_many_times")
    assert story.did == ["Each"] * 3
    assert [(place.element, place.item) for place in story.run.tasks()] == [("Ask", "0"), ("Ask", "1")]

    story.tell("do Ask", "do Ask")

    assert story.waits == ["Read"]


def test_a_number_says_how_many_times_in_turn() -> None:
    story = Story("so_many_times_in_turn")
    assert (story.did, story.waits) == (["Each"] * 3, ["Ask"])

    story.tell("do Ask")
    assert story.waits == ["Ask"]

    story.tell("do Ask")
    assert story.waits == ["Read"]


def test_none_at_all_is_passed() -> None:
    story = Story("not_once")

    assert (story.did, story.waits) == ([], ["Read"])


def test_one_after_the_other_of_a_list() -> None:
    story = Story("one_after_the_other", services=PEOPLE)
    for person in ("Ada", "Ben"):
        (ask,) = story.run.tasks("Ask")
        assert ask.item == person
        story.tell("do Ask")

    assert story.waits == ["Read"]


def test_a_condition_says_when_enough_is_done() -> None:
    story = Story("enough_of_them", services=PEOPLE)
    assert story.waits == ["Ask", "Ask"]

    story.tell("do Ask")
    assert story.waits == ["AskInTurn"]

    story.tell("do AskInTurn", "do AskInTurn")
    assert story.waits == ["Read"]


def test_each_instance_throws_the_event_that_it_is_to_throw() -> None:
    story = Story("signal_for_each").tell("do Ask", "do Ask")
    assert (story.did, story.waits) == (["Told", "Told"], ["Ask"])

    story.tell("do Ask")

    assert sorted(story.did) == ["Next", "Told", "Told", "Told"]
    assert story.waits == ["Read"]


def test_the_first_instance_throws_the_event_that_it_is_to_throw() -> None:
    story = Story("signal_for_the_first").tell("do Ask")
    assert (story.did, story.waits) == (["Told"], ["Ask"])

    story.tell("do Ask", "do Ask")

    assert (story.did, story.waits) == (["Told", "Next"], ["Read"])


def test_an_interrupting_event_of_the_first_instance_ends_the_others() -> None:
    story = Story("escalation_for_the_first").tell("do Ask")

    assert story.did == ["Told"]
    assert story.is_over


def test_by_default_nothing_is_thrown() -> None:
    story = Story("no_signal_for_all").tell("do Ask", "do Ask")

    assert story.waits == ["Read"]


def test_a_step_goes_on_while_its_condition_holds_and_no_more_often_than_it_may() -> None:
    story = Story("while_it_holds", {"is_big": lambda _: True})
    assert story.run.tasks("Ask")[0].data == {"count": 3}

    story.tell("do Ask", "do Ask")

    assert story.did == ["Told", "Told"]
    assert story.run.tasks("Read")[0].data == {"count": 5}


def test_a_condition_is_asked_before_the_first_time_or_after_it() -> None:
    story = Story("tested_before")

    assert story.did == ["Once", "Thrice", "Thrice", "Thrice"]
