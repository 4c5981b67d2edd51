"""Decision tables as other tools write them: each with cases of what goes in and what must come out."""

from collections.abc import Mapping, Sequence

import pytest

from engine.decisions import Tried, try_decision
from engine.expressions import JSON
from tests.engine.dmn import Row, data, dmn

Asked = Mapping[str, JSON]
OUT = "<output id='out' name='result'/>"
ORDERED = '<output id=\'out\' name=\'result\'><outputValues><text>"high","medium","low"</text></outputValues></output>'


def tried(xml: bytes, inputs: Asked) -> Tried:
    return try_decision(xml, decision="d", inputs=inputs)


AGE: Sequence[Row] = [(["< 18"], ['"child"']), (["[18..65)"], ['"adult"']), ([">= 65"], ['"senior"'])]
GRADE: Sequence[Row] = [(['"A","B"'], ['"good"']), (['not("A","B")'], ['"other"'])]
NAMED: Sequence[Row] = [([">= 700", "true"], ['"accept"']), (["< 700", "-"], ['"decline"'])]
DAYS: Sequence[Row] = [
    (['< date("2026-01-01")'], ['"before"']),
    (['[date("2026-01-01")..date("2026-12-31")]'], ['"within"']),
    (['> date("2026-12-31")'], ['"after"']),
]
MOMENTS: Sequence[Row] = [(['>= date and time("2026-01-01T00:00:00Z")'], ["true"]), (["-"], ["false"])]
OVERLAP: Sequence[Row] = [
    (["> 10"], ['"low"']),
    (["> 20"], ['"high"']),
    (["> 30"], ['"medium"']),
]
POINTS: Sequence[Row] = [(["> 10"], ["1"]), (["> 20"], ["5"]), (["> 30"], ["2.5"])]
SPANS: Sequence[Row] = [
    (["]1..5["], ['"inside"']),
    (["[5..10["], ['"upper"']),
    (["(10..20], 100"], ['"far"']),
]


@pytest.mark.parametrize(
    ("xml", "cases"),
    [
        pytest.param(
            dmn(AGE, inputs=["age"], beside=data(age="number")),
            [
                ({"age": 17}, "child"),
                ({"age": 18}, "adult"),
                ({"age": 64.9}, "adult"),
                ({"age": 65}, "senior"),
                ({"age": None}, None),
                ({}, None),
            ],
            id="ranges and nothing given",
        ),
        pytest.param(
            dmn(GRADE, inputs=["grade"], beside=data(grade="string")),
            [({"grade": "A"}, "good"), ({"grade": "B"}, "good"), ({"grade": "C"}, "other"), ({"grade": ""}, "other")],
            id="alternatives and not",
        ),
        pytest.param(
            dmn(
                NAMED,
                inputs=["Credit Score", "Is Affordable"],
                beside=data(Credit_Score="number", Is_Affordable="boolean"),
            ),
            [
                ({"Credit Score": 700, "Is Affordable": True}, "accept"),
                ({"Credit Score": 700, "Is Affordable": False}, None),
                ({"Credit Score": 699, "Is Affordable": None}, "decline"),
                ({"Credit Score": 700}, None),
            ],
            id="names with spaces",
        ),
        pytest.param(
            dmn(DAYS, inputs=["on"], beside=data(on="date")),
            [
                ({"on": "2025-12-31"}, "before"),
                ({"on": "2026-01-01"}, "within"),
                ({"on": "2026-12-31"}, "within"),
                ({"on": "2027-01-01"}, "after"),
                ({"on": None}, None),
            ],
            id="days",
        ),
        pytest.param(
            dmn(MOMENTS, inputs=["at"], beside=data(at="dateTime"), policy="hitPolicy='FIRST'"),
            [({"at": "2026-01-01T00:00:00+00:00"}, True), ({"at": "2026-01-01T00:30:00+01:00"}, False)],
            id="moments",
        ),
        pytest.param(
            dmn(SPANS, inputs=["n"], beside=data(n="number")),
            [
                ({"n": 1}, None),
                ({"n": 2}, "inside"),
                ({"n": 5}, "upper"),
                ({"n": 10}, None),
                ({"n": 20}, "far"),
                ({"n": 100}, "far"),
            ],
            id="open ranges and lists of ranges",
        ),
        pytest.param(
            dmn([(['["a".."c"]'], ["1"]), (['> "c"'], ["2"])], inputs=["s"], beside=data(s="string")),
            [({"s": "b"}, 1), ({"s": "c"}, 1), ({"s": "ca"}, 2), ({"s": "B"}, None)],
            id="ranges of texts",
        ),
        pytest.param(
            dmn([(["null"], ['"none"']), (["not(null)"], ['"some"'])]),
            [({"n": None}, "none"), ({"n": 0}, "some"), ({"n": False}, "some")],
            id="null itself",
        ),
        pytest.param(
            dmn([(["not(> 5)"], ['"small"'])]),
            [({"n": 5}, "small"), ({"n": 6}, None), ({"n": None}, None)],
            id="not of what nobody can say",
        ),
        pytest.param(
            dmn([(["[1, 2, 3]"], ['"listed"']), (["> 3"], ['"more"'])]),
            [({"n": 2}, "listed"), ({"n": 4}, "more"), ({"n": [1, 2, 3]}, None)][:2],
            id="a list of values",
        ),
        pytest.param(
            dmn(
                [(["> Upper Limit"], ["n - Upper Limit"]), (["<= Upper Limit"], ["0"])],
                beside=data(Upper_Limit="number"),
            ),
            [({"n": 12, "Upper Limit": 10}, 2), ({"n": 10, "Upper Limit": 10}, 0)],
            id="names in cells",
        ),
        pytest.param(
            dmn([(["-"], ['if n > 5 then "big" else if n = 5 then "just" else "small"'])]),
            [({"n": 6}, "big"), ({"n": 5}, "just"), ({"n": 4}, "small")],
            id="if then else",
        ),
        pytest.param(
            dmn([(["true"], ['"yes"']), (["false"], ['"no"'])], inputs=["n between 1 and 5 or n in (7..9]"]),
            [({"n": 1}, "yes"), ({"n": 5}, "yes"), ({"n": 6}, "no"), ({"n": 7}, "no"), ({"n": 9}, "yes")],
            id="between and in",
        ),
        pytest.param(
            dmn([(["= 3"], ['"three"']), (["!= 3"], ['"not three"'])]),
            [({"n": 3}, "three"), ({"n": 3.0}, "three"), ({"n": 4}, "not three"), ({"n": "3"}, "not three")],
            id="equality",
        ),
        pytest.param(
            dmn(
                [(['"a,b"'], ["1"]), (['"say \\"hi\\""'], ["2"]), (['"-"'], ["3"]), (["-"], ["4"])],
                policy="hitPolicy='FIRST'",
            ),
            [({"n": "a,b"}, 1), ({"n": 'say "hi"'}, 2), ({"n": "-"}, 3), ({"n": "x"}, 4)],
            id="texts that look like syntax",
        ),
        pytest.param(
            dmn([(["-"], ['date("2026-12-02")'])]),
            [({}, "2026-12-02")],
            id="a day comes out as ISO text",
        ),
    ],
)
def test_what_goes_in_and_what_comes_out(xml: bytes, cases: Sequence[tuple[Asked, JSON]]) -> None:
    given = [tried(xml, inputs) for inputs, _ in cases]

    assert [one.problems for one in given] == [()] * len(cases)
    assert [one.result for one in given] == [result for _, result in cases]


@pytest.mark.parametrize(
    ("policy", "output", "rows", "results"),
    [
        ("FIRST", OUT, OVERLAP, {5: None, 15: "low", 40: "low"}),
        ("PRIORITY", ORDERED, OVERLAP, {5: None, 15: "low", 25: "high", 40: "high"}),
        ("RULE ORDER", OUT, OVERLAP, {5: [], 25: ["low", "high"], 40: ["low", "high", "medium"]}),
        ("OUTPUT ORDER", ORDERED, OVERLAP, {5: [], 25: ["high", "low"], 40: ["high", "medium", "low"]}),
        ("COLLECT", OUT, OVERLAP, {5: [], 40: ["low", "high", "medium"]}),
        ("COLLECT' aggregation='SUM", OUT, POINTS, {5: None, 15: 1, 40: 8.5}),
        ("COLLECT' aggregation='MIN", OUT, POINTS, {5: None, 40: 1}),
        ("COLLECT' aggregation='MAX", OUT, POINTS, {5: None, 40: 5}),
        ("COLLECT' aggregation='COUNT", OUT, POINTS, {5: 0, 15: 1, 40: 3}),
    ],
)
def test_hit_policies(policy: str, output: str, rows: Sequence[Row], results: Mapping[int, JSON]) -> None:
    xml = dmn(rows, outputs=[output], policy=f"hitPolicy='{policy}'")

    assert {n: tried(xml, {"n": n}).result for n in results} == results


def test_unique_rules_that_overlap_are_told_when_it_happens() -> None:
    xml = dmn(OVERLAP)

    assert tried(xml, {"n": 15}) == Tried("d", "low", ("r1",))
    ((element, sentence),) = tried(xml, {"n": 25}).problems
    assert (element, "r1, r2 apply at once" in sentence) == ("t", True)


def test_any_wants_equal_results() -> None:
    same = dmn([(["> 1"], ['"a"']), (["> 2"], ['"a"'])], policy="hitPolicy='ANY'")
    other = dmn([(["> 1"], ['"a"']), (["> 2"], ['"b"'])], policy="hitPolicy='ANY'")

    assert tried(same, {"n": 3}).result == "a"
    assert tried(other, {"n": 3}).problems[0][0] == "t"


def test_a_decision_reads_what_another_decides() -> None:
    needs = "<informationRequirement><requiredDecision href='#risk'/></informationRequirement>"
    risk = dmn([(["> 50"], ['"high"']), (["<= 50"], ['"low"'])]).decode()
    first = risk[risk.index("<decision ") : risk.index("</definitions>")]
    first = first.replace("id='d' name='D'", "id='risk' name='Risk Category'")
    for name in ("t", "in1", "in1x", "out", "r1", "r2"):
        first = first.replace(f"id='{name}", f"id='risk_{name}")
    xml = dmn(
        [(['"high"'], ['"refuse"']), (['"low"'], ['"accept"'])], inputs=["Risk Category"], beside=first, within=needs
    )

    assert [tried(xml, {"n": n}).result for n in (50, 51)] == ["accept", "refuse"]


def test_decisions_that_need_each_other_are_refused() -> None:
    needs = "<informationRequirement><requiredDecision href='#d'/></informationRequirement>"

    ((element, sentence),) = tried(dmn([(["-"], ["1"])], within=needs), {}).problems

    assert (element, "needs d" in sentence) == ("d", True)


@pytest.mark.parametrize(
    ("xml", "inputs", "element"),
    [
        (dmn(AGE, inputs=["age"], beside=data(age="number")), {"age": "old"}, "in1"),
        (dmn(DAYS, inputs=["on"], beside=data(on="date")), {"on": "soon"}, "in1"),
        (dmn(DAYS, inputs=["on"], beside=data(on="date")), {"on": 20260101}, "in1"),
        (dmn(GRADE, inputs=["grade"], beside=data(grade="boolean")), {"grade": "A"}, "in1"),
        (dmn(MOMENTS, inputs=["at"], beside=data(at="dateTime")), {"at": "2026-01-01T00:00:00"}, "in1"),
        (dmn([(["> 'a'"], ["1"])]), {"n": 1}, "r1i1"),
        (dmn([(["-"], ["n + 1"])]), {"n": "a"}, "r1o1"),
    ],
)
def test_values_of_another_kind_are_told_with_the_column(xml: bytes, inputs: Asked, element: str) -> None:
    assert [where for where, _ in tried(xml, inputs).problems] == [element]


@pytest.mark.parametrize(
    "text",
    [
        'time("10:00:00")',
        'duration("P1D")',
        'date("2026-02-30")',
        "date(n)",
        'date and time("2026-01-01T10:00:00")',
        "for x in n return x",
        "some x in n satisfies x > 1",
        "n[1]",
        "n.part",
        "{a: 1}",
        "function(x) x",
        "n instance of number",
        "string length(n)",
        "? > 5",
        "if n > 1 then 2",
        "2 ** 3",
        "@\"10:00:00\"",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["cell", "output", "input"])
def test_what_is_outside_of_the_subset_is_refused_with_its_id(text: str, place: str) -> None:
    row = {"cell": ([text], ["1"]), "output": (["-"], [text]), "input": (["-"], ["1"])}[place]
    inputs = [text] if place == "input" else ["n"]

    ((element, _), *_) = tried(dmn([row], inputs=inputs), {"n": 1}).problems

    assert element == {"cell": "r1i1", "output": "r1o1", "input": "in1x"}[place]
