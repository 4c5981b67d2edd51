"""The shipped bundle in a database that scenarios may empty."""

from collections.abc import Iterator

import pytest

from api.scenarios.scratch import Scratch, scratch_on
from tests.database import Server
from tests.scenarios.stories import SHIPPED


@pytest.fixture(scope="session")
def scratch(database_server: Server) -> Iterator[Scratch]:
    """The engine with the shipped bundle published."""
    with database_server.database() as engine:
        yield scratch_on(engine, SHIPPED)
