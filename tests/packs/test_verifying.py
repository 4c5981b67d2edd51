"""What `fasttrack pack verify` finds in a pack that somebody has touched."""

import io
import random
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from api.packs.manifest import read_manifest, seal_of, sha256
from api.packs.verifying import verify_pack
from attendance.errors import Unreadable
from tests.cli.commands import Command
from tests.packs.some_packs import files_of, some_pack, unpacked

NAMES = (
    "documents/01-index.pdf",
    "documents/02-certificate.pdf",
    "documents/03-AB-1-L1.pdf",
    "documents/04-AB-2-L5.pdf",
    "manifest.json",
    "pack.pdf",
)
FIRST, SECOND = "documents/03-AB-1-L1.pdf", "documents/04-AB-2-L5.pdf"


def verified(files: dict[str, bytes], folder: Path) -> tuple[str, ...]:
    """What is found in these files."""
    return verify_pack(unpacked(files, folder)).findings


def test_an_untouched_pack_is_found_unchanged_as_archive_and_as_folder(tmp_path: Path) -> None:
    archive = tmp_path / "pack.zip"
    archive.write_bytes(some_pack())

    assert verify_pack(archive).findings == ()
    assert verified(files_of(some_pack()), tmp_path / "folder") == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_byte_is_found_in_every_file_wherever_it_is(name: str, tmp_path: Path) -> None:
    files = files_of(some_pack())
    places = random.Random(name).sample(range(len(files[name])), 3)  # noqa: S311

    for number, place in enumerate(places):
        touched = bytearray(files[name])
        touched[place] ^= 1
        try:
            found = verified({**files, name: bytes(touched)}, tmp_path / str(number))
        except Unreadable as refused:
            found = (str(refused),)
        assert any(each.startswith(name) for each in found)


@pytest.mark.parametrize("number", range(1, 8))
def test_a_removed_page_is_named_with_the_document_that_it_is_of(number: int, tmp_path: Path) -> None:
    files = files_of(some_pack())
    writer = PdfWriter(io.BytesIO(files["pack.pdf"]))
    writer.remove_page(number - 1)
    out = io.BytesIO()
    writer.write(out)

    found = verified({**files, "pack.pdf": out.getvalue()}, tmp_path)

    pages = len(PdfReader(io.BytesIO(files["pack.pdf"])).pages)
    manifest = read_manifest(files["manifest.json"])
    entry = next(each for each in reversed(manifest.entries) if each.first_page <= number)
    assert f"pack.pdf has {pages - 1} pages and was made with {pages}." in found
    assert any(each.startswith(f"Page {number} is missing") and entry.title in each for each in found)


def test_a_removed_page_of_a_single_document_is_found(tmp_path: Path) -> None:
    files = files_of(some_pack())
    writer = PdfWriter(io.BytesIO(files[FIRST]))
    writer.remove_page(1)
    out = io.BytesIO()
    writer.write(out)

    assert f"{FIRST} (AB/1 Invitation) has changed." in verified({**files, FIRST: out.getvalue()}, tmp_path)


def test_exchanged_exhibits_are_found(tmp_path: Path) -> None:
    files = files_of(some_pack())

    found = verified({**files, FIRST: files[SECOND], SECOND: files[FIRST]}, tmp_path)

    assert f"{FIRST} (AB/1 Invitation) has been exchanged for {SECOND}." in found


def test_exhibits_exchanged_in_the_manifest_too_no_longer_fit_the_seal(tmp_path: Path) -> None:
    files = files_of(some_pack())
    manifest = read_manifest(files["manifest.json"])
    index, certificate, first, second = manifest.entries
    entries = [index, certificate, replace(first, sha256=second.sha256), replace(second, sha256=first.sha256)]
    touched = {
        **files,
        FIRST: files[SECOND],
        SECOND: files[FIRST],
        "manifest.json": replace(manifest, entries=entries).as_json(),
    }

    found = verified(touched, tmp_path)

    assert found == ("The documents are not those that were sealed, or not in that order.",)


def test_a_manifest_sealed_anew_no_longer_fits_the_pages(tmp_path: Path) -> None:
    files = files_of(some_pack())
    files = {**files, FIRST: files[SECOND], SECOND: files[FIRST]}
    manifest = read_manifest(files["manifest.json"])
    entries = [replace(entry, sha256=sha256(files[entry.file])) for entry in manifest.entries]
    seal = seal_of({entry.file: files[entry.file] for entry in entries[1:]})
    touched = {**files, "manifest.json": replace(manifest, entries=entries, seal=seal).as_json()}

    found = verified(touched, tmp_path)

    assert found == ("pack.pdf bears the seal of other documents.",)


@pytest.mark.parametrize("name", ["pack.pdf", FIRST])
def test_a_missing_file_and_a_stray_one_are_named(name: str, tmp_path: Path) -> None:
    files = files_of(some_pack())
    del files[name]

    found = verified({**files, "notes.txt": b"?"}, tmp_path)

    assert "notes.txt is not of this pack." in found
    assert any(each.startswith(name) and each.endswith("is missing.") for each in found)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_what_is_no_pack_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(content)

    with pytest.raises(Unreadable):
        verify_pack(path)


def test_the_command_needs_no_database_and_ends_with_one_when_anything_has_changed(
    tmp_path: Path, fasttrack: Command
) -> None:
    whole, touched = tmp_path / "pack.zip", unpacked(files_of(some_pack()), tmp_path / "folder")
    whole.write_bytes(some_pack())
    (touched / "pack.pdf").write_bytes(b"%PDF-1.7 nothing")
    receipt = sha256(files_of(some_pack())["manifest.json"])

    good = fasttrack("pack", "verify", whole, "--manifest-sha256", receipt)
    other = fasttrack("pack", "verify", whole, "--manifest-sha256", "0" * 64)
    bad = fasttrack("pack", "verify", touched, "--json")

    assert (good.code, other.code, bad.code) == (0, 1, 1)
    assert "Nothing has changed" in good.out
    assert "pack.pdf has changed." in bad.json["findings"]
