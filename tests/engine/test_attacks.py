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

ATTACKS = {
    "import": "__import__('os').system('true')",
    "import statement": "import os",
    "builtins by name": "__builtins__",
    "eval": "eval('1')",
    "exec": "exec('x = 1')",
    "open": "open('/etc/passwd')",
    "compile": "compile('1', 'x', 'eval')",
    "globals": "globals()",
    "getattr": "getattr(kind, 'upper')",
    "type": "type(kind)",
    "print": "print(kind)",
    "breakpoint": "breakpoint()",
    "dunder walk from a tuple": "().__class__.__bases__[0].__subclasses__()",
    "dunder walk from a text": "'a'.__class__.__mro__",
    "dunder of a value": "kind.__class__",
    "dunder of a function": "held_on.__globals__",
    "attribute of a function": "held_on.cache",
    "attribute of a call": "held_on('panel').year",
    "attribute of what a call gives": "thing().secret",
    "method of what a call gives": "thing().run()",
    "call of a call": "held_on('panel')()",
    "call of a text": "'held_on'('panel')",
    "call of a list": "[held_on][0]('panel')",
    "function as a value": "held_on",
    "function as an argument": "echo(held_on)",
    "object as a value": "thing()",
    "module as a value": "module()",
    "function given back": "function()",
    "generator given back": "generator()",
    "text with a comparison of its own": "disguised() == 'y'",
    "class of the policy": "policy.__class__",
    "hidden part of the policy": "policy._values",
    "method of the policy": "policy.items()",
    "part of a part of the policy": "policy.notice_days.real",
    "policy as a value": "policy",
    "policy called": "policy()",
    "policy in full-width letters": "\uff50olicy.__class__",
    "dunder in full-width letters": "policy.\uff3f\uff3fclass\uff3f\uff3f",
    "frame of a generator": "(x for x in parents).gi_frame.f_back",
    "list comprehension": "[x for x in parents]",
    "comprehension bomb": "[a for b in range(9**9) for a in range(9**9)]",
    "set comprehension": "{x for x in parents}",
    "dictionary comprehension": "{x: x for x in parents}",
    "generator expression": "echo(x for x in parents)",
    "lambda": "lambda: 1",
    "lambda that calls itself": "(lambda f: f(f))(lambda f: f(f))",
    "walrus": "(x := 1)",
    "await": "await held_on('panel')",
    "yield": "(yield 1)",
    "yield from": "(yield from parents)",
    "f-string": "f'{kind}'",
    "f-string with a dunder": "f'{kind.__class__}'",
    "f-string with a width": "f'{1:>1000000000}'",
    "format method": "'{0.__class__}'.format(kind)",
    "format_map": "'{a}'.format_map(parents)",
    "per-cent formatting": "'%s' % kind",
    "per-cent formatting with a width": "'%1000000000d' % 1",
    "join": "','.join(parents)",
    "text times a number": "'a' * 10**9",
    "text times a small number": "'a' * 10",
    "number times a text": "10 * 'a'",
    "list times a number": "[0] * 10",
    "text grown by adding": "long + long",
    "list grown by adding": "items + items",
    "power": "9**9**9",
    "power of a small number": "2 ** 2",
    "power by keyword": "pow(9, 9)",
    "huge number by multiplying": "n * n * n * n * n",
    "huge number written out": "9" * 1_900,
    "huge number by adding": "1000000000000000000 + 1",
    "huge number in hexadecimal": "0x" + "f" * 400,
    "left shift": "1 << 10**9",
    "right shift": "1 >> 1",
    "bitwise or": "1 | 2",
    "bitwise not": "~1",
    "matrix product": "parents @ parents",
    "infinite constant": "1e999",
    "infinite product": "1e308 * 10",
    "infinite sum": "1e308 + 1e308",
    "not a number": "1e308 * 10 - 1e308 * 10",
    "infinite by floor division": "1e308 // 1e-308",
    "infinite result of a function": "infinite()",
    "division by zero": "1 / 0",
    "bytes": "b'x'",
    "bytes of a function": "raw()",
    "ellipsis": "...",
    "complex number": "1j",
    "huge list of a function": "many()",
    "huge text of a function": "huge_text()",
    "in a huge list": "0 in many()",
    "in a huge text": "'b' in huge_text()",
    "star arguments": "held_on(*parents)",
    "star list": "[*parents]",
    "double star arguments": "held_on(**parents)",
    "double star record": "held_on(**{'kind': 'panel'})",
    "the same keyword twice": "held_on(kind='panel', kind='review')",
    "dunder keyword": "held_on(__class__=1)",
    "unknown keyword": "held_on(name='panel')",
    "too many arguments": "held_on('panel', 'review')",
    "subscript": "parents[0]",
    "slice": "parents[:1]",
    "record": "{'a': 1}",
    "set": "{1, 2}",
    "identity": "kind is None",
    "typename": "typename",
    "typename called": "typename()",
    "private name": "_kind",
    "two statements": "kind; kind",
    "two lines": "kind\nkind",
    "remark that hides the rest": "kind ==  # 'panel'\n'review'",
    "continuation": "kind == \\\n",
    "assignment": "kind = 'review'",
    "assert": "assert kind",
    "raise": "raise kind",
    "null byte": "kind\0",
    "null byte written": "'\\x00'",
    "half a character": "'\ud800'",
    "half a character written": "'\\ud800'",
    "text that turns its direction": "kind == '\u202epanel'",
    "space that is none": "kind\u00a0== 'panel'",
    "thousands of brackets": "(" * 10_000 + "1" + ")" * 10_000,
    "brackets within the length": "(" * 900 + "1" + ")" * 900,
    "lists within lists": "[" * 900 + "]" * 900,
    "calls within calls": "echo(" * 300 + "1" + ")" * 300,
    "minus upon minus": "-" * 1_990 + "1",
    "not upon not": "not " * 490 + "1",
    "if upon if": "1 if 1 else " * 160 + "1",
    "thousands of comparisons": "1" + " < 1" * 490,
    "thousands of ands": "1" + " and 1" * 300,
    "thousands of sums": "1" + "+1" * 990,
    "attributes without end": "policy" + ".a" * 900,
    "too long": "'" + "a" * 1_000_000 + "'",
    "only spaces": " " * 100_000,
    "equals signs": "=" * 1_000,
    "unfinished text": "'panel",
    "unfinished bracket": "held_on('panel'",
    "Unicode digit": "١",  # noqa: RUF001
    "encoding line": "# -*- coding: utf-7 -*-\n+AG8AcwA-",
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
