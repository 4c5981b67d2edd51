"""The post room's folder: a PDF for each letter, and a list of the day for whoever puts them into envelopes."""

import csv
import fcntl
import hashlib
import io
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from api.documents.errors import ParcelDamaged
from engine.clock import LONDON
from engine.deliveries import Parcel

_COLUMNS = ("state", "file", "letter", "case", "addressee", "postcode", "pages", "sha256", "delivery")
# The truth: people sort, tick and save the list in a spreadsheet, and it must not matter.
_JOURNAL = ".manifest.json"
_TO_POST, _DO_NOT_POST = "to post", "do not post"
_PAGES = re.compile(rb"<xmpTPg:NPages>(\d+)</xmpTPg:NPages>")
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


class PostFolder:
    """A channel that writes letters into a folder, `<day>/<case>-<letter>-<delivery>.pdf`, and lists them.

    The day is the one on which the letter was decided. Any number of processes may share the folder. What was sent
    once is not written again, and what was called back before it came is never written.
    """

    refuses_duplicates = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, parcel: Parcel) -> None:
        """Writes the PDF and its line. Raises OSError, and ParcelDamaged when the bytes are not those first made."""
        if hashlib.sha256(parcel.content).hexdigest() != parcel.sha256:
            raise ParcelDamaged
        with _day_of(self._folder, parcel) as day:
            lines = day.lines()
            if str(parcel.id) not in lines:
                # The PDF first: a line without its letter would be looked for in vain.
                _write(day.path / _file_name(parcel), parcel.content)
                lines[str(parcel.id)] = _line(parcel, state=_TO_POST)
            day.keep(lines)

    def recall(self, parcel: Parcel) -> None:
        """Marks the line "do not post" and moves the PDF into `recalled`. Raises OSError."""
        with _day_of(self._folder, parcel) as day:
            lines = day.lines()
            lines[str(parcel.id)] = _line(parcel, state=_DO_NOT_POST)
            day.keep(lines)
            letter = day.path / _file_name(parcel)
            if letter.exists():
                recalled = day.path / "recalled"
                _make(recalled, like=day.path)
                letter.replace(recalled / letter.name)
                _flush(day.path, recalled)


Line = dict[str, str]


@dataclass(frozen=True)
class _Day:
    path: Path

    def lines(self) -> dict[str, Line]:
        """What the folder holds, by delivery."""
        journal = self.path / _JOURNAL
        lines: dict[str, Line] = json.loads(journal.read_bytes()) if journal.exists() else {}
        return lines

    def keep(self, lines: Mapping[str, Line]) -> None:
        """Keeps the lines, and lists them anew for the post room."""
        _write(self.path / _JOURNAL, json.dumps(lines, ensure_ascii=False, indent=1).encode())
        listed = io.StringIO()
        writer = csv.DictWriter(listed, _COLUMNS)
        writer.writeheader()
        writer.writerows(lines.values())
        # The mark in front tells spreadsheets that this is UTF-8.
        _write(self.path / "manifest.csv", listed.getvalue().encode("utf-8-sig"))


@contextmanager
def _day_of(folder: Path, parcel: Parcel) -> Iterator[_Day]:
    path = folder / parcel.created_at.astimezone(LONDON).date().isoformat()
    _make(folder)
    _make(path, like=folder)
    with _opened(folder / ".lock", os.O_APPEND) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed, by a kill too
        yield _Day(path)


def _line(parcel: Parcel, *, state: str) -> Line:
    found = _PAGES.search(parcel.content)
    address = parcel.fields.get("addressee_address") or [""]
    return {
        "state": state,
        "file": _file_name(parcel),
        "letter": _cell(parcel.letter),
        "case": _cell(parcel.case_reference),
        "addressee": _cell(str(parcel.fields.get("addressee_name", ""))),
        "postcode": _cell(str(address[-1])),
        "pages": found[1].decode() if found else "",
        "sha256": parcel.sha256,
        "delivery": str(parcel.id),
    }


def _file_name(parcel: Parcel) -> str:
    # The end of the id: its beginning is a moment that letters made together share.
    parts = (parcel.case_reference, parcel.letter, parcel.id.hex[-12:])
    return "-".join(_UNSAFE.sub("-", part) for part in parts) + ".pdf"


def _cell(text: str) -> str:
    """One line of text that a spreadsheet does not take for a formula."""
    text = " ".join(text.split())
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _write(path: Path, content: bytes) -> None:
    """All of the file or none of it, whatever happens meanwhile."""
    unfinished = path.with_name(f".{path.name}.part")
    with _opened(unfinished, os.O_TRUNC) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _flush(path.parent)


def _make(folder: Path, *, like: Path | None = None) -> None:
    """A folder that only its owner may look into, or whoever may look into the one it lies in."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(stat.S_IMODE(like.stat().st_mode) if like else 0o700)


def _opened(path: Path, flags: int) -> BinaryIO:
    """A file for those who may look into its folder: letters bear names and addresses."""
    readers = stat.S_IMODE(path.parent.stat().st_mode) & 0o660
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flags, readers), "wb")


def _flush(*folders: Path) -> None:
    for folder in folders:
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
