"""The small process, published, with one open case."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Engine

from engine.ids import new_id
from engine.runtime import Runtime
from tests.engine.small import BROKEN, OWNER, new_case, small_runtime


@pytest.fixture
def runtime(engine: Engine) -> Iterator[Runtime]:
    yield small_runtime(engine)
    BROKEN.clear()


@pytest.fixture
def case_id(runtime: Runtime) -> UUID:
    return new_case(runtime, owner_id=OWNER, subject_id=new_id())
