"""What the tests of the command may ask for."""

import json
from pathlib import Path

import pytest

from tests.attendance.calendars import BROAD_REACH
from tests.cli.commands import Command


@pytest.fixture
def fasttrack(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command: `fasttrack("dates", "limit", "2026-08-31")`."""
    return Command(monkeypatch, capsys)


@pytest.fixture
def calendar(tmp_path: Path) -> Path:
    """The sample school's calendar file."""
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps(BROAD_REACH))
    return path
