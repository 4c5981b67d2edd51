"""A small pack to be tampered with, and ways to do so."""

import io
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

from api.packs.binding import bind
from attendance.papers import Pack, Paper, heading, items, signature, strong, table, text
from tests.documents.letters import pdf

SESSIONS = [[f"{day} October 2026", "AM", "O"] for day in range(1, 32)]


def some_papers() -> tuple[Paper, ...]:
    """A certificate of two pages, and two letters as exhibits."""
    certificate = (
        heading("Sessions"),
        text("Jamie Okafor\nClass 9B"),
        table(["Day", "Session", "Mark"], SESSIONS * 2, widths=[3, 1, 1]),
        items("One", "Two", numbered=True),
        strong("Read this first."),
        signature("I certify this.", "Head teacher"),
    )
    return (
        Paper("certificate", "Certificate of attendance", blocks=certificate),
        Paper("AB-1-L1", "Invitation", exhibit="AB/1", content=pdf("L1")),
        Paper("AB-2-L5", "Invitation to the review", exhibit="AB/2", content=pdf("L5")),
    )


@cache
def some_pack() -> bytes:
    """The archive."""
    return bind(
        Pack("FT-2026-00042", "Case against a parent", "Saltmarsh High School", date(2027, 1, 25), some_papers())
    )


def files_of(archive: bytes) -> dict[str, bytes]:
    """The files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    """The folder with these files."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
