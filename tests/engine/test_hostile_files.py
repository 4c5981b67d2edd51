"""No file breaks the checks: whatever it holds, its owner is told in words, soon, and in little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import Command
from tests.engine.hostile import HOSTILE, tried

SOON = 3.0  # seconds of processor time


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_judged_soon_and_without_a_surprise(name: str) -> None:
    (one,) = tried([name])

    assert one.seconds < SOON
    assert not any("could not be checked" in finding.problem for finding in one.findings)
    assert all(len(str(finding)) < 2_500 for finding in one.findings)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_command_ends_with_a_code_and_no_traceback(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "hostile.bpmn"
    path.write_bytes(HOSTILE[name]())

    answer = Command(monkeypatch, capsys)("process", "check", path, "--json")

    assert answer.code in (0, 1, 2)
    assert ("findings" in answer.json) == (answer.code < 2)


def test_all_of_them_together_take_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.hostile"], capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 0, done.stdout
    assert int(done.stdout.split("; ")[1].split(" MB")[0]) < 300
