"""`fasttrack demo`, from outside: a school's files go in, and its cases come out as they should."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, make_url, text

from api import migrations
from api.database import create_database, drop_database, make_engine, mark
from api.demo.generate import FOLDER
from tests.database import Server

COMMAND = Path(sys.executable).with_name("fasttrack")


@dataclass(frozen=True)
class Place:
    """Where a demo keeps its letters, and beside which database it makes its own."""

    folder: Path
    database_url: str


@pytest.fixture
def place(database_server: Server, tmp_path: Path) -> Iterator[Place]:
    with database_server.database(migrated=False) as engine:
        url = engine.url
        yield Place(tmp_path, url.render_as_string(hide_password=False))
        drop_database(database_server.url, f"{url.database}_demo")


def run(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {"FASTTRACK_DATA_DIR": str(place.folder), "FASTTRACK_DATABASE_URL": place.database_url}
    environment = {**os.environ, **settings}
    return subprocess.run(  # noqa: S603
        [COMMAND, "demo", *arguments], capture_output=True, text=True, env=environment, timeout=120, check=False
    )


def stories(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return {story["story"]: story for story in json.loads(done.stdout)["stories"]}


@pytest.mark.parametrize("demo", [False, None], ids=["the service's own", "somebody else's"])
def test_a_database_that_is_no_demos_is_left_alone(place: Place, database_server: Server, demo: bool | None) -> None:
    name = f"{make_url(place.database_url).database}_demo"
    create_database(database_server.url, name)
    engine = make_engine(make_url(place.database_url).set(database=name).render_as_string(hide_password=False))
    with engine.begin() as db:
        if demo is None:
            db.execute(text("CREATE TABLE ledger (id integer)"))
    if demo is not None:
        migrations.upgrade(engine)
        mark(engine, demo=demo)
    before = inspect(engine).get_table_names()

    done = run(place)

    assert done.returncode == 1
    assert f"a database called {name} that does not belong to a demo" in done.stderr
    assert inspect(engine).get_table_names() == before
    engine.dispose()


def test_the_shipped_school_shows_every_outcome_and_leaves_its_letters(place: Place) -> None:
    done = run(place, "--json")

    told = stories(done)
    assert {name: story["result"] for name, story in told.items()} == {
        "achieved": "closed_target",
        "defence": "closed_defence",
        "referred": "referred",
        "internally_referred": "referred",
        "internally_closed": "closed_internal_review",
    }, done.stderr
    assert all(story["came_out"] for story in told.values())
    arranged = [entry["what"] for entry in told["achieved"]["timeline"] if entry["what"].startswith("Panel arranged")]
    assert len(set(arranged)) == 2
    assert all(date["derivation"] for story in told.values() for date in story["dates"])
    letters = list(Path(json.loads(done.stdout)["letters"]).rglob("*.pdf"))
    assert {path.name.split("-")[3] for path in letters} >= {"L1", "L2", "L3", "L5", "L7", "L8a", "L8b", "L8c", "L8d"}


def test_a_school_with_too_few_pupils_is_told_which_stories_are_missing_and_why(place: Place, tmp_path: Path) -> None:
    few = tmp_path / "register.csv"
    with (FOLDER / "register.csv").open(encoding="utf-8", newline="") as whole, few.open("w", newline="") as part:
        rows = list(csv.reader(whole))
        upns = list(dict.fromkeys(row[0] for row in rows[1:]))[:3]
        csv.writer(part).writerows([rows[0], *(row for row in rows[1:] if row[0] in upns)])
    done = run(
        place,
        "--json",
        f"--register={few}",
        f"--calendar={FOLDER / 'calendar.json'}",
        f"--adults={FOLDER / 'adults.csv'}",
    )

    told = stories(done)
    assert len(told) == 5
    untold = [story["problem"] for story in told.values() if not story["reference"]]
    assert untold
    assert all("pupils of this school meet the criteria" in problem for problem in untold)


def test_one_file_alone_is_refused_in_a_sentence(place: Place) -> None:
    done = run(place, "--register", str(FOLDER / "register.csv"))

    assert done.returncode == 2
    assert done.stderr.strip() == "Give all three of --register, --calendar and --adults, or none of them."
