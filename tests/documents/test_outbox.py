"""The post room's folder: each letter once, whatever dies, and none that was called back."""

import csv
import hashlib
import multiprocessing
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from api.documents.errors import ParcelDamaged
from api.documents.outbox import PostFolder
from engine.deliveries import Channel, Parcel
from tests.documents.fields import FIELDS
from tests.documents.letters import pdf

CONTENT = pdf("L1")


def parcel(number: int = 1, **changed: object) -> Parcel:
    """The parcel of a letter that was decided on Friday 27 November 2026."""
    made = Parcel(
        id=UUID(int=(0x01930000 << 96) + (0x7 << 76) + (0x8 << 60) + number),
        case_reference="FT-2026-00042",
        letter="L1",
        recipient="an adult",
        fields=FIELDS,
        content=CONTENT,
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        created_at=datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def listed(folder: Path, day: str = "2026-11-27") -> list[dict[str, str]]:
    """The lines of a day's list."""
    with (folder / day / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def letters(folder: Path) -> list[str]:
    """The letters in a folder, by their path."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.pdf"))


def test_a_letter_is_written_and_listed(tmp_path: Path) -> None:
    channel: Channel = PostFolder(tmp_path / "post")

    channel.send(parcel())

    assert letters(tmp_path / "post") == ["2026-11-27/FT-2026-00042-L1-000000000001.pdf"]
    assert (tmp_path / "post" / letters(tmp_path / "post")[0]).read_bytes() == CONTENT
    assert listed(tmp_path / "post") == [
        {
            "state": "to post",
            "file": "FT-2026-00042-L1-000000000001.pdf",
            "letter": "L1",
            "case": "FT-2026-00042",
            "addressee": "Mrs Ada Okafor",
            "postcode": "NR99 2BB",
            "pages": "2",
            "sha256": parcel().sha256,
            "delivery": str(parcel().id),
        }
    ]


def test_the_folder_says_that_it_refuses_duplicates_and_does(tmp_path: Path) -> None:
    channel = PostFolder(tmp_path)
    channel.send(parcel())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    PostFolder(tmp_path).send(parcel())

    assert channel.refuses_duplicates
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_the_day_is_the_day_in_england(tmp_path: Path) -> None:
    PostFolder(tmp_path).send(parcel(created_at=datetime(2027, 6, 30, 23, 30, tzinfo=UTC)))

    assert letters(tmp_path) == ["2027-07-01/FT-2026-00042-L1-000000000001.pdf"]


def test_a_letter_that_is_called_back_is_moved_away_and_marked(tmp_path: Path) -> None:
    channel = PostFolder(tmp_path)
    channel.send(parcel(1))
    channel.send(parcel(2))

    channel.recall(parcel(1))
    channel.recall(parcel(1))

    assert letters(tmp_path) == [
        "2026-11-27/FT-2026-00042-L1-000000000002.pdf",
        "2026-11-27/recalled/FT-2026-00042-L1-000000000001.pdf",
    ]
    assert [line["state"] for line in listed(tmp_path)] == ["do not post", "to post"]


def test_a_letter_that_was_called_back_does_not_come_again(tmp_path: Path) -> None:
    channel = PostFolder(tmp_path)
    channel.send(parcel(1))

    channel.recall(parcel(1))
    channel.recall(parcel(2))
    channel.send(parcel(1))
    channel.send(parcel(2))

    assert letters(tmp_path) == ["2026-11-27/recalled/FT-2026-00042-L1-000000000001.pdf"]
    assert [line["state"] for line in listed(tmp_path)] == ["do not post", "do not post"]


def test_a_death_between_letter_and_line_is_mended_by_sending_again(tmp_path: Path) -> None:
    (tmp_path / "2026-11-27").mkdir()
    (tmp_path / "2026-11-27" / "FT-2026-00042-L1-000000000001.pdf").write_bytes(CONTENT)
    (tmp_path / "2026-11-27" / ".FT-2026-00042-L1-000000000001.pdf.part").write_bytes(b"half")

    PostFolder(tmp_path).send(parcel())

    assert len(letters(tmp_path)) == len(listed(tmp_path)) == 1
    assert not list(tmp_path.rglob("*.part"))


def test_a_list_that_people_changed_or_deleted_is_written_anew(tmp_path: Path) -> None:
    channel = PostFolder(tmp_path)
    channel.send(parcel(1))
    (tmp_path / "2026-11-27" / "manifest.csv").write_bytes(b"sorted;by;hand\xff")

    channel.send(parcel(2))

    assert [line["file"][-7:] for line in listed(tmp_path)] == ["001.pdf", "002.pdf"]


def test_other_bytes_than_those_first_made_are_not_posted(tmp_path: Path) -> None:
    with pytest.raises(ParcelDamaged):
        PostFolder(tmp_path).send(parcel(content=CONTENT + b" "))

    assert letters(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "post").write_text("a file where the folder should be")

    with pytest.raises(OSError, match="post"):
        PostFolder(tmp_path / "post").send(parcel())


def test_letters_are_for_their_owner_alone_or_for_whom_the_folder_is_open(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o750)
    for folder in (own, shared):
        PostFolder(folder).send(parcel())
        PostFolder(folder).recall(parcel())

    def modes(folder: Path) -> set[str]:
        return {oct(stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}

    assert modes(own) == {"0o700", "0o600"}
    assert modes(shared) == {"0o750", "0o640"}


def test_file_names_hold_no_names_and_no_way_out_of_the_folder(tmp_path: Path) -> None:
    PostFolder(tmp_path).send(parcel(case_reference="../../FT 1", letter="L1/../x"))

    (name,) = letters(tmp_path)
    assert name == "2026-11-27/-FT-1-L1-x-000000000001.pdf"


def test_a_name_cannot_be_a_formula_in_the_list(tmp_path: Path) -> None:
    fields = FIELDS | {"addressee_name": "=HYPERLINK(1)", "addressee_address": ["14 Windmill Road", "@NR99\n2BB"]}

    PostFolder(tmp_path).send(parcel(fields=fields))

    (line,) = listed(tmp_path)
    assert (line["addressee"], line["postcode"]) == ("'=HYPERLINK(1)", "'@NR99 2BB")


def test_threads_and_processes_share_the_folder(tmp_path: Path) -> None:
    """Each of four senders sends all letters: every letter is there once."""
    with multiprocessing.get_context("spawn").Pool(2) as processes, ThreadPoolExecutor(2) as threads:
        elsewhere = processes.map_async(send_many, [tmp_path, tmp_path])
        list(threads.map(send_many, [tmp_path, tmp_path]))
        elsewhere.get(60)

    assert len(letters(tmp_path)) == len(listed(tmp_path)) == 25


def send_many(folder: Path) -> None:
    """Sends twenty-five letters."""
    for number in range(25):
        PostFolder(folder).send(parcel(number))
