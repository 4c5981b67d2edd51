"""The demo starts in an empty database, finds itself again, and keeps apart from live data."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from api import migrations
from api.database import Database, DatabaseError, mark
from api.demo.people import PEOPLE
from api.demo.start import refuse_strangers, start_demo
from api.errors import ServiceError
from api.serve import prepare
from api.settings import Settings
from api.wiring import Wiring, wire
from attendance import tables as records
from engine import tables
from engine.clock import london_day
from engine.people import actor_of_token
from tests.database import Server


@pytest.fixture
def empty(database_server: Server) -> Iterator[Engine]:
    """A database with the schema, and nothing else."""
    with database_server.database(migrated=False) as engine:
        migrations.upgrade(engine)
        yield engine


def wiring_on(engine: Engine, folder: Path, *, demo: bool = True) -> Wiring:
    return wire(Settings(data_dir=folder, demo=demo), Database(engine))


def counts(engine: Engine) -> dict[str, int]:
    counted = (
        records.school, records.calendar, records.pupil, records.mark, records.adult, records.register_import,
        tables.person, tables.membership, tables.token, tables.process_version,
    )  # fmt: skip
    with engine.connect() as db:
        return {table.name: db.execute(select(func.count()).select_from(table)).scalar_one() for table in counted}


def test_demo_starts_on_the_registers_last_day_with_somebody_for_each_role(empty: Engine, tmp_path: Path) -> None:
    demo = start_demo(wiring_on(empty, tmp_path))

    with empty.connect() as db:
        actors = [actor_of_token(db, person.token, now=demo.now) for person in demo.people]
    assert london_day(demo.now) == date(2026, 11, 20)
    assert [person.role for person in demo.people] == [role for role, _ in PEOPLE]
    assert all(actor and actor.roles for actor in actors)
    assert (tmp_path / "demo-tokens.json").stat().st_mode & 0o777 == 0o600
    assert counts(empty)["pupil"] == 60
    assert counts(empty)["process_version"] == 1


def test_second_start_finds_everything_again(empty: Engine, tmp_path: Path) -> None:
    first = start_demo(wiring_on(empty, tmp_path))
    before = counts(empty)

    second = start_demo(wiring_on(empty, tmp_path))

    assert counts(empty) == before
    assert second.people == first.people
    assert second.now >= first.now


def test_lost_tokens_are_made_anew_for_the_same_people(empty: Engine, tmp_path: Path) -> None:
    first = start_demo(wiring_on(empty, tmp_path))
    os.remove(tmp_path / "demo-tokens.json")

    second = start_demo(wiring_on(empty, tmp_path))

    assert counts(empty)["person"] == len(PEOPLE)
    assert {person.token for person in first.people}.isdisjoint(person.token for person in second.people)


def test_live_database_is_no_demo_and_a_demo_is_not_live(empty: Engine, database_server: Server) -> None:
    assert mark(empty, demo=False)
    assert not mark(empty, demo=False)
    with pytest.raises(DatabaseError, match="does not belong to a demo"):
        mark(empty, demo=True)

    with database_server.database() as demo, pytest.raises(DatabaseError, match="belongs to a demo"):
        mark(demo, demo=False)


def test_live_database_gets_the_process_and_nobody_else(empty: Engine, tmp_path: Path) -> None:
    assert prepare(wiring_on(empty, tmp_path, demo=False)) is None
    assert prepare(wiring_on(empty, tmp_path, demo=False)) is None

    assert {name: number for name, number in counts(empty).items() if number} == {"process_version": 1}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_demo_listens_on_this_machine(host: str) -> None:
    refuse_strangers(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104
def test_demo_does_not_listen_where_others_can_reach_it(host: str) -> None:
    with pytest.raises(ServiceError, match="this machine alone"):
        refuse_strangers(host)
