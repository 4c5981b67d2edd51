"""The real process in a world of its own for each test."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.journeys.world import World, new_world


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """Monday 23 November 2026: nine sessions of 58 were missed without leave."""
    return new_world(engine, tmp_path / "letters")
