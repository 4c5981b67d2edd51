"""A process is killed at a point of its work only by a test, and only on a demo's database."""

import pytest
from sqlalchemy import Engine, update

from api.database import Database
from api.failpoints import NotForTests, killed_at
from api.settings import KILL_AT, Settings
from api.wiring import wire
from engine import tables
from engine.ids import new_id
from engine.runtime import nobody_is_told


def test_nothing_is_told_of_points_unless_a_test_asks(engine: Engine) -> None:
    assert wire(Settings(), Database(engine)).runtime.reached is nobody_is_told


def test_a_database_that_is_no_demos_refuses_to_start_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with engine.begin() as db:
        db.execute(update(tables.clock).values(demo=False))
    monkeypatch.setenv(KILL_AT, "send.done")

    with pytest.raises(NotForTests):
        wire(Settings(), Database(engine))


def test_another_point_than_the_one_asked_for_kills_nobody(engine: Engine) -> None:
    reached = killed_at("send.done@2", engine)
    reached("send.claimed", new_id())
    reached("send.done", new_id())
