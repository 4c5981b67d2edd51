"""What diagrams may write as expressions, what it comes to, and what a process owner reads when it cannot work."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.errors import ExpressionError
from engine.expressions import Evaluator, Known, check, check_script, problems
from engine.policy import Policy, PolicyValue

POLICY = {"notice_days": 5, "threshold_percent": 15, "threshold_sessions": 9}
DATA: Mapping[str, object] = {"kind": "panel", "meeting": "m1", "parents": ["a", "b"], "criteria": "met", "sessions": 9}


def weeks_after(n: int, day: date) -> date:
    return day + timedelta(weeks=n)


def held_on(kind: str) -> date:
    return {"panel": date(2026, 12, 2), "review": date(2027, 1, 13)}[kind]


def end_of(day: date) -> str:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC).isoformat()


def posted_in_time(meeting: str) -> bool:
    return meeting == "m1"


def opened_on() -> date:
    return date(2026, 11, 24)


FUNCTIONS = {f.__name__: f for f in (weeks_after, held_on, end_of, posted_in_time, opened_on)}


@pytest.fixture
def evaluator() -> Evaluator:
    return Evaluator(FUNCTIONS, POLICY)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("kind == 'panel'", True),
        ('kind == "review"', False),
        ("=meeting", "m1"),
        ("  = meeting  ", "m1"),
        ("criteria != 'met'", False),
        ("not posted_in_time(meeting)", False),
        ("held_on('panel')", date(2026, 12, 2)),
        ("held_on(kind='panel')", date(2026, 12, 2)),
        ("end_of(weeks_after(6, held_on('panel')))", "2027-01-13T23:59:59+00:00"),
        ("opened_on() < held_on(kind) <= weeks_after(2, opened_on())", True),
        ("100 * sessions >= policy.threshold_percent * 60", True),
        ("sessions > 3 and 'b' in parents or nowhere", True),
        ("sessions > 3 or nowhere", True),
        ("sessions < 3 and nowhere", False),
        ("'late' if sessions > policy.threshold_sessions else 'in time'", "in time"),
        ("kind in ('panel', 'review')", True),
        ("kind not in ['review']", True),
        ("'an' in kind", True),
        ("parents == ['a', 'b']", True),
        ("parents + ['c']", ["a", "b", "c"]),
        ("kind + '-' + meeting", "panel-m1"),
        ("7 // 2 + 7 % 2 - -1", 5),
        ("7 / 2", 3.5),
        ("None", None),
        ("('a', 'b')", ["a", "b"]),
        ("opened_on() == None", False),
    ],
)
def test_expressions_of_diagrams_come_to_their_value(evaluator: Evaluator, expression: str, value: object) -> None:
    assert evaluator.evaluate(expression, DATA) == value


def test_trace_tells_what_was_asked_in_the_order_of_the_answers(evaluator: Evaluator) -> None:
    evaluator.evaluate("end_of(weeks_after(policy.notice_days, held_on(kind=kind)))", DATA)

    assert evaluator.calls == [
        {"policy": "notice_days", "value": 5},
        {"function": "held_on", "arguments": [], "named": {"kind": "panel"}, "result": "2026-12-02"},
        {"function": "weeks_after", "arguments": [5, "2026-12-02"], "result": "2027-01-06"},
        {"function": "end_of", "arguments": ["2027-01-06"], "result": "2027-01-06T23:59:59+00:00"},
    ]


def test_trace_is_of_the_last_evaluation_only(evaluator: Evaluator) -> None:
    evaluator.evaluate("opened_on()", {})
    first = evaluator.calls

    evaluator.evaluate("1 + 1", {})

    assert evaluator.calls == []
    assert len(first) == 1


def test_what_is_not_reached_is_not_asked(evaluator: Evaluator) -> None:
    evaluator.evaluate("kind == 'review' and posted_in_time(meeting)", DATA)

    assert evaluator.calls == []


def test_the_bundles_policy_is_read_like_an_object() -> None:
    policy = Policy({"notice_days": PolicyValue(5, "working days", "Notice", "R033", 5)})
    evaluator = Evaluator({}, policy)

    assert evaluator.evaluate("policy.notice_days", {}) == 5
    for name in ("items", "read", "_values", "__class__"):
        with pytest.raises(ExpressionError):
            evaluator.evaluate(f"policy.{name}", {})
    with pytest.raises(ExpressionError, match="Did you mean `notice_days`"):
        evaluator.evaluate("policy.notice_day", {})


def test_script_sets_names_line_by_line_and_gives_json(evaluator: Evaluator) -> None:
    script = "kind = 'review'\n\n  met_on = held_on(kind)\r\nboth = [kind, met_on]\n"

    assert evaluator.run_script(script, {"kind": "panel", "other": 1}) == {
        "kind": "review",
        "met_on": "2027-01-13",
        "both": ["review", "2027-01-13"],
    }


@pytest.mark.parametrize(
    "script",
    [
        "", "import os", "kind", "kind == 'panel'", "kind += 'x'", "a = b = 1", "a, b = 1, 2", "a.b = 1", "a[0] = 1",
        "a = 1; b = 2", "a: int = 1", "del kind", "x = (y := 1)", "for x in y: pass", "if x: y = 1", "held_on = 'x'",
        "policy = 1", "typename = 'x'", "__class__ = 1", "_x = 1", "class = 1", "é = 1", "# only a remark",
        "= 1", "a =",
    ],
)  # fmt: skip
def test_script_holds_only_lines_that_set_a_name(evaluator: Evaluator, script: str) -> None:
    with pytest.raises(ExpressionError):
        evaluator.run_script(script, {"kind": "panel"})


def test_checking_tells_what_an_expression_uses() -> None:
    checked = check("end_of(weeks_after(policy.review_weeks, held_on(kind))) if sessions else None")

    assert checked.names == {"kind", "sessions"}
    assert checked.functions == {"end_of", "weeks_after", "held_on"}
    assert checked.policy == {"review_weeks"}
    assert check("kind").policy == frozenset()
    assert [line.name for line in check_script("a = 1\nb = a")] == ["a", "b"]


def test_checking_tells_what_is_not_known_where_the_expression_stands() -> None:
    known = Known(names=["kind"], functions=FUNCTIONS, policy=["notice_days"])

    assert problems(check("end_of(weeks_after(policy.notice_days, held_on(kind)))"), known) == []
    found = problems(check("knd or hold_on(1) or policy.notice_das or weeks_after(6)"), known)

    assert [sentence.split(" or `")[0].split(" Known")[0].strip("?") for sentence in found] == [
        "`knd` is not a name that a diagram can use. Did you mean `kind`",
        "`hold_on` is not a function that a diagram can call. Did you mean `held_on()`",
        "`policy.notice_das` is not in the policy. Did you mean `notice_days`",
        "`weeks_after` is called with the wrong arguments. Write `weeks_after(n, day)`.",
    ]


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        (
            "dates",
            "`dates` is not a name that a diagram can use. Known here: criteria, kind, meeting, parents, sessions",
        ),
        ("metting", "Did you mean `meeting`?"),
        ("opened_on", "`opened_on` is a function. Write `opened_on(…)`"),
        ("meeting()", "`meeting` is a value, not a function. Write `meeting` without brackets."),
        ("open_on()", "Did you mean `opened_on()`"),
        ("kind == true", "Write `True`."),
        ("kind = 'panel'", "Write == to compare two values."),
        ("kind == \u2018panel\u2019", "Write straight quotes: 'panel'"),
        ("kind == 'panel' && meeting", "Write `and`, `or` and `not` in words."),
        ("!posted_in_time(meeting)", "Write `and`, `or` and `not` in words."),
        ("kind ==\n'panel'", "Write the expression on one line."),
        ("kind is None", "Write `==` instead of `is`."),
        ("policy", "Write which number is meant: `policy.notice_days`."),
        ("policy.notice", "Did you mean `notice_days`?"),
        ("kind.upper()", "values have no methods"),
        ("parents[0]", "cannot take a list apart"),
        ("kind < 5", "`<` cannot compare a text with a number."),
        ("opened_on() + 7", "Use a function for days"),
        ("sessions / 0", "`/` divides by zero."),
        ("sessions in 9", "`in` looks into a list or a text, not into a number."),
        ("weeks_after(6)", "Write `weeks_after(n, day)`."),
        ("posted_in_time(meeting", "cannot be read at character 15"),
        ("meeting\u200b", "Character 8 cannot be seen (U+200B)."),
        ("", "There is no expression here."),
        ("=", "There is no expression here."),
    ],
)
def test_an_error_says_what_to_write_instead(evaluator: Evaluator, expression: str, sentence: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        evaluator.evaluate(expression, DATA)

    assert sentence in str(refused.value)
    assert expression.strip().removeprefix("=") == "" or "In: " in str(refused.value)


def test_what_a_function_raises_passes_unchanged_with_the_expression_noted() -> None:
    def broken() -> None:
        raise ConnectionError("the line is down")

    def confused(day: date) -> int:
        return day + 1  # type: ignore[operator, no-any-return]

    evaluator = Evaluator({"broken": broken, "confused": confused}, {})

    with pytest.raises(ConnectionError, match="the line is down") as raised:
        evaluator.evaluate("1 + broken()", {})
    assert raised.value.__notes__ == ["In the expression: 1 + broken()"]
    with pytest.raises(TypeError, match="can only concatenate"):
        evaluator.evaluate("confused('x')", {})


def test_evaluator_refuses_to_be_made_with_functions_that_must_not_be_reached() -> None:
    for name, function in (("policy", held_on), ("typename", held_on), ("_x", held_on), ("run", eval), ("if", held_on)):
        with pytest.raises(ValueError, match=r"\w"):
            Evaluator({name: function}, {})
