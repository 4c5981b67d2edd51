"""What expressions may not exceed, and what may enter and leave a case's data."""

import contextlib
import gc
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ExpressionError
from engine.expressions import Evaluator, check_names, to_json_value
from engine.expressions.limits import CHARACTERS, DEPTH, ITEMS, MAGNITUDE, NODES, TEXT, WORK
from engine.expressions.values import check_value

FUNCTIONS: Mapping[str, Callable[..., object]] = {"held_on": lambda kind: kind, "opened_on": lambda: date(2026, 11, 24)}
POLICY = {"notice_days": 5}
DATA = {"kind": "panel", "meeting": "m1", "parents": ["a", "b"]}


@pytest.fixture
def evaluator() -> Evaluator:
    return Evaluator(FUNCTIONS, POLICY)


@pytest.mark.parametrize(
    "name", ["policy", "typename", "held_on", "class", "None", "_x", "__class__", "a b", "", "é", "x" * 61]
)
def test_names_that_no_value_may_have_are_refused(name: str) -> None:
    with pytest.raises(ExpressionError, match="name"):
        check_names({"kind": 1, name: 1}, FUNCTIONS)


def test_plain_names_are_accepted() -> None:
    check_names({"kind": "panel", "meeting_2": 1, "Outcome": None}, FUNCTIONS)


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (None, None),
        (True, True),
        (5, 5),
        (0.5, 0.5),
        ("a", "a"),
        (date(2026, 12, 2), "2026-12-02"),
        (datetime(2026, 12, 2, 9, tzinfo=UTC), "2026-12-02T09:00:00+00:00"),
        (("a", [date(2026, 12, 2)]), ["a", ["2026-12-02"]]),
        ({"a": {"b": (1,)}}, {"a": {"b": [1]}}),
    ],
)
def test_what_leaves_an_expression_is_json(value: object, json: object) -> None:
    assert to_json_value(value) == json


@pytest.mark.parametrize(
    "value",
    [
        float("inf"), float("nan"), -float("inf"), [float("inf")], {"a": float("nan")}, b"x", 1j, ..., {1}, {1: "a"},
        {None: 1}, object(), print, timedelta(1), datetime(2026, 12, 2), "\x00", "\ud800", {"\ud800": 1}, 10**18 + 1,  # noqa: DTZ001
    ],
    ids=lambda value: "an object" if type(value) is object else repr(value),
)  # fmt: skip
def test_what_the_stored_state_cannot_hold_does_not_leave(value: object) -> None:
    with pytest.raises(ExpressionError):
        to_json_value(value)


def test_a_long_text_may_leave_but_not_enter_an_expression() -> None:
    minutes = "a" * (TEXT + 1)

    assert to_json_value({"minutes": minutes}) == {"minutes": minutes}
    with pytest.raises(ExpressionError, match="more than 10,000 characters"):
        Evaluator({}, {}).evaluate("minutes", {"minutes": minutes})


def test_a_value_that_holds_itself_does_not_leave() -> None:
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(ExpressionError, match="nested deeper"):
        to_json_value(endless)


@pytest.mark.parametrize(
    ("allowed", "too_much"),
    [
        ("'" + "a" * (CHARACTERS - 2) + "'", "'" + "a" * (CHARACTERS - 1) + "'"),
        ("[" + "1," * (NODES - 1) + "]", "[" + "1," * NODES + "]"),
        ("-" * (DEPTH - 1) + "1", "-" * DEPTH + "1"),
        (str(MAGNITUDE), str(MAGNITUDE + 1)),
        (f"{MAGNITUDE} - 1", f"{MAGNITUDE} + 1"),
        ("longest", "longest + 'a'"),
        ("fullest", "fullest + ['a']"),
        ("len_one * 1e308", "ten * 1e308"),
    ],
    ids=["characters", "nodes", "depth", "magnitude", "sum", "text", "list", "float"],
)
def test_bounds_count_exactly(evaluator: Evaluator, allowed: str, too_much: str) -> None:
    data = {"longest": "a" * TEXT, "fullest": ["a"] * ITEMS, "len_one": 1, "ten": 10}

    evaluator.evaluate(allowed, data)
    with pytest.raises(ExpressionError):
        evaluator.evaluate(too_much, data)


def test_values_from_outside_are_bounded_too() -> None:
    evaluator = Evaluator({"many": lambda: [1] * (ITEMS + 1), "long": lambda: "a" * (TEXT + 1)}, {})

    for expression in ("many()", "long()", "given", "nested"):
        with pytest.raises(ExpressionError, match="more than"):
            evaluator.evaluate(expression, {"given": "a" * (TEXT + 1), "nested": [[1] * 600] * 2})


def test_steps_are_counted_over_all_lines_of_a_script() -> None:
    line = "x=" + "-" * (DEPTH - 1) + "1\n"

    with pytest.raises(ExpressionError, match="1,000 steps"):
        Evaluator({}, {}).run_script(line * (CHARACTERS // len(line)), {})


def test_work_is_bounded_by_what_is_looked_at_and_never_by_a_clock() -> None:
    collections = 0

    def slow() -> int:
        nonlocal collections
        began = time.thread_time()
        while time.thread_time() - began < 0.3:
            collections += gc.collect(0) >= 0
        return 1

    evaluator = Evaluator({"slow": slow}, {})
    data = {"f": ["a"] * (ITEMS - 1)}
    line = "x=f==f and f==f and f==f\n"
    looked_at = 6 * ITEMS + 3 + 1

    assert evaluator.evaluate("slow() + slow()", {}) == 2
    assert collections
    evaluator.run_script(line * (WORK // looked_at - 1), data)
    with pytest.raises(ExpressionError, match=r"looks at more than 250,000 values"):
        evaluator.run_script(line * (WORK // looked_at + 1), data)


def test_long_texts_are_more_to_look_at_than_short_ones() -> None:
    assert [check_value("a" * number) for number in (0, 99, 100, TEXT)] == [1, 1, 2, 101]
    assert check_value([1, ["a" * 100, {}], True]) == 1 + 1 + 2 + 1


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_either_evaluated_or_refused(text: str) -> None:
    evaluator = Evaluator(FUNCTIONS, POLICY)

    with contextlib.suppress(ExpressionError):
        to_json_value(evaluator.evaluate(text, DATA))


SCRAPS = (
    "kind meeting parents policy .notice_days .x opened_on() str( ( [ ] { } , 'a' 1 1.5 0 1e308 == != < <= = + - * / "
    "// % ** and or not in is if else lambda: for x None True ... f'{kind}' := @ ~ & | ^ >> : ; \n"
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(SCRAPS.split(" ")), max_size=12).map(" ".join))
def test_scraps_of_the_language_are_either_evaluated_or_refused(text: str) -> None:
    evaluator = Evaluator({"str": str, "opened_on": FUNCTIONS["opened_on"]}, POLICY)

    with contextlib.suppress(ExpressionError):
        to_json_value(evaluator.evaluate(text, DATA))
