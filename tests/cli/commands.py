"""Runs the `fasttrack` command inside the test, and from outside."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from api.cli import main
from tests.database import ROOT


@dataclass(frozen=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.out)


class Command:
    """The command, run in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: object) -> Answer:
        self._monkeypatch.setattr(sys, "argv", ["fasttrack", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        return Answer(int(ended.value.code or 0), printed.out, printed.err)


def outside(program: str) -> Answer:
    """A Python program run in a process of its own, in the folder of the project."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=ROOT)  # noqa: S603
    return Answer(done.returncode, done.stdout, done.stderr)
