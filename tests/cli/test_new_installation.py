"""A council starts from nothing: a school, its register, its adults, and somebody who may sign in."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.database import make_engine
from api.demo.generate import FOLDER
from api.wiring import BUNDLE
from engine.people import actor_of_token
from tests.database import Server
from tests.engine.shapes import DIAGRAMS

COMMAND = Path(sys.executable).with_name("fasttrack")
URN = json.loads((FOLDER / "calendar.json").read_text())["school"]["urn"]


@pytest.fixture
def database_url(database_server: Server) -> Iterator[str]:
    with database_server.database(migrated=False) as engine:
        yield engine.url.render_as_string(hide_password=False)


def fasttrack(database_url: str, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(  # noqa: S603
        [COMMAND, *map(str, arguments), "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "FASTTRACK_DATABASE_URL": database_url},
        timeout=60,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def test_from_nothing_to_somebody_who_can_sign_in(database_url: str) -> None:
    assert fasttrack(database_url, "school", "add", FOLDER / "calendar.json")[1]["calendar_version"] == 1
    _, register = fasttrack(database_url, "school", "register", URN, FOLDER / "register.csv")
    _, adults = fasttrack(database_url, "school", "adults", URN, FOLDER / "adults.csv")
    code, person = fasttrack(
        database_url, "user", "create", "--name=N", "--email=n@example.org", "--role=attendance_lead", f"--school={URN}"
    )

    assert register["marks_new"] > 0
    assert (register["marks_changed"], register["quarantined"]) == (0, [])
    assert adults["adults_new"] > 0
    assert code == 0
    assert person["token"].startswith("ft_")


def test_a_register_that_newer_ones_have_overtaken_is_not_taken_and_that_is_said(
    database_url: str, tmp_path: Path
) -> None:
    fasttrack(database_url, "school", "add", FOLDER / "calendar.json")
    newer = tmp_path / "newer.csv"
    newer.write_text("\n".join((FOLDER / "register.csv").read_text().splitlines()[:-1]))
    fasttrack(database_url, "school", "register", URN, FOLDER / "register.csv")
    fasttrack(database_url, "school", "register", URN, newer)

    code, said = fasttrack(database_url, "school", "register", URN, FOLDER / "register.csv")

    assert (code, said["is_stale"], said["marks_new"], said["marks_changed"]) == (0, True, 0, 0)
    assert said["not_taken"].startswith("Nothing was taken: the very same file came before, and newer ones since")


def test_every_token_of_a_person_is_revoked_by_their_address(database_url: str) -> None:
    fasttrack(database_url, "school", "add", FOLDER / "calendar.json")
    made = ["--name=N", "--email=n@example.org", "--role=attendance_lead", f"--school={URN}"]
    _, person = fasttrack(database_url, "user", "create", *made)

    revoked = fasttrack(database_url, "user", "revoke", "--email=n@example.org")

    assert revoked == (0, {"id": person["id"]})
    engine = make_engine(database_url)
    with engine.connect() as db:
        assert actor_of_token(db, person["token"], now=datetime.now(UTC)) is None
    engine.dispose()
    assert fasttrack(database_url, "user", "revoke", "--email=m@example.org")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["school", "register", "123456", FOLDER / "register.csv"], "There is no school with URN 123456."),
        (["school", "add", FOLDER / "adults.csv"], "The calendar file is not JSON."),
        (
            ["user", "create", "--name=N", "--email=n@example.org", "--role=boss", "--school=1"],
            "There is no role boss.",
        ),
    ],
    ids=["a school that is not there", "a file that is no calendar", "a role that is not there"],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    database_url: str, arguments: list[str | Path], sentence: str
) -> None:
    code, said = fasttrack(database_url, *arguments)

    assert code != 0
    assert said["error"].startswith(sentence)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the shipped bundle with its shortest scenario alone."""
    copy = Path(shutil.copytree(BUNDLE, tmp_path / "fast_track"))
    for scenario in (copy / "scenarios").glob("*.json"):
        if scenario.stem != "criteria_not_met":
            scenario.unlink()
    return copy


def test_publishing_the_same_bundle_again_makes_no_new_version(database_url: str, bundle: Path) -> None:
    for _ in range(2):
        code, said = fasttrack(database_url, "process", "publish", bundle)

    assert (code, said) == (0, {"process": "fast_track", "version": 1})


def test_one_plain_diagram_is_checked_and_published_by_itself(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "Lend-a-book.bpmn"
    path.write_bytes((DIAGRAMS / "foreign" / "modeler.bpmn").read_bytes())

    code, checked = fasttrack(database_url, "process", "check", path)
    assert (code, checked["accepted"], checked["findings"], checked["tried"]["results"]) == (0, True, [], [])
    assert fasttrack(database_url, "process", "publish", path) == (0, {"process": "Lend-a-book", "version": 1})
    assert fasttrack(database_url, "process", "publish", path, "--name", "lending")[1]["process"] == "lending"


def test_what_does_not_do_as_its_scenarios_say_is_not_published(database_url: str, bundle: Path) -> None:
    story = bundle / "scenarios" / "criteria_not_met.json"
    story.write_text(story.read_text().replace("criteria_not_met", "closed_target"))

    code, said = fasttrack(database_url, "process", "publish", bundle)

    assert code == 1
    assert "Expected the case to end as closed_target, was criteria_not_met." in said["error"]
    engine = make_engine(database_url)
    with engine.connect() as db:
        assert db.execute(text("SELECT count(*) FROM process_version")).scalar_one() == 0
    engine.dispose()
