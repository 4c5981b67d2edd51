"""Checking files and trying tables over HTTP, before anything is published."""

from tests.api.desk import Desk
from tests.engine.dmn import dmn
from tests.engine.shapes import DIAGRAMS


def test_files_are_checked_and_nothing_is_kept(lead: Desk) -> None:
    files = {
        name: (DIAGRAMS / "conformance" / name).read_text(encoding="utf-8")
        for name in ("sequence.bpmn", "complex.bpmn")
    }
    accepted = lead.post("/processes/checks", {"files": {"sequence.bpmn": files["sequence.bpmn"]}})
    refused = lead.post("/processes/checks", {"files": {"complex.bpmn": files["complex.bpmn"]}})

    assert accepted == {"accepted": True, "findings": []}
    assert not refused["accepted"]
    assert {finding["element"] for finding in refused["findings"]} == {"C1"}
    assert [version["process"] for version in lead.get("/processes")] == ["small"]


def test_what_is_no_diagram_is_a_finding(lead: Desk) -> None:
    for content in ("", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "\x00"):
        answer = lead.ask("POST", "/processes/checks", json={"files": {"a.bpmn": content}})

        assert answer.status_code == 200, answer.text
        assert not answer.json()["accepted"]


def test_a_table_is_tried(lead: Desk) -> None:
    table = dmn([(["> 5"], ['"much"']), (["> 9"], ['"more"'])], inputs=["How Much"]).decode()

    assert lead.post("/processes/decisions", {"dmn": table, "inputs": {"How Much": 6}}) == {
        "decision": "d",
        "result": "much",
        "rules": ["r1"],
        "problems": [],
    }
    several = lead.post("/processes/decisions", {"dmn": table, "inputs": {"How Much": 10}})
    assert (several["result"], [problem["element"] for problem in several["problems"]]) == (None, ["t"])
    broken = lead.post("/processes/decisions", {"dmn": "<a/>"})
    assert [problem["element"] for problem in broken["problems"]] == ["file"]
    lead.refused(404, "POST", "/processes/decisions", {"dmn": table, "decision": "other"})
    lead.refused(422, "POST", "/processes/decisions", {"dmn": table, "more": 1})
