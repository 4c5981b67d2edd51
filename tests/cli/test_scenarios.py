"""`fasttrack process scenarios`."""

import json
import shutil
from pathlib import Path

import pytest

from api.wiring import BUNDLE
from tests.cli.commands import Command
from tests.database import Server


@pytest.fixture(autouse=True)
def _on_the_tests_server(database_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTTRACK_DATABASE_URL", database_server.url)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the shipped bundle with its shortest scenario alone."""
    copy = Path(shutil.copytree(BUNDLE, tmp_path / "fast_track"))
    for scenario in (copy / "scenarios").glob("*.json"):
        if scenario.stem != "criteria_not_met":
            scenario.unlink()
    return copy


def test_scenarios_that_come_out_as_told_are_counted_with_what_they_went_through(
    fasttrack: Command, bundle: Path
) -> None:
    answer = fasttrack("process", "scenarios", bundle, "--json")

    assert answer.code == 0
    assert (answer.json["scenarios"], answer.json["as_told"], answer.json["came_out"]) == (1, 1, True)
    assert answer.json["reached"] == 6
    assert "DecideOutcome" in answer.json["left_out"]


def test_words_say_it_too(fasttrack: Command, bundle: Path) -> None:
    answer = fasttrack("process", "scenarios", bundle)

    assert answer.code == 0
    assert answer.out.startswith("as told    criteria_not_met: Seven sessions are not enough")
    assert "1 of 1 scenarios come out as told; they go through 6 of" in answer.out


def test_a_scenario_that_comes_out_otherwise_is_exit_code_one(fasttrack: Command, bundle: Path) -> None:
    path = bundle / "scenarios" / "criteria_not_met.json"
    story = json.loads(path.read_text())
    path.write_text(json.dumps(story | {"absent": {}}))

    answer = fasttrack("process", "scenarios", bundle, "--json")

    (told,) = answer.json["told"]
    assert answer.code == 1
    assert (told["came_out"], told["step"]) == (False, 1)
    assert "was: ReviewEarlySupport" in told["problem"]


def test_a_bundle_that_is_not_accepted_runs_none(fasttrack: Command, bundle: Path) -> None:
    (bundle / "letters" / "L8a.md").unlink()

    answer = fasttrack("process", "scenarios", bundle, "--json")

    assert answer.code == 2
    assert "is not accepted, so no scenario was run" in answer.json["error"]


def test_an_unknown_scenario_is_answered_with_those_there_are(fasttrack: Command, bundle: Path) -> None:
    answer = fasttrack("process", "scenarios", bundle, "--only", "achieved", "--json")

    assert answer.code == 2
    assert answer.json["error"] == "There is no scenario achieved. There are: criteria_not_met."
