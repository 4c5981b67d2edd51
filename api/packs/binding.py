"""Binds the papers of a pack: one PDF with index, bookmarks and stamps, the single documents, the manifest."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import Fit

from api.documents import fonts
from api.documents.typesetting import typeset
from api.packs.manifest import MANIFEST, SEAL_LENGTH, WHOLE, Entry, Manifest, read_manifest, seal_of, sha256
from attendance.papers import Pack, Paper, table, text

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # no clock in the archive: the same papers give the same bytes
_FOLDER = "documents"


def bound(pack: Pack) -> tuple[bytes, dict[str, Any]]:
    """The archive of a pack, and what a receipt says of it. Raises NotTypeset."""
    archive = bind(pack)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        written = opened.read(MANIFEST)
    manifest = read_manifest(written)
    return archive, {
        "documents": len(manifest.entries),
        "pages": len(manifest.page_sha256),
        "manifest_sha256": sha256(written),
    }


def bind(pack: Pack) -> bytes:
    """The archive: `pack.pdf`, the single accessible documents, `manifest.json`. Raises NotTypeset."""
    documents = {
        f"{_FOLDER}/{number:02}-{paper.name}.pdf": paper.content or _typeset(pack, paper)
        for number, paper in enumerate(pack.papers, start=2)
    }
    seal = seal_of(documents)
    pages = {file: len(PdfReader(io.BytesIO(content)).pages) for file, content in documents.items()}
    index = _index(pack, documents, pages, seal)
    documents = {f"{_FOLDER}/01-index.pdf": index, **documents}
    papers = [Paper("index", "Index"), *pack.papers]
    whole, entries = _merged(pack, documents, papers, seal)
    manifest = Manifest(
        reference=pack.reference,
        title=pack.title,
        made_on=pack.made_on.isoformat(),
        entries=entries,
        pack_sha256=sha256(whole),
        page_sha256=page_digests(whole),
        seal=seal,
    )
    return _archive({WHOLE: whole, MANIFEST: manifest.as_json(), **documents})


def page_digests(whole: bytes) -> list[str]:
    """A digest of what is drawn on each page, its stamp included."""
    digests = []
    for page in PdfReader(io.BytesIO(whole)).pages:
        drawn = page.get_contents()
        digests.append(sha256(drawn.get_data() if drawn is not None else b""))
    return digests


def _typeset(pack: Pack, paper: Paper) -> bytes:
    return typeset(
        "paper",
        {
            "font": fonts.FAMILY,
            "title": paper.title,
            "school": pack.school,
            "reference": pack.reference,
            "day": pack.made_on.isoformat(),
            "blocks": list(paper.blocks),
        },
    )


def _index(pack: Pack, documents: Mapping[str, bytes], pages: Mapping[str, int], seal: str) -> bytes:
    """The first pages. They say on which page each document begins, which depends on how many they are themselves."""
    length = 1
    while True:
        rows, page = [], length + 1
        for (file, content), paper in zip(documents.items(), pack.papers, strict=True):
            last = page + pages[file] - 1
            rows.append(
                [paper.exhibit or "–", paper.title, str(page) if last == page else f"{page}–{last}", sha256(content)]
            )
            page = last + 1
        blocks = (
            text(f"{pack.title}\nSeal of the documents: {seal}"),
            table(
                ["Exhibit", "Document", "Pages", "SHA-256 of the document"],
                [[mark, title, where, f"{digest[:32]}\n{digest[32:]}"] for mark, title, where, digest in rows],
                widths=[2, 7, 2, 7],
                small=True,
            ),
        )
        content = _typeset(pack, Paper("index", "Index", blocks=blocks))
        found = len(PdfReader(io.BytesIO(content)).pages)
        if found == length:
            return content
        length = found


def _merged(
    pack: Pack, documents: Mapping[str, bytes], papers: Sequence[Paper], seal: str
) -> tuple[bytes, list[Entry]]:
    writer, entries, marks = PdfWriter(), [], []
    exhibits = None
    for (file, content), paper in zip(documents.items(), papers, strict=True):
        first = len(writer.pages)
        writer.append(io.BytesIO(content), import_outline=False)
        number = len(writer.pages) - first
        marks += [paper.exhibit] * number
        entries.append(Entry(file, paper.title, paper.exhibit, sha256(content), first + 1, number))
        if paper.exhibit and exhibits is None:
            exhibits = writer.add_outline_item(title="Exhibits", page_number=first, fit=Fit.fit())
        label = f"{paper.exhibit} {paper.title}" if paper.exhibit else paper.title
        writer.add_outline_item(
            title=label, page_number=first, parent=exhibits if paper.exhibit else None, fit=Fit.fit()
        )
    _stamp(writer, marks, title=pack.reference, seal=seal[:SEAL_LENGTH])
    # Merged structure would tell a reader of screens about pages that are elsewhere; the single documents have theirs.
    for key in ("/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents"):
        writer.root_object.pop(key, None)
    writer.metadata = None
    writer.add_metadata({"/Title": f"{pack.reference} {pack.title}", "/Producer": "Fast Track", "/PackSeal": seal})
    writer.page_mode = "/UseOutlines"
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue(), entries


def _stamp(writer: PdfWriter, marks: Sequence[str], *, title: str, seal: str) -> None:
    stamps = typeset(
        "stamps", {"font": fonts.FAMILY, "title": title, "seal": seal, "marks": list(marks)}, is_accessible=False
    )
    for page, stamp in zip(writer.pages, PdfReader(io.BytesIO(stamps)).pages, strict=True):
        page.merge_page(stamp)


def _archive(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
