"""A folder that is watched for registers: a school's nightly export needs no hands.

`<folder>/<URN>/<file>` is taken in as that school's register and moved to `done` or `failed` beside it, with a report.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from attendance.errors import AttendanceError
from attendance.register_findings import to_be_mended
from attendance.tables import school
from engine.clock import LONDON
from engine.clock import now as read_clock
from engine.database import transaction
from engine.errors import Declined
from engine.long_work import Cancelled
from engine.people import SYSTEM
from engine.runtime import Runtime
from handlers.imports import import_register, summary

DONE, FAILED = "done", "failed"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
log = structlog.get_logger()

Seen = tuple[int, int, int]  # inode, size, modified


@dataclass
class RegisterFolder:
    """Looks again and again. A file is taken once two looks saw it unchanged: until then it may still be written."""

    folder: Path
    runtime: Runtime
    _seen: dict[Path, Seen] = field(default_factory=dict)
    _stuck: dict[Path, Seen] = field(default_factory=dict)  # files that cannot be moved, until they change

    def look(self, *, go_on: Callable[[], bool] = lambda: True) -> int:
        """Takes in the files that have come, and gives how many there were."""
        here = {path: _state(path) for path in _files(self.folder)}
        settled = {path: state for path, state in here.items() if state is not None and self._seen.get(path) == state}
        self._seen = {path: state for path, state in here.items() if state is not None}
        taken = 0
        for path, state in settled.items():
            if not go_on():
                break
            if self._stuck.get(path) != state:
                taken += self._try(path, state, go_on)
        return taken

    def _try(self, path: Path, state: Seen, go_on: Callable[[], bool]) -> bool:
        """Whether the file was ours to take. One that cannot be dealt with does not keep the others waiting."""
        try:
            with _locked(path) as file:
                if file is not None:
                    self._take(path, file, go_on)
                return file is not None
        except SQLAlchemyError as error:
            log.error("register_left", problem=type(error).__name__)  # tried again at the next look
        except OSError as error:
            self._stuck[path] = state
            log.error("register_stuck", problem=type(error).__name__)
        return True

    def _take(self, path: Path, file: BinaryIO, go_on: Callable[[], bool]) -> None:
        def tell(_: float) -> None:
            if not go_on():
                raise Cancelled

        school_id = self._school(path.parent.name)
        if school_id is None:
            self._put_away(path, FAILED, {"problem": f"There is no school with URN {path.parent.name}."})
            return
        try:
            found = import_register(
                self.runtime, school_id=school_id, filename=path.name, content=file, actor=SYSTEM, tell=tell
            )
        except (AttendanceError, Declined) as refused:
            if go_on():  # otherwise it stays where it is, for whoever looks next
                self._put_away(path, FAILED, {"problem": str(refused)})
        else:
            self._put_away(path, DONE, summary(found), set_aside=found.id if found.quarantined else None)

    def _school(self, urn: str) -> UUID | None:
        with transaction(self.runtime.engine) as db:
            found: UUID | None = db.execute(select(school.c.id).where(school.c.urn == urn)).scalar_one_or_none()
        return found

    def _put_away(self, path: Path, where: str, report: dict[str, Any], *, set_aside: UUID | None = None) -> None:
        """Moves the file, with its report beside it. The report comes first: a file without one was never looked at."""
        with transaction(self.runtime.engine) as db:
            now = read_clock(db)
            rows = "".join(to_be_mended(db, set_aside)) if set_aside else ""
        folder = path.parent / where
        folder.mkdir(exist_ok=True)
        name = _free_name(folder, path, now)
        said = {"file": path.name, "state": where, "at": now.astimezone(LONDON).isoformat(timespec="seconds"), **report}
        (folder / f"{name}.report.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        if rows:
            (folder / f"{name}.set-aside.csv").write_text(rows, encoding="utf-8", newline="")
        path.rename(folder / name)
        log.info("register_file", state=where)


def _files(folder: Path) -> Iterator[Path]:
    """The files in the folders of schools, those that came first first."""
    if not folder.is_dir():
        return
    for of_school in sorted(folder.iterdir()):
        if of_school.is_dir() and not of_school.name.startswith("."):
            states = [(state, path) for path in of_school.iterdir() if _is_an_export(path) and (state := _state(path))]
            yield from (path for state, path in sorted(states, key=lambda each: (each[0][2], each[1].name)))


def _is_an_export(path: Path) -> bool:
    is_hidden = path.name.startswith((".", "~"))
    return path.is_file() and not path.is_symlink() and not is_hidden and path.suffix.lower() not in UNFINISHED


def _state(path: Path) -> Seen | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO | None]:
    """The file, ours alone while we have it; None when another process has it or has moved it away."""
    try:
        file = path.open("rb")
    except OSError:
        yield None
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_there = os.fstat(file.fileno()).st_ino == path.stat().st_ino
        except OSError:
            is_there = False
        yield file if is_there else None


def _free_name(folder: Path, path: Path, now: datetime) -> str:
    stamp = f"{now.astimezone(LONDON):%Y-%m-%dT%H%M%S}"
    names = (f"{stamp}{f'-{n}' if n else ''}-{path.name}" for n in range(1_000_000))
    return next(name for name in names if not (folder / name).exists())
