"""Log lines of errors say where and of what kind, and nothing of the rows they were about."""

import subprocess
import sys

import pytest
from sqlalchemy import Engine

PROGRAM = """
import structlog, sys
from sqlalchemy import create_engine, text
from api.logs import configure_logs
configure_logs(level="info", as_json=sys.argv[2] == "json")
with create_engine(sys.argv[1]).connect() as db:
    try:
        db.execute(text("SELECT CAST(:name AS integer)"), {"name": "Marnie Tollgate"})
    except Exception:
        structlog.get_logger().exception("work_failed")
"""


@pytest.mark.parametrize("form", ["json", "plain"])
def test_an_error_of_the_database_is_logged_without_its_values(engine: Engine, form: str) -> None:
    url = engine.url.render_as_string(hide_password=False)
    found = subprocess.run(  # noqa: S603 -- this program
        [sys.executable, "-c", PROGRAM, url, form], capture_output=True, text=True, timeout=60, check=True
    )

    assert "work_failed" in found.stderr
    assert "22P02" in found.stderr
    assert "Traceback" in found.stderr
    assert "Tollgate" not in found.stderr
