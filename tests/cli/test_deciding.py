"""`fasttrack process decide`."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import Command
from tests.engine.dmn import dmn

CRITERIA = Path("bpmn/fast_track/decisions/criteria.dmn")


@pytest.fixture
def fasttrack(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


@pytest.mark.rule("R007", "R008")
def test_a_shipped_table_is_tried_with_facts_of_ones_own(fasttrack: Command) -> None:
    inputs = json.dumps({"possible_sessions": 60, "unauthorised_sessions": 9})

    answer = fasttrack("process", "decide", CRITERIA, "--decision", "criteria", "--inputs", inputs, "--json")

    assert answer.code == 0
    assert answer.json == {"decision": "criteria", "result": "met", "rules": ["criteria_rule_1"], "problems": []}


def test_a_table_of_another_tool_is_tried_by_the_names_it_uses(fasttrack: Command, tmp_path: Path) -> None:
    path = tmp_path / "table.dmn"
    path.write_bytes(dmn([(["> 5"], ['"much"'])], inputs=["How Much"]))

    assert fasttrack("process", "decide", path, "--inputs", '{"How Much": 6}').out == 'd decides "much", by r1.\n'
    assert fasttrack("process", "decide", path).out == "d decides null, because no rule applies.\n"


def test_what_cannot_be_decided_is_exit_code_one_with_the_element(fasttrack: Command, tmp_path: Path) -> None:
    path = tmp_path / "table.dmn"
    path.write_bytes(dmn([(["> 5"], ["1"]), (["> 4"], ["2"])]))

    answer = fasttrack("process", "decide", path, "--inputs", '{"n": 6}', "--json")

    assert (answer.code, [problem["element"] for problem in answer.json["problems"]]) == (1, ["t"])


@pytest.mark.parametrize(
    ("content", "more", "sentence"),
    [
        (dmn([(["-"], ["1"])]), ["--decision", "other"], "Name one of the decisions in this file: d."),
        (dmn([(["-"], ["1"])]), ["--inputs", "[1]"], "no JSON object"),
        (dmn([(["-"], ["1"])]), ["--inputs", "{"], "no JSON object"),
        (None, [], "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_exit_code_two(
    fasttrack: Command, tmp_path: Path, content: bytes | None, more: list[str], sentence: str
) -> None:
    path = tmp_path / "table.dmn"
    if content is not None:
        path.write_bytes(content)

    answer = fasttrack("process", "decide", path, *more, "--json")

    assert answer.code == 2
    assert sentence in answer.json["error"]
