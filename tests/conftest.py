"""What every test may ask for: a real PostgreSQL, with the schema, marked demo."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir
from sqlalchemy import Connection, Engine

from tests.database import ROOT, Server, clear, running_server

set_hypothesis_home_dir(ROOT / "var" / "hypothesis")
# Two cores shared with a database: the time of one example says nothing.
settings.register_profile("fasttrack", deadline=None, max_examples=60, print_blob=True)
settings.load_profile("fasttrack")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--examples", type=int, default=6, help="How often each operation of the API is asked.")


@pytest.fixture(scope="session")
def database_server() -> Iterator[Server]:
    """The server, for tests that need databases of their own."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def _workers_database(database_server: Server) -> Iterator[Engine]:
    with database_server.database() as engine:
        yield engine


@pytest.fixture
def engine(_workers_database: Engine) -> Iterator[Engine]:
    """A database in which a test may commit; its rows are gone afterwards."""
    yield _workers_database
    clear(_workers_database)


@pytest.fixture
def db(_workers_database: Engine) -> Iterator[Connection]:
    """A transaction that is rolled back."""
    with _workers_database.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()
