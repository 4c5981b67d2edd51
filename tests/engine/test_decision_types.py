"""Types that a DMN file defines for its own data."""

from engine.decisions import try_decision
from tests.engine.dmn import data, dmn

GRADES = (
    '<itemDefinition name=\'tGrade\'><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues>'
    "</itemDefinition>"
)


def test_a_type_of_the_file_says_which_kind_and_which_values() -> None:
    xml = dmn(
        [(['"A"'], ["1"]), (["-"], ["2"])], inputs=["g"], policy="hitPolicy='FIRST'", beside=GRADES + data(g="tGrade")
    )

    assert [try_decision(xml, inputs={"g": grade}).result for grade in ("A", "B", None)] == [1, 2, 2]
    assert [try_decision(xml, inputs={"g": other}).problems[0][0] for other in ("C", 1)] == ["in1", "in1"]


def test_a_type_that_is_not_read_is_refused_wherever_it_is_named() -> None:
    own = "<itemDefinition name='tWhen'><typeRef>time</typeRef></itemDefinition>"

    for kinds in (data(w="time"), own + data(w="tWhen")):
        problems = try_decision(dmn([(["-"], ["1"])], inputs=["w"], beside=kinds), inputs={}).problems
        assert [element for element, _ in problems] == ["in1"]
