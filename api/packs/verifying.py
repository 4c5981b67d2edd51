"""Whether a pack is still as it was made, told from its own files alone."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from api.packs.binding import page_digests
from api.packs.manifest import MANIFEST, WHOLE, Entry, Manifest, read_manifest, seal_of, sha256
from attendance.errors import Unreadable

_MOST_BYTES = 500_000_000  # unpacked


@dataclass(frozen=True)
class Verified:
    """What was found: an empty list when nothing has changed. `manifest_sha256` is what a receipt may name."""

    reference: str
    title: str
    documents: int
    pages: int
    manifest_sha256: str
    findings: tuple[str, ...]


def verify_pack(path: Path) -> Verified:
    """Looks at an archive, or at the folder it was unpacked to. Raises Unreadable for what is no pack at all."""
    files = _files(path)
    if MANIFEST not in files:
        raise Unreadable(f"{path.name} holds no {MANIFEST}, so it is no pack.")
    try:
        manifest = read_manifest(files[MANIFEST])
    except ValueError as error:
        raise Unreadable(str(error)) from error
    return Verified(
        reference=manifest.reference,
        title=manifest.title,
        documents=len(manifest.entries),
        pages=len(manifest.page_sha256),
        manifest_sha256=sha256(files[MANIFEST]),
        findings=tuple(_findings(files, manifest)),
    )


def _findings(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[str]:
    if manifest.as_json() != files[MANIFEST]:
        yield f"{MANIFEST} has changed."
    known = {MANIFEST, WHOLE, *(entry.file for entry in manifest.entries)}
    yield from (f"{name} is not of this pack." for name in sorted(files.keys() - known))
    for entry in manifest.entries:
        yield from _of_document(entry, files, manifest)
    sealed = {entry.file: files[entry.file] for entry in manifest.entries[1:] if entry.file in files}
    if len(sealed) == len(manifest.entries) - 1 and seal_of(sealed) != manifest.seal:
        yield "The documents are not those that were sealed, or not in that order."
    if WHOLE not in files:
        yield f"{WHOLE} is missing."
        return
    if sha256(files[WHOLE]) != manifest.pack_sha256:
        yield f"{WHOLE} has changed."
    yield from _of_pages(files, manifest)


def _of_document(entry: Entry, files: Mapping[str, bytes], manifest: Manifest) -> Iterator[str]:
    name = f"{entry.file} ({' '.join(word for word in (entry.exhibit, entry.title) if word)})"
    if entry.file not in files:
        yield f"{name} is missing."
    elif (found := sha256(files[entry.file])) != entry.sha256:
        other = next((each for each in manifest.entries if each.sha256 == found), None)
        yield f"{name} has been exchanged for {other.file}." if other else f"{name} has changed."


def _of_pages(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[str]:
    """Which pages of the whole are gone or different, and whether each shows the document that it stands for."""
    try:
        found = page_digests(files[WHOLE])
        metadata = PdfReader(io.BytesIO(files[WHOLE])).metadata
        seal = str(metadata["/PackSeal"]) if metadata and "/PackSeal" in metadata else ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        yield f"{WHOLE} cannot be read any more."
        return
    if seal != manifest.seal:
        yield f"{WHOLE} bears the seal of other documents."
    expected = list(manifest.page_sha256)
    if len(found) != len(expected):
        yield f"{WHOLE} has {len(found)} pages and was made with {len(expected)}."
    for number, digest in enumerate(expected, start=1):
        if digest not in found:
            yield f"Page {number} is missing or has changed: {_place(number, manifest)}."
        elif found.index(digest) != number - 1 and len(found) == len(expected):
            yield f"Page {number} stands elsewhere: {_place(number, manifest)}."
    yield from (f"A page was put in as page {at}." for at, each in enumerate(found, start=1) if each not in expected)


def _place(number: int, manifest: Manifest) -> str:
    entry = next(each for each in reversed(manifest.entries) if each.first_page <= number)
    mark = f"{entry.exhibit} " if entry.exhibit else ""
    return f"{mark}{entry.title}, page {number - entry.first_page + 1} of {entry.pages}"


def _files(path: Path) -> dict[str, bytes]:
    try:
        if path.is_dir():
            found = [each for each in sorted(path.rglob("*")) if each.is_file()]
            return {each.relative_to(path).as_posix(): each.read_bytes() for each in found}
        with zipfile.ZipFile(path) as archive:
            listed = [each for each in archive.infolist() if not each.is_dir()]
            if sum(each.file_size for each in listed) > _MOST_BYTES:
                raise Unreadable(f"{path.name} is larger than any pack.")
            return {each.filename: archive.read(each) for each in listed}
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise Unreadable(f"{path.name} cannot be read as a pack: it is no folder and no whole archive.") from error
