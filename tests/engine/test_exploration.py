"""Telling every story of a bundle finds where a case hangs, goes round, fails or never ends, and only that."""

import json
from collections.abc import Callable

import pytest

from engine.bundles import Bundle
from engine.errors import BundleRefused
from engine.exploration import Bounds, Explored, Search, Story, World, retell
from engine.policy import Policy
from tests.engine.drawing import Drawing, Scope
from tests.engine.shapes import DIAGRAMS, REGISTRY, bundle_of

ACCEPTED = sorted(path.stem for path in (DIAGRAMS / "accepted").iterdir())


def drawn(draw: Callable[[Scope], None], invariants: object = None) -> World:
    """The world of one process, with what must hold in it."""
    drawing = Drawing()
    process = drawing.process()
    draw(process)
    drawing.close(process)
    files = {**bundle_of().files, "shape.bpmn": drawing.content}
    if invariants is not None:
        files["invariants.json"] = json.dumps(invariants).encode()
    return World.of(Bundle("shape", files), REGISTRY)


def explored(draw: Callable[[Scope], None], **bounds: int) -> Explored:
    """What is found out about one process."""
    return Search(drawn(draw), Bounds(**bounds)).run()


def problems(found: Explored) -> list[tuple[str, str]]:
    """What is wrong, without what no story comes to because of it."""
    return [(breach.kind, breach.element) for breach in found.breaches if breach.kind != "unreached"]


def waits_for_both(process: Scope) -> None:
    process.start("Begin"), process.user("Ask"), process.exclusive("Which", default="Left"), process.user("Left")
    process.user("Right"), process.parallel("Both"), process.end("Finish")
    process.flow("Begin", "Ask", "Which", "Left", "Both", "Finish")
    process.flow("Which", "Right", when="said == 'right'")
    process.flow("Right", "Both")


def goes_on_for_ever(process: Scope) -> None:
    process.start("Begin"), process.exclusive("Again"), process.user("Ask"), process.end("Finish")
    process.exclusive("More", default="Again")
    process.flow("Begin", "Again", "Ask", "More", "Again")
    process.flow("More", "Finish", when="1 == 2")


def goes_round(process: Scope) -> None:
    process.start("Begin"), process.exclusive("Again"), process.service("Try"), process.end("Finish")
    process.exclusive("Worked", default="Again")
    process.flow("Begin", "Again", "Try", "Worked", "Again")
    process.flow("Worked", "Finish", when="is_big('that')")


def has_no_way(process: Scope) -> None:
    process.start("Begin"), process.user("Ask"), process.exclusive("Which")
    process.end("Left"), process.end("Right")
    process.flow("Begin", "Ask", "Which")
    process.flow("Which", "Left", when="said == 'left'")
    process.flow("Which", "Right", when="said == 'right'")


@pytest.mark.parametrize(
    ("draw", "found"),
    [
        (waits_for_both, [("stuck", "Right"), ("stuck", "Left")]),
        (goes_on_for_ever, [("endless", "")]),
        (goes_round, [("restless", "Finish")]),
        (has_no_way, [("incident", "Which")]),
    ],
)
def test_what_goes_wrong_in_some_story_is_found(draw: Callable[[Scope], None], found: list[tuple[str, str]]) -> None:
    assert problems(explored(draw)) == found


def test_the_story_says_what_was_done_answered_and_so() -> None:
    world = drawn(waits_for_both)

    stuck = Search(world).run().breaches[0]

    assert stuck.story.lines(world) == [
        "1. A case is opened",
        "2. Done: Ask (Ask) – said = right",
        "3. Done: Right (Right)",
    ]


def test_a_story_that_was_written_down_is_told_again_to_the_same_end() -> None:
    world = drawn(waits_for_both)
    stuck = Search(world).run().breaches[0]

    told = Story.read(json.loads(json.dumps(stuck.story.as_json())))

    assert retell(world, told) == [stuck.problem]


def test_a_story_of_another_bundle_cannot_be_told() -> None:
    story = Search(drawn(waits_for_both)).run().breaches[0].story

    with pytest.raises(LookupError, match="Nothing waits at Right"):
        retell(drawn(has_no_way_out_but_asks_once_more), story)


def has_no_way_out_but_asks_once_more(process: Scope) -> None:
    process.start("Begin"), process.user("Ask"), process.user("AskAgain"), process.end("Finish")
    process.flow("Begin", "Ask", "AskAgain", "Finish")


def test_each_answer_that_a_condition_asks_for_is_given_and_one_that_is_none_of_them() -> None:
    world = drawn(has_no_way)

    assert world.flow.answers.together(["said"]) == [{"said": "left"}, {"said": "right"}, {"said": "anything else"}]


def test_numbers_are_tried_on_both_sides_of_what_they_are_compared_with() -> None:
    def draw(process: Scope) -> None:
        process.start("Begin"), process.user("Ask"), process.exclusive("Many", default="Few"), process.end("Lots")
        process.end("Few")
        process.flow("Begin", "Ask", "Many", "Few")
        process.flow("Many", "Lots", when="number >= 9")

    assert drawn(draw).flow.answers.of("number") == [8, 9, 10, "anything else"]


@pytest.mark.parametrize("name", ACCEPTED)
def test_foretelling_what_is_known_changes_nothing_that_is_found(name: str) -> None:
    world = World.of(bundle_of(f"accepted/{name}"), REGISTRY)

    foretelling, executing = Search(world, Bounds(alike=2)), Search(world, Bounds(alike=2, foretells=False))

    assert foretelling.run().breaches == executing.run().breaches
    assert foretelling.states.keys() == executing.states.keys()


def test_foretelling_saves_executing_what_goes_on_side_by_side() -> None:
    world = drawn(side_by_side)
    foretelling, executing = Search(world), Search(world, Bounds(foretells=False))

    found, all_executed = foretelling.run(), executing.run()

    assert foretelling.states.keys() == executing.states.keys()
    assert found.executed < all_executed.executed / 2
    assert found.executed + found.foretold == all_executed.executed


def side_by_side(process: Scope) -> None:
    process.start("Begin"), process.parallel("Fork")
    process.flow("Begin", "Fork")
    for branch in ("A", "B", "C"):
        process.user(f"{branch}1"), process.user(f"{branch}2"), process.user(f"{branch}3"), process.end(f"{branch}End")
        process.flow("Fork", f"{branch}1", f"{branch}2", f"{branch}3", f"{branch}End")


def test_reports_of_one_kind_wait_together_up_to_the_bound() -> None:
    def draw(process: Scope) -> None:
        work = process.subprocess("Work")
        work.start("WorkBegins"), work.parallel("Fork"), work.user("Ask"), work.end("Done", event="terminate")
        (
            work.exclusive("Listen"),
            work.hear("Hear", "News"),
            work.parallel("AndOn"),
            work.user("Read"),
            work.end("WasRead"),
        )
        work.flow("WorkBegins", "Fork", "Ask", "Done")
        work.flow("Fork", "Listen", "Hear", "AndOn", "Listen")
        work.flow("AndOn", "Read", "WasRead")
        process.start("Begin"), process.close(work), process.end("Finish")
        process.flow("Begin", "Work", "Finish")

    one, three = explored(draw), explored(draw, alike=3)

    assert (one.states, three.states) == (3, 5)
    assert problems(one) == problems(three) == []


def test_deadlines_counted_from_one_day_fire_in_their_order() -> None:
    def draw(process: Scope) -> None:
        process.start("Begin"), process.user("Ask"), process.end("Finish")
        process.border("Late", "Ask", date="start_of(weeks_after(policy.review_weeks, opened_on()))", interrupts=True)
        process.border("Early", "Ask", date="start_of(weeks_after(2, opened_on()))", interrupts=True)
        process.end("WasLate"), process.end("WasEarly")
        process.flow("Begin", "Ask", "Finish")
        process.flow("Late", "WasLate"), process.flow("Early", "WasEarly")

    found = explored(draw)

    assert "WasEarly" in found.reached
    assert "WasLate" not in found.reached


def test_steps_for_each_of_a_list_are_tried_with_one_and_with_two() -> None:
    def draw(process: Scope) -> None:
        process.start("Begin"), process.service("List", handler="shape.list", result="people")
        process.user("Ask", each_of="people", item="person"), process.end("Finish")
        process.flow("Begin", "List", "Ask", "Finish")

    search = Search(drawn(draw))
    search.run()

    items = [{item for (_, item, _), _ in standing.spots if item} for standing in search.states]
    assert {"one", "two"} in items
    assert {"one"} in items


MUST_HOLD = {
    "marks": {"asked": {"set": ["task shape.accept done"]}},
    "rules": [
        {"id": "asked", "rule": "R001", "says": "Ask first.", "when": ["service shape.do"], "holds": "asked"},
        {"id": "armed", "rule": "R002", "says": "Wait.", "after": ["task Ask done"], "holds": "armed('review_weeks')"},
        {"id": "open", "rule": "", "says": "Ask before it ends.", "when": ["case * ends"], "holds": "asked"},
    ],
}


def tells_before_it_asks(process: Scope) -> None:
    process.start("Begin"), process.service("Tell"), process.user("Ask"), process.end("Finish")
    process.wait("Wait", "start_of(weeks_after(policy.review_weeks, opened_on()))")
    process.flow("Begin", "Tell", "Ask", "Wait", "Finish")


def test_an_invariant_is_watched_at_what_happens_and_at_the_rest_after_it() -> None:
    world = drawn(tells_before_it_asks, MUST_HOLD)

    assert [(b.kind, b.element, b.rule) for b in Search(world).run().breaches] == [("invariant", "asked", "R001")]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ([], "invariants.json"),
        ({"marks": {"asked": {}}, "rules": []}, "'set'"),
        ({"marks": {"asked": {"set": ["task"]}}, "rules": []}, "such as"),
        ({"marks": {}, "rules": [{"id": "a", "rule": "", "says": "", "holds": "askd"}]}, "a: `askd` is not a name"),
        (
            {
                "marks": {},
                "rules": [{"id": "a", "rule": "", "says": "", "when": ["task A done"], "holds": "armed('b')"}],
            },
            "`armed` is not a function",
        ),
        ({"marks": {}, "rules": [{"id": "a", "rule": "", "says": "", "holds": "__import__('os')"}]}, "a: "),
    ],
)
def test_invariants_that_cannot_be_read_are_refused_with_the_reason(wrong: object, named: str) -> None:
    with pytest.raises(BundleRefused, match="invariants") as refused:
        drawn(tells_before_it_asks, wrong)

    assert named in str(refused.value)


def test_an_exploration_gives_up_where_there_is_too_much_and_says_so() -> None:
    found = explored(side_by_side, states=10)

    assert not found.complete
    assert found.states <= 20


def test_a_bundle_without_policy_or_invariants_is_explored_too() -> None:
    assert isinstance(drawn(has_no_way).process.policy, Policy)
    assert drawn(has_no_way).rules.rules == ()
