"""`fasttrack process check --explore`."""

import json
import shutil
from pathlib import Path

import pytest

from api.wiring import BUNDLE
from tests.cli.commands import Command


@pytest.fixture
def referral(tmp_path: Path) -> Path:
    """A copy of the shipped bundle's smallest diagram, to be broken."""
    return Path(shutil.copytree(BUNDLE, tmp_path / "fast_track")) / "referral.bpmn"


def break_returned(referral: Path) -> None:
    """The authority may only return an application, or go to court."""
    flow = 'sourceRef="Returned" targetRef="AuthorityDecided"'
    only = (
        "><bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">decision == 'proceedings'"
        "</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    drawn = referral.read_text()
    assert f"{flow}/>" in drawn
    referral.write_text(drawn.replace(' default="Decided"', "").replace(f"{flow}/>", f"{flow}{only}"))


def test_a_sound_diagram_is_said_to_be_so_with_the_number_of_states(fasttrack: Command, referral: Path) -> None:
    answer = fasttrack("process", "check", referral, "--explore", "--json")

    explored = answer.json["explored"]
    assert answer.code == 0
    assert (explored["sound"], explored["complete"], explored["breaches"]) == (True, True, [])
    assert explored["states"] == 11


def test_words_say_it_too(fasttrack: Command, referral: Path) -> None:
    answer = fasttrack("process", "check", referral, "--explore")

    assert answer.code == 0
    assert "11 states" in answer.out
    assert "No story hangs" in answer.out


def test_a_breach_is_a_story_that_can_be_told_again(fasttrack: Command, referral: Path, tmp_path: Path) -> None:
    break_returned(referral)

    answer = fasttrack("process", "check", referral, "--explore", "--json")

    (breach,) = [found for found in answer.json["explored"]["breaches"] if found["kind"] == "incident"]
    assert answer.code == 1
    assert breach["element"] == "Returned"
    assert breach["story"][-1].endswith("Consider the application (ConsiderApplication) – decision = declined")
    story = tmp_path / "story.json"
    story.write_text(json.dumps(breach))
    again = fasttrack("process", "check", referral, "--replay", story, "--json")
    assert again.code == 1
    assert again.json["replayed"]["story"] == breach["story"]
    assert again.json["replayed"]["problems"] == [breach["problem"]]
    healed = fasttrack("process", "check", BUNDLE / "referral.bpmn", "--replay", story, "--json")
    assert healed.code == 0
    assert healed.json["replayed"]["problems"] == []


def test_what_is_no_story_is_exit_code_two(fasttrack: Command, referral: Path, tmp_path: Path) -> None:
    (tmp_path / "story.json").write_text('{"replay": [{"what": "begin"}]}')

    assert fasttrack("process", "check", referral, "--replay", tmp_path / "story.json").code == 2
    assert fasttrack("process", "check", referral, "--replay", tmp_path / "nowhere.json").code == 2


def test_a_decision_table_has_no_stories(fasttrack: Command) -> None:
    assert fasttrack("process", "check", BUNDLE / "decisions" / "advice.dmn", "--explore").code == 2


def test_invariants_that_cannot_be_read_are_a_finding(fasttrack: Command, referral: Path) -> None:
    (referral.parent / "invariants.json").write_text('{"marks": {}, "rules": [{"id": "a"}]}')

    (finding,) = fasttrack("process", "check", referral.parent, "--json").json["findings"]

    assert finding["file"] == "invariants.json"
    assert "KeyError: 'rule'" in finding["problem"]
