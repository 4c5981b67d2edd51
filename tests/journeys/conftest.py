"""The real process in a world of its own for each test, and its cases read a second time at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import engine.tables as workings
from api.case_files import write_case_file
from tests.journeys.world import World, new_world
from verifier.second_reading import second_reading


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> Iterator[World]:
    """Monday 23 November 2026: nine sessions of 58 were missed without leave.

    However the test ends, the second reading has nothing to say of its cases.
    """
    yield new_world(engine, tmp_path / "letters")
    for number, content in enumerate(case_files(engine)):
        file = tmp_path / f"case-{number}.zip"
        file.write_bytes(content)
        assert second_reading(file) == []


def case_files(engine: Engine) -> list[bytes]:
    """The file of every case there is."""
    with engine.connect() as db:
        references = db.execute(select(workings.case.c.reference)).scalars().all()
        return [write_case_file(db, reference) for reference in references]
