"""The watched folder: a nightly export needs no hands."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from api.documents.render import render
from api.register_folder import RegisterFolder
from attendance import tables
from attendance.schools import save_school_calendar
from engine import clock
from engine.database import transaction
from engine.ids import new_id
from engine.long_work import Cancelled
from engine.runtime import Runtime
from engine.tables import work
from handlers import REGISTRY
from handlers.facts import Facts
from tests.attendance.calendars import BROAD_REACH
from tests.attendance.registers import NOAH, rows

URN = "999990"
GOOD = rows(f"{NOAH},2026-10-05,AM,O", f"{NOAH},2026-10-05,PM,ZZ")


@pytest.fixture
def runtime(engine: Engine) -> Runtime:
    with transaction(engine) as db:
        save_school_calendar(db, BROAD_REACH, now=clock.now(db), new_id=new_id)
    return Runtime(engine, REGISTRY, Facts, render)


@pytest.fixture
def folder(tmp_path: Path, runtime: Runtime) -> RegisterFolder:
    (tmp_path / URN).mkdir()
    return RegisterFolder(tmp_path, runtime)


def put(folder: RegisterFolder, text: str, name: str = "nightly.csv", *, urn: str = URN) -> Path:
    path = folder.folder / urn / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def look_twice(folder: RegisterFolder) -> int:
    return folder.look() + folder.look()


def names(folder: RegisterFolder, where: str, *, urn: str = URN) -> list[str]:
    return sorted(path.name for path in (folder.folder / urn / where).glob("*"))


def report(folder: RegisterFolder, where: str, *, urn: str = URN) -> Any:
    (path,) = (folder.folder / urn / where).glob("*.report.json")
    return json.loads(path.read_text())


def marks(folder: RegisterFolder) -> int:
    with transaction(folder.runtime.engine) as db:
        found: int = db.execute(select(func.count()).select_from(tables.mark)).scalar_one()
    return found


def test_a_file_is_taken_at_the_second_look_and_put_away_with_its_report(folder: RegisterFolder) -> None:
    path = put(folder, GOOD)

    assert folder.look() == 0  # it may still be written
    assert folder.look() == 1

    assert not path.exists()
    assert marks(folder) == 1
    found = report(folder, "done")
    assert (found["file"], found["state"], found["marks_new"], found["quarantined"]) == ("nightly.csv", "done", 1, 1)
    kinds = [name.partition("nightly.csv")[2] for name in names(folder, "done")]
    assert kinds == ["", ".report.json", ".set-aside.csv"]
    (mended,) = (folder.folder / URN / "done").glob("*.set-aside.csv")
    assert '"ZZ"" is not a code of the register."' in mended.read_text()


def test_a_file_that_is_still_written_waits(folder: RegisterFolder) -> None:
    path = put(folder, rows())
    folder.look()
    path.write_text(GOOD)

    assert folder.look() == 0
    assert folder.look() == 1


@pytest.mark.parametrize(
    ("text", "problem"), [("%PDF-1.7", "This is a PDF document"), ("UPN,Possible,Attended\n", "This is a summary")]
)
def test_what_cannot_be_read_is_put_away_as_failed(folder: RegisterFolder, text: str, problem: str) -> None:
    put(folder, text)
    other = put(folder, GOOD, "tomorrow.csv")

    assert look_twice(folder) == 2

    assert report(folder, "failed")["problem"].startswith(problem)
    assert not other.exists()


def test_a_folder_of_no_school_is_said_to_be_one(folder: RegisterFolder) -> None:
    put(folder, GOOD, urn="123456")

    look_twice(folder)

    assert report(folder, "failed", urn="123456")["problem"] == "There is no school with URN 123456."


@pytest.mark.parametrize("name", [".nightly.csv", "~nightly.csv", "nightly.csv.part", "nightly.TMP"])
def test_files_under_way_are_left_alone(folder: RegisterFolder, name: str) -> None:
    put(folder, GOOD, name)

    assert look_twice(folder) == 0


def test_links_and_folders_are_left_alone(folder: RegisterFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text(GOOD)
    (tmp_path / URN / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    (tmp_path / URN / "folder.csv").mkdir()

    assert look_twice(folder) == 0


def test_the_same_file_again_is_put_away_beside_the_first(folder: RegisterFolder) -> None:
    for _ in range(2):
        put(folder, GOOD)
        look_twice(folder)

    reports = [json.loads(path.read_text()) for path in (folder.folder / URN / "done").glob("*.report.json")]
    first, again = sorted(reports, key=lambda found: found["repeats"] or "")
    assert (first["marks_new"], again["marks_new"]) == (1, 0)
    assert again["repeats"] == first["id"]


def test_a_file_that_another_process_has_in_hand_is_left_to_it(folder: RegisterFolder) -> None:
    path = put(folder, GOOD)
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert look_twice(folder) == 0

    assert folder.look() == 1


def test_whoever_stops_leaves_the_file_for_the_next(folder: RegisterFolder) -> None:
    path = put(folder, GOOD)
    folder.look()
    answers = iter([True, False, False])

    folder.look(go_on=lambda: next(answers, False))

    assert path.exists()
    assert marks(folder) == 0
    with transaction(folder.runtime.engine) as db:
        assert db.execute(select(work.c.state)).scalars().all() == ["cancelled"]
    assert look_twice(folder) == 1


def test_a_file_that_cannot_be_moved_is_taken_once_and_does_not_hold_up_the_others(
    folder: RegisterFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "no")

    put(folder, GOOD)
    monkeypatch.setattr(Path, "rename", refuse)
    look_twice(folder)
    monkeypatch.undo()
    os.utime(put(folder, GOOD, "next.csv"))

    assert look_twice(folder) == 1
    assert folder.look() == 0
    assert (folder.folder / URN / "nightly.csv").exists()


def test_a_cancelled_file_is_put_away_as_failed(folder: RegisterFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def cancelled(*_: object, **__: object) -> None:
        raise Cancelled

    monkeypatch.setattr("api.register_folder.import_register", cancelled)
    put(folder, GOOD)

    look_twice(folder)

    assert report(folder, "failed")["problem"] == "This was cancelled, and nothing of it was kept."


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path, runtime: Runtime) -> None:
    assert RegisterFolder(tmp_path / "nowhere", runtime).look() == 0
