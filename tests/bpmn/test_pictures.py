"""The pictures of the diagrams: drawn from the diagrams as they are, and where the README looks for them."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.bpmn.drawings import FOLDER

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
DIAGRAMS = sorted(FOLDER.glob("*.bpmn"))
SHOWN = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)|<img\b[^>]*?\bsrc=[\"']([^\"']+)")


def drawn() -> dict[str, str]:
    """For each picture the hash of the diagram it was drawn from."""
    found: dict[str, str] = json.loads((PICTURES / "drawn.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda diagram: diagram.stem)
def test_the_picture_was_drawn_from_the_diagram_as_it_is(diagram: Path) -> None:
    is_now = hashlib.sha256(diagram.read_bytes()).hexdigest()

    was = drawn().get(f"{diagram.stem}.svg")

    assert was == is_now, f"The picture of {diagram.name} is out of date: run `make pictures` and commit docs/pictures."


def test_there_are_pictures_of_the_diagrams_and_of_nothing_else() -> None:
    expected = {f"{diagram.stem}.svg" for diagram in DIAGRAMS}

    assert set(drawn()) == expected, "Run `make pictures`."
    assert {picture.name for picture in PICTURES.glob("*.svg")} == expected, "Run `make pictures`."


def test_every_picture_carries_the_mark_of_bpmn_io() -> None:
    unmarked = [name for name in drawn() if '<a href="https://bpmn.io"' not in (PICTURES / name).read_text("utf-8")]

    assert unmarked == []


def test_every_picture_that_the_readme_shows_exists() -> None:
    sources = ["".join(found) for found in SHOWN.findall((ROOT / "README.md").read_text("utf-8"))]

    missing = [source for source in sources if "://" not in source and not (ROOT / source).is_file()]

    assert missing == []


def test_the_lock_of_the_pictures_carries_no_addresses() -> None:
    assert "://" not in (PICTURES / "package-lock.json").read_text("utf-8")
