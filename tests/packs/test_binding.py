"""A pack as one PDF: its index, bookmarks and stamps, and the accessible documents beside it."""

import io
from datetime import date

import pikepdf
import pypdfium2

from api.packs.binding import bind
from api.packs.manifest import read_manifest
from attendance.papers import Pack
from tests.documents.test_pdf import flat
from tests.packs.some_packs import files_of, some_pack, some_papers


def pages_of(content: bytes) -> list[str]:
    """What each page says."""
    with pypdfium2.PdfDocument(content) as document:
        return [flat(page.get_textpage().get_text_bounded()) for page in document]


def test_the_same_papers_give_the_same_bytes() -> None:
    pack = Pack("FT-2026-00042", "A", "School", date(2027, 1, 25), some_papers())

    assert bind(pack) == bind(pack)


def test_every_page_bears_its_number_and_every_exhibit_its_mark() -> None:
    files = files_of(some_pack())
    manifest = read_manifest(files["manifest.json"])
    pages = pages_of(files["pack.pdf"])

    assert len(pages) == len(manifest.page_sha256) == sum(entry.pages for entry in manifest.entries)
    for number, said in enumerate(pages, start=1):
        entry = next(each for each in reversed(manifest.entries) if each.first_page <= number)
        assert f"FT-2026-00042 · pack page {number} of {len(pages)} · {manifest.seal[:16]}" in said
        assert ("Exhibit AB/" in said) == bool(entry.exhibit)
        assert not entry.exhibit or f"Exhibit {entry.exhibit}" in said


def test_the_index_names_each_document_its_pages_and_its_hash() -> None:
    files = files_of(some_pack())
    manifest = read_manifest(files["manifest.json"])
    index = pages_of(files["pack.pdf"])[0]

    for entry in manifest.entries[1:]:
        last = entry.first_page + entry.pages - 1
        assert f"{entry.title} {entry.first_page}–{last} {entry.sha256[:32]} {entry.sha256[32:]}" in index


def test_bookmarks_lead_to_the_first_page_of_each_document() -> None:
    files = files_of(some_pack())
    manifest = read_manifest(files["manifest.json"])
    with pypdfium2.PdfDocument(files["pack.pdf"]) as document:
        found = [(mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in document.get_toc()]

    index, certificate, first, second = (entry.first_page for entry in manifest.entries)
    assert found == [
        (0, "Index", index),
        (0, "Certificate of attendance", certificate),
        (0, "Exhibits", first),
        (1, "AB/1 Invitation", first),
        (1, "AB/2 Invitation to the review", second),
    ]


def test_the_single_documents_are_accessible_and_letters_are_those_that_were_sent() -> None:
    files = files_of(some_pack())
    sent = some_papers()[1].content

    assert files["documents/03-AB-1-L1.pdf"] == sent
    for name in ("documents/01-index.pdf", "documents/02-certificate.pdf"):
        with pikepdf.open(io.BytesIO(files[name])) as document:
            assert "/StructTreeRoot" in document.Root
            assert document.Root.Lang == "en-GB"
            assert b"pdfuaid" in document.Root.Metadata.read_bytes()


def test_nothing_but_the_reference_and_the_title_stands_in_the_metadata() -> None:
    whole = files_of(some_pack())["pack.pdf"]

    with pikepdf.open(io.BytesIO(whole)) as document:
        said = {key: str(value) for key, value in document.docinfo.items()}
        assert set(said) == {"/Title", "/Producer", "/PackSeal"}
        assert said["/Title"] == "FT-2026-00042 Case against a parent"
        assert "/Metadata" not in document.Root
