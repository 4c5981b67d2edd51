"""Decision tables: what their cells ask, and what their hit policies give."""

import pytest

from engine.decisions import check_decisions, read_decisions
from engine.errors import ExpressionError
from engine.expressions import Evaluator, Known
from tests.engine.dmn import NAMESPACES, Row, dmn, evaluator, read


@pytest.mark.parametrize(
    ("cell", "given", "accepts"),
    [
        ("", 1, True),
        ("-", "x", True),
        ("5", 5, True),
        ("5", 6, False),
        ("= 5", 5, True),
        ("== 5", 5, True),
        ("!= 5", 5, False),
        (">= policy.limit", 5, True),
        ("> policy.limit", 5, False),
        ("< nine()", 8, True),
        ("<= -1", -1, True),
        ("-1", -1, True),
        ("[5..9]", 5, True),
        ("[5..9]", 9, True),
        ("(5..9)", 5, False),
        ("(5..9)", 9, False),
        ("(5..9]", 9, True),
        ("[5..9)", 5, True),
        ("[ policy.limit .. nine() ]", 7, True),
        ("[0.5..1.5]", 1, True),
        ("1, 2, 3", 2, True),
        ("1, 2, 3", 4, False),
        ("< 2, [5..6], 9", 6, True),
        ("< 2, [5..6], 9", 7, False),
        ("not(1, 2)", 2, False),
        ("not(1, 2)", 3, True),
        ("not (> 5)", 5, True),
        ("not([1..2], 5)", 5, False),
        ('"panel"', "panel", True),
        ("'panel'", "panel", True),
        ("'a', \"b\"", "b", True),
        ("'a, b'", "a, b", True),
        ("'it\\'s, so'", "it's, so", True),
        ("'[a..b]'", "[a..b]", True),
        ("not('a)', 'b')", "a)", False),
        ("not('a)', 'b')", "c", True),
        ("true", True, True),
        ("false", True, False),
        ("True", True, True),
        ("1", True, False),
        ("true", 1, False),
        ("!= true", 1, True),
        ("null", None, True),
        ("null", 0, False),
        ("yes()", True, True),
        ("not yes()", False, True),
        ("[1, 2]", [1, 2], True),
        ("other", 7, True),
        ("other + 1, 3", 8, True),
        ("(1 + 2) * 3", 9, True),
    ],
)
def test_cell_accepts_its_input(cell: str, given: object, accepts: bool) -> None:
    decision = read(dmn([([cell], ["'hit'"])]))

    assert decision.evaluate(evaluator(), {"n": given, "other": 7}) == ("hit" if accepts else None)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_tables_of_every_version_are_read(namespace: str) -> None:
    assert read(dmn([(["1"], ["'x'"])], namespace=namespace)).evaluate(evaluator(), {"n": 1}) == "x"


def test_what_stands_beside_and_inside_without_deciding_is_passed_over() -> None:
    beside = "<inputData id='i' name='n'/><itemDefinition name='t'/><!-- a remark --><?remark?>"
    within = (
        "<description>d</description><variable id='v' name='v'/><informationRequirement id='q'>"
        "<requiredInput href='#i'/></informationRequirement>"
    )

    assert list(read_decisions(dmn([(["-"], ["1"])], beside=beside, within=within))) == ["d"]


def test_an_expression_of_several_cells_is_asked_once() -> None:
    decision = read(dmn([(["> nine()"], ["'a'"]), (["<= nine()"], ["'b'"])], inputs=["nine()"]))

    decided = decision.decide(evaluator(), {})

    assert decided.value == "b"
    assert decided.rules == ("r2",)
    assert decided.calls == [{"function": "nine", "arguments": [], "result": 9}]


OVERLAPPING: list[Row] = [(["> 1"], ["'c'"]), (["> 2"], ["'a'"]), (["> 3"], ["'b'"])]
VALUES = ("<output id='out' name='result'><outputValues><text>'a', \"b\", 'c'</text></outputValues></output>",)


@pytest.mark.parametrize(
    ("policy", "result"),
    [
        ("FIRST", "c"),
        ("PRIORITY", "a"),
        ("RULE ORDER", ["c", "a", "b"]),
        ("OUTPUT ORDER", ["a", "b", "c"]),
        ("COLLECT", ["c", "a", "b"]),
    ],
)
def test_hit_policy_decides_between_rules_that_apply_at_once(policy: str, result: object) -> None:
    decision = read(dmn(OVERLAPPING, outputs=VALUES, policy=f"hitPolicy='{policy}'"))

    assert decision.evaluate(evaluator(), {"n": 4}) == result
    assert decision.evaluate(evaluator(), {"n": 0}) == ([] if isinstance(result, list) else None)


@pytest.mark.parametrize("policy", ["hitPolicy='UNIQUE'", ""])
def test_unique_names_the_rules_that_apply_at_once(policy: str) -> None:
    decision = read(dmn(OVERLAPPING, policy=policy))

    assert decision.evaluate(evaluator(), {"n": 2}) == "c"
    with pytest.raises(ExpressionError, match="t: The rules r1, r2 apply at once"):
        decision.evaluate(evaluator(), {"n": 3})


def test_any_wants_the_same_result_of_all() -> None:
    decision = read(dmn([(["> 1"], ["'a'"]), (["> 2"], ["'a'"]), (["> 3"], ["'b'"])], policy="hitPolicy='ANY'"))

    assert decision.evaluate(evaluator(), {"n": 3}) == "a"
    with pytest.raises(ExpressionError, match=r"r1, r2, r3 apply at once. They must give the same result"):
        decision.evaluate(evaluator(), {"n": 4})


@pytest.mark.parametrize(
    ("how", "several", "none"), [("SUM", 6, None), ("MIN", 1, None), ("MAX", 3, None), ("COUNT", 3, 0)]
)
def test_collect_adds_up(how: str, several: int, none: object) -> None:
    rows: list[Row] = [(["> 1"], ["3"]), (["> 1"], ["1"]), (["> 1"], ["2"])]
    decision = read(dmn(rows, policy=f"hitPolicy='COLLECT' aggregation='{how}'"))

    assert decision.evaluate(evaluator(), {"n": 2}) == several
    assert decision.evaluate(evaluator(), {"n": 0}) == none


def test_adding_up_needs_numbers() -> None:
    decision = read(dmn([(["-"], ["'a'"])], policy="hitPolicy='COLLECT' aggregation='SUM'"))

    with pytest.raises(ExpressionError, match="SUM needs numbers"):
        decision.evaluate(evaluator(), {"n": 1})


def test_several_outputs_make_a_record_and_several_inputs_must_all_accept() -> None:
    outputs = ("<output id='o1' name='outcome'/>", "<output id='o2' name='days'/>")
    decision = read(dmn([(["> 1", "'x'"], ["'O1'", "policy.limit"])], inputs=["n", "kind"], outputs=outputs))

    assert decision.evaluate(evaluator(), {"n": 2, "kind": "x"}) == {"outcome": "O1", "days": 5}
    assert decision.evaluate(evaluator(), {"n": 2, "kind": "y"}) is None


def test_default_output_stands_in_when_no_rule_applies() -> None:
    default = ("<output id='o1' name='a'><defaultOutputEntry><text>'none'</text></defaultOutputEntry></output>",)
    several = (*default, "<output id='o2' name='b'/>")

    assert read(dmn([(["1"], ["'x'"])], outputs=default)).evaluate(evaluator(), {"n": 2}) == "none"
    assert read(dmn([(["1"], ["'x'", "1"])], outputs=several)).evaluate(evaluator(), {"n": 2}) == {
        "a": "none",
        "b": None,
    }


def test_an_answer_that_the_table_does_not_allow_is_an_error() -> None:
    allowed = dmn([(["-"], ["'x'"])]).replace(
        b"</inputExpression>", b"</inputExpression><inputValues id='iv'><text>1, 2</text></inputValues>"
    )
    decision = read(allowed)

    assert decision.evaluate(evaluator(), {"n": 2}) == "x"
    with pytest.raises(ExpressionError, match=r"in1: .* does not allow"):
        decision.evaluate(evaluator(), {"n": 3})


def test_a_result_that_the_table_does_not_allow_is_an_error_and_a_finding() -> None:
    xml = dmn([(["1"], ["'z'"]), (["2"], ["other"])], outputs=VALUES)

    assert check_decisions(xml, Known(names=["n", "other"])) == [
        ("r1o1", "This result is not one of those allowed for “result”.")
    ]
    with pytest.raises(ExpressionError, match="r2o1: This result is not one of those allowed"):
        read(xml).evaluate(evaluator(), {"n": 2, "other": "y"})


@pytest.mark.parametrize(
    ("row", "element"),
    [
        ((["> 'a'"], ["1"]), "r1i1"),
        ((["nowhere"], ["1"]), "r1i1"),
        ((["-"], ["nowhere"]), "r1o1"),
        ((["-"], ["1 / 0"]), "r1o1"),
        ((["eval('1')"], ["1"]), "r1i1"),
    ],
)
def test_an_error_names_the_cell(row: Row, element: str) -> None:
    with pytest.raises(ExpressionError, match=f"^{element}: "):
        read(dmn([row])).evaluate(evaluator(), {"n": 1})


def test_an_input_that_fails_is_named() -> None:
    with pytest.raises(ExpressionError, match=r"^in1: "):
        read(dmn([(["-"], ["1"])], inputs=["nowhere"])).evaluate(evaluator(), {})


@pytest.mark.rule("R007", "R008")
@pytest.mark.parametrize(
    ("unauthorised", "possible", "criteria"),
    [(9, 60, "met"), (8, 53, "ask_aeo"), (9, 61, "not_met"), (30, 60, "met"), (1, 60, "not_met")],
)
def test_exactly_the_threshold_counts_and_nothing_is_divided(unauthorised: int, possible: int, criteria: str) -> None:
    rows: list[Row] = [
        ([">= policy.share * possible_sessions()", ">= policy.sessions"], ["'met'"]),
        ([">= policy.share * possible_sessions()", "< policy.sessions"], ["'ask_aeo'"]),
        (["< policy.share * possible_sessions()", "-"], ["'not_met'"]),
    ]
    decision = read(dmn(rows, inputs=["unauthorised_sessions() * 100", "unauthorised_sessions()"]))
    facts = {"unauthorised_sessions": lambda: unauthorised, "possible_sessions": lambda: possible}

    assert decision.evaluate(Evaluator(facts, {"share": 15, "sessions": 9}), {}) == criteria
