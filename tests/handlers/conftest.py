"""A case for each test, in a transaction that is rolled back."""

import pytest
from sqlalchemy import Connection

from tests.handlers.desk import Desk, open_desk


@pytest.fixture
def desk(db: Connection) -> Desk:
    """A case whose register was checked on the day it was opened."""
    desk = open_desk(db)
    desk.serve("register.check")
    return desk
