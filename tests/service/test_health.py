"""Health: alive says nothing of the database, ready says what is missing."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from api.app import create_app
from api.background import Background
from api.database import Database, make_engine
from api.settings import Settings
from api.wiring import Wiring
from tests.engine.small import small_runtime


def wiring_on(engine: Engine) -> Wiring:
    return Wiring(Settings(data_dir=Path("unused"), tick_seconds=0.1), Database(engine), small_runtime(engine), {})


def test_service_that_works_is_live_and_ready(engine: Engine) -> None:
    wiring = wiring_on(engine)
    with Background(wiring) as background:
        client = TestClient(create_app(wiring, background=background))

        assert client.get("/health/live").json() == {"status": "live"}
        assert client.get("/health/ready").json() == {"status": "ready", "problems": []}


def test_other_schema_is_not_ready(engine: Engine) -> None:
    client = TestClient(create_app(wiring_on(engine)))
    with engine.begin() as db:
        newest = db.execute(text("UPDATE alembic_version SET version_num = 'r0000' RETURNING version_num")).scalar()

    answer = client.get("/health/ready")

    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = 'r0001'"))
    assert newest == "r0000"
    assert answer.status_code == 503
    assert "another schema" in answer.json()["problems"][0]


def test_database_that_is_away_is_not_ready_but_live(engine: Engine, tmp_path: Path) -> None:
    wiring = wiring_on(engine)
    away = make_engine(f"postgresql://nobody@/nothing?host={tmp_path}")
    client = TestClient(create_app(Wiring(wiring.settings, Database(away), wiring.runtime, {})))

    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").json()["problems"] == ["The database does not answer."]


def test_ticks_that_stay_away_are_noticed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.background.SILENCE_SECONDS", -1)
    wiring = wiring_on(engine)
    client = TestClient(create_app(wiring, background=Background(wiring)))

    answer = client.get("/health/ready")

    assert (answer.status_code, len(answer.json()["problems"])) == (503, 1)
