"""Whatever is asked, the service answers as its documentation says, and never with an error of its own."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.fuzz.asking import breaches, operations_of
from tests.fuzz.stages import service_in_every_stage


def test_no_answer_is_an_error_or_undocumented(engine: Engine, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    service = service_in_every_stage(engine, tmp_path)
    assert operations_of(service) > 80

    found = [str(breach) for breach in breaches(service, examples=pytestconfig.getoption("--examples"))]

    assert not found, "\n\n".join(found)
