"""Reading DMN files: what is refused, where, and all of it at once."""

import pytest

from engine.decisions import DecisionError, check_decisions, read_decisions
from engine.errors import BundleRefused
from engine.expressions import Known
from tests.engine.dmn import LATEST, NEEDS_ANOTHER, dmn, output


@pytest.mark.parametrize(
    ("xml", "element", "sentence"),
    [
        (b"not xml", "file", "not readable as XML"),
        (b"<a/>", "file", "not a DMN file"),
        (b"<definitions xmlns='urn:x'/>", "file", "not a DMN file"),
        (f"<definitions xmlns='{LATEST}'/>".encode(), "file", "no decision"),
        (b"<!DOCTYPE d [<!ENTITY x 'y'>]>" + dmn([(["-"], ["1"])]), "file", "DOCTYPE"),
        (b" " * 1_000_001, "file", "larger than"),
        (dmn([]), "t", "at least one rule"),
        (dmn([(["-", "-"], ["1"])]), "r1", "2 cells for 1 inputs"),
        (dmn([(["-"], [])]), "r1", "0 for 1 outputs"),
        (dmn([(["-"], [""])]), "r1o1", "no expression"),
        (dmn([(["[1..2"], ["1"])]), "r1i1", "cannot be read"),
        (dmn([(["]1..2"], ["1"])]), "r1i1", "cannot be read"),
        (dmn([(["1,"], ["1"])]), "r1i1", "alternatives is empty"),
        (dmn([([", 1"], ["1"])]), "r1i1", "alternatives is empty"),
        (dmn([(["not(1), 2"], ["1"])]), "r1i1", "whole cell"),
        (dmn([(["not()"], ["1"])]), "r1i1", "alternatives is empty"),
        (dmn([([">"], ["1"])]), "r1i1", "no expression"),
        (dmn([([">= 1 and < 5"], ["1"])]), "r1i1", "cannot be read"),
        (dmn([(["? > 5"], ["1"])]), "r1i1", "cannot be read"),
        (dmn([(["[x for x in n]"], ["1"])]), "r1i1", "cannot go through a list"),
        (dmn([(["-"], ["n.__class__"])]), "r1o1", "Only `policy` has parts"),
        (dmn([(["-"], ["1"])], inputs=[""]), "in1", "one expression"),
        (dmn([(["-"], ["1"])], inputs=["__import__('os')"]), "in1x", "not a function"),
        (dmn([(["-"], ["1"])], outputs=[]), "r1", "1 for 0 outputs"),
        (dmn([(["-"], [])], outputs=[]), "t", "at least one output"),
        (dmn([(["-"], ["1", "2"])], outputs=["<output id='a'/>", "<output id='b'/>"]), "t", "name of its own"),
        (dmn([(["-"], ["1"])], policy="hitPolicy='WHATEVER'"), "t", "hit policy WHATEVER is not known"),
        (dmn([(["-"], ["1"])], policy="hitPolicy='FIRST' aggregation='SUM'"), "t", "Only COLLECT"),
        (dmn([(["-"], ["1"])], policy="hitPolicy='COLLECT' aggregation='AVERAGE'"), "t", "Only COLLECT"),
        (dmn([(["-"], ["1"])], policy="hitPolicy='PRIORITY'"), "t", "allowed values"),
        (dmn([(["-"], ["1"])], policy="expressionLanguage='groovy'"), "t", "groovy"),
        (dmn([(["-"], ["1"])], beside="<businessKnowledgeModel id='bkm'/>"), "bkm", "not supported"),
        (dmn([(["-"], ["1"])], beside="<import id='other'/>"), "other", "not supported"),
        (dmn([(["-"], ["1"])], within="<literalExpression id='lit'/>"), "lit", "not supported"),
        (dmn([(["-"], ["1"])], within=NEEDS_ANOTHER), "d", "needs x, which this file does not decide"),
        (dmn([(["-"], ["1"])]).replace(b"decisionTable", b"relation"), "d", "exactly one decision table"),
        (dmn([(["-"], ["1"]), (["-"], ["1"])]).replace(b"id='r2'", b"id='r1'"), "r1", "Two rules have this id"),
        (
            dmn([(["-"], ["1"])], policy="hitPolicy='COLLECT'", outputs=[output("defaultOutputEntry", "1")]),
            "t",
            "default output has no meaning",
        ),
        (
            dmn([(["-"], ["1"])], outputs=[output("outputValues", "nine()")]),
            "extra",
            "Write the allowed values out",
        ),
    ],
)  # fmt: skip
def test_what_the_engine_would_have_to_guess_is_refused_with_its_id(xml: bytes, element: str, sentence: str) -> None:
    with pytest.raises(DecisionError) as refused:
        read_decisions(xml)

    assert any(where == element and sentence in what for where, what in refused.value.problems)
    assert isinstance(refused.value, BundleRefused)
    assert sentence in str(refused.value)


def test_everything_wrong_is_told_at_once() -> None:
    xml = dmn([(["[1"], ["'a"]), (["-"], ["1", "2"]), (["elsewhere"], ["1"])])

    assert [element for element, _ in check_decisions(xml, Known(names=["n"]))] == ["r1i1", "r1o1", "r2", "r3i1"]


def test_names_that_are_not_known_are_found() -> None:
    xml = dmn([([">= policy.limt"], ["nin()"])], inputs=["m"])

    found = check_decisions(xml, Known(names=["n"], functions={"nine": lambda: 9}, policy=["limit"]))

    assert [(element, sentence.split(" Known")[0]) for element, sentence in found] == [
        ("in1", "`m` is not a name that a diagram can use."),
        ("r1i1", "`policy.limt` is not in the policy. Did you mean `limit`?"),
        ("r1o1", "`nin` is not a function that a diagram can call. Did you mean `nine()`?"),
    ]


def test_entities_are_never_expanded_and_files_never_fetched() -> None:
    laughs = b"<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>" + dmn([(["-"], ["'&b;'"])]).replace(
        b"&amp;b;", b"&b;"
    )
    outside = b"<!DOCTYPE d [<!ENTITY f SYSTEM 'file:///etc/hostname'>]>" + dmn([(["-"], ["1"])])

    for xml in (laughs, outside, laughs.decode().encode("utf-16")):
        with pytest.raises(DecisionError, match="DOCTYPE"):
            read_decisions(xml)
