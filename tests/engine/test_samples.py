"""Timers, conditions and tables tried on sample facts."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from engine.bundles import Bundle
from engine.checks import check_bundle, try_bundle
from engine.checks.samples import MOST_CALLS, NOT_TRIED
from tests.engine.drawing import Drawing, Scope
from tests.engine.shapes import REGISTRY, bundle_of

DAY = date(2026, 11, 24)


class Today:
    """Facts of which every one is of today."""

    def facts(self) -> Mapping[str, Callable[..., Any]]:
        """Every fact of the shapes."""
        moment = "2026-12-08T00:00:00+00:00"
        return {
            "opened_on": lambda: DAY,
            "weeks_after": lambda number, day: day.replace(day=day.day + number),
            "start_of": lambda _: moment,
            "is_big": lambda _: True,
        }


def drawn(draw: Callable[[Scope], None]) -> Bundle:
    drawing = Drawing()
    process = drawing.process()
    draw(process)
    drawing.close(process)
    return Bundle("shape", {**bundle_of().files, "shape.bpmn": drawing.content})


def waiting(expression: str) -> Callable[[Scope], None]:
    def draw(process: Scope) -> None:
        told, wait = process.service("Tell"), process.wait("Wait", expression)
        process.flow(process.start("Begin"), process.script("Set", "size = 3"), told, wait, process.end("Finish"))

    return draw


def choosing(condition: str) -> Callable[[Scope], None]:
    def draw(process: Scope) -> None:
        other = process.user("Other")
        which = process.exclusive("Which", default="Other")
        process.flow(process.start("Begin"), process.script("Set", "size = 3"), process.user("Ask"), which)
        process.flow(which, process.user("Big"), when=condition)
        process.flow("Big", process.end("BigEnd")), process.flow(which, other, process.end("Finish"))

    return draw


def test_a_timer_is_shown_with_its_moment() -> None:
    bundle = drawn(waiting("start_of(weeks_after(2, opened_on()))"))

    *_, tried = try_bundle(bundle, REGISTRY, Today())

    assert (tried.file, tried.element, tried.what) == ("shape.bpmn", "Wait", "timer")
    assert tried.words.endswith("→ today this would be Tue 8 Dec 2026 00:00")
    assert check_bundle(bundle, REGISTRY, sample=Today()) == []


@pytest.mark.parametrize(
    ("condition", "value", "supposing"),
    [
        ("size > 2", "yes", ""),
        ("is_big(whatever)", "yes", ""),
        ("said == 'yes'", "no", "said is something else"),
        ("size > 2 and said != 'yes'", "yes", "said is something else"),
    ],
)
def test_a_condition_is_shown_with_what_it_supposes(condition: str, value: str, supposing: str) -> None:
    *_, tried = try_bundle(drawn(choosing(condition)), REGISTRY, Today())

    assert (tried.value, tried.supposing, tried.problem) == (value, supposing, "")


@pytest.mark.parametrize(
    ("draw", "element", "problem"),
    [
        (waiting("start_of(weeks_after('2', opened_on()))"), "Wait", "TypeError"),
        (waiting("start_of(weeks_after(30, opened_on()))"), "Wait", "ValueError: day is out of range"),
        (waiting("size"), "Wait", "This gives 3, which is no moment."),
        (choosing("size > 'a'"), "Which_Big", "cannot compare a number with a text"),
        (choosing("size / (size - 3) > 1"), "Which_Big", "divides by zero"),
    ],
)
def test_what_fails_on_sample_facts_is_a_finding(draw: Callable[[Scope], None], element: str, problem: str) -> None:
    bundle = drawn(draw)

    found = check_bundle(bundle, REGISTRY, sample=Today())

    assert [finding.element for finding in found] == [element]
    assert problem in found[0].problem
    assert check_bundle(bundle, REGISTRY) == []


def test_what_might_be_right_with_other_answers_is_no_finding() -> None:
    bundle = drawn(choosing("said > 5"))

    *_, tried = try_bundle(bundle, REGISTRY, Today())

    assert "cannot compare" in tried.problem
    assert check_bundle(bundle, REGISTRY, sample=Today()) == []


def test_a_table_is_shown_with_its_cells_and_what_it_decides() -> None:
    bundle = bundle_of("accepted/deciding")

    tried = try_bundle(bundle, REGISTRY, Today())

    assert {each.what for each in tried} >= {"input", "cell", "decision"}


def test_a_file_that_asks_too_much_is_tried_so_far_and_no_further() -> None:
    asks = " and ".join(["is_big('x')"] * 40)

    def draw(process: Scope) -> None:
        which = process.exclusive("Which", default="Other")
        process.flow(process.start("Begin"), which, process.user("Other"), process.end("Finish"))
        for number in range(MOST_CALLS // 40 + 2):
            name = process.user(f"Way{number}")
            process.flow(which, name, when=asks)
            process.flow(name, process.end(f"End{number}"))

    tried = try_bundle(drawn(draw), REGISTRY, Today())

    assert tried[0].value == "yes"
    assert [each.value for each in tried[-3:]] == [NOT_TRIED] * 3
    assert check_bundle(drawn(draw), REGISTRY, sample=Today()) == []
