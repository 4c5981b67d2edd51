"""Expressions that try to get out, to look where they may not, or never to end. Each is refused, and at once."""

import ast
import os
import time
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from engine.errors import ExpressionError
from engine.expressions import Evaluator, check, check_names
from engine.expressions.evaluator import _Walker
from tests.engine.attacks import ATTACKS

AT_ONCE = 0.3  # seconds


class Thing:
    """What a careless fact might give: an object with attributes and a method."""

    secret = "s"

    def run(self) -> str:
        return "ran"


class Disguised(str):
    """A text with a comparison of its own."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


def held_on(kind: str) -> date:
    return date(2026, 12, 2)


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "held_on": held_on,
    "echo": lambda value: value,
    "thing": Thing,
    "disguised": lambda: Disguised("x"),
    "module": lambda: os,
    "function": lambda: held_on,
    "many": lambda: [0] * 10_000_000,
    "huge_text": lambda: "a" * 50_000_000,
    "generator": lambda: (n for n in range(3)),
    "infinite": lambda: float("inf"),
    "raw": lambda: b"x",
}
POLICY = {"notice_days": 5}
DATA: Mapping[str, object] = {
    "kind": "panel",
    "parents": ["a", "b"],
    "n": 10**17,
    "long": "a" * 9_000,
    "items": [0] * 600,
}

WITH_NAMES_OF_ITS_OWN: Mapping[str, tuple[str, dict[str, object]]] = {
    "function shadowed by a text": ("held_on('panel')", {"held_on": "2020-01-01"}),
    "function shadowed and read": ("held_on", {"held_on": "2020-01-01"}),
    "policy shadowed": ("policy.notice_days", {"policy": {"notice_days": 0}}),
    "object in the data": ("given == 1", {"given": Thing()}),
    "function in the data": ("given()", {"given": eval}),
    "huge text in the data": ("'b' in given", {"given": "a" * 50_000_000}),
    "huge list in the data": ("1 in given", {"given": [0] * 1_000_000}),
    "deep list in the data": ("given == given", {"given": "deep"}),
    "infinity in the data": ("given > 1", {"given": float("inf")}),
}


def deep() -> list[object]:
    inner: list[object] = []
    for _ in range(100_000):
        inner = [inner]
    return inner


def _evaluated(expression: str, data: Mapping[str, object]) -> None:
    Evaluator(FUNCTIONS, POLICY).evaluate(expression, data)


def _in_a_script(expression: str, data: Mapping[str, object]) -> None:
    Evaluator(FUNCTIONS, POLICY).run_script(f"x = {expression}", data)


@pytest.mark.parametrize("enter", [_evaluated, _in_a_script], ids=["expression", "script"])
@pytest.mark.parametrize("attack", [pytest.param(text, id=name) for name, text in ATTACKS.items()])
def test_attack_is_refused_at_once(attack: str, enter: Callable[[str, Mapping[str, object]], None]) -> None:
    began = time.thread_time()

    with pytest.raises(ExpressionError):
        enter(attack, DATA)

    assert time.thread_time() - began < AT_ONCE


@pytest.mark.parametrize(
    ("attack", "data"), [pytest.param(*attack, id=name) for name, attack in WITH_NAMES_OF_ITS_OWN.items()]
)
def test_attack_through_the_data_is_refused_at_once(attack: str, data: dict[str, object]) -> None:
    if data.get("given") == "deep":
        data = {"given": deep()}
    began = time.thread_time()

    with pytest.raises(ExpressionError):
        _evaluated(attack, data)

    assert time.thread_time() - began < AT_ONCE


@pytest.mark.parametrize("name", ["held_on", "policy", "typename", "__class__"])
def test_answers_cannot_take_a_name_that_expressions_rely_on(name: str) -> None:
    with pytest.raises(ExpressionError):
        check_names([name], FUNCTIONS)
    with pytest.raises(ExpressionError):
        Evaluator(FUNCTIONS, POLICY).run_script(f"{name} = 1", {})


def test_a_function_cannot_change_what_a_name_means_for_the_next_evaluation() -> None:
    evaluator = Evaluator(FUNCTIONS, POLICY)

    assert evaluator.evaluate("kind", {"kind": "panel"}) == "panel"
    with pytest.raises(ExpressionError):
        evaluator.evaluate("kind", {})


@pytest.mark.parametrize(
    "tree",
    [
        "kind.upper()",
        "(lambda: 1)()",
        "[x for x in kind]",
        "kind[0]",
        "f'{kind}'",
        "b'x'",
        "...",
        "1j",
        "kind.x",
        "(x := 1)",
    ],
)
def test_the_walk_refuses_by_itself_what_the_reading_would_have_refused(tree: str) -> None:
    walker = _Walker(FUNCTIONS, POLICY)
    walker.names = DATA

    with pytest.raises(ExpressionError):
        walker.value(ast.parse(tree, mode="eval").body)


def test_refused_expressions_are_not_kept() -> None:
    before = check.cache_info().currsize

    for n in range(50):
        with pytest.raises(ExpressionError):
            check(f"__attack_{n}")

    assert check.cache_info().currsize == before


def test_kept_expressions_are_bounded() -> None:
    for n in range(3_000):
        check(f"{n} + 1")

    assert check.cache_info().currsize <= 2_048
