"""The packs of a real referral: two parents, one of them at an address that nobody may learn."""

import io
import re
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy import Engine

from api.packs.manifest import sha256
from api.packs.verifying import verify_pack
from engine import tables
from tests.handlers.pack_stories import files_of, said_in
from tests.journeys.world import PAPERS, World, new_world

MOTHERS = {"email": "ada.okafor@example.org", "phone": "07700 900001", "lines": ["14 Windmill Road", "Saltmarsh"]}
FATHERS = {
    "surname": "Reed",
    "confidential": True,
    "email": "sam.reed@example.org",
    "phone": "07700 900002",
    "lines": ["3 Quay Street", "Harbourton"],
}
TOKENS = {
    "mother": ["14 Windmill Road", "NR99 2BB", "ada.okafor@example.org", "07700 900001"],
    "father": ["3 Quay Street", "Harbourton", "NR98 3CC", "sam.reed@example.org", "07700 900002"],
}


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """A mother, and a father whose address is confidential."""
    return new_world(engine, tmp_path / "letters", mother=MOTHERS, father=FATHERS)


def folded(text: str) -> str:
    """Text as a search would look at it."""
    return re.sub(r"[^a-z0-9@]", "", text.lower())


def everything_in(name: str, content: bytes) -> str:
    """A file's name, its bytes, and of a PDF its text, metadata and every stream unpacked."""
    found = [name, content.decode("latin-1")]
    if name.endswith(".pdf"):
        found.append(said_in(content))
        with pikepdf.open(io.BytesIO(content)) as document:
            found += [str(value) for value in document.docinfo.values()]
            found += [
                each.read_bytes().decode("latin-1")
                for each in document.objects
                if isinstance(each, pikepdf.Stream) and each.get("/Subtype") not in ("/Image",)
            ]
    return folded(" ".join(found))


@pytest.mark.rule("R030", "R091")
def test_no_pack_letter_log_or_manifest_of_one_parent_tells_where_the_other_is(
    world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    case = world.to_referral()
    world.submit(case)

    documents = world.rows(tables.document, case_id=case)
    packs = {UUID(row.recipient): row for row in documents if row.kind == "pack"}
    assert set(packs) == {world.mother, world.father}
    for who, other in (("mother", "father"), ("father", "mother")):
        mine = getattr(world, who)
        files = files_of(packs[mine].content)
        files |= {
            f"{row.kind}.pdf": row.content for row in documents if row.recipient == str(mine) and row.kind != "pack"
        }
        told = {name: everything_in(name, content) for name, content in files.items()}
        assert any(folded(TOKENS[who][1]) in said for said in told.values())  # the search finds what is there
        for token in TOKENS[other]:
            assert [name for name, said in told.items() if folded(token) in said] == []
    history = folded(str([row["facts"] for row in world.history(case)]))
    printed = capfd.readouterr()
    logged = folded(printed.out + printed.err + caplog.text)
    for token in (*TOKENS["mother"], *TOKENS["father"]):
        assert folded(token) not in history
        assert folded(token) not in logged
    for pack in packs.values():
        archive = tmp_path / "pack.zip"
        archive.write_bytes(pack.content)
        assert verify_pack(archive).findings == ()
        assert pack.sha256 == sha256(pack.content)
    noted = world.noted(case, "pack_assembled")
    receipts = {verify_archive(packs[UUID(note["adult"])].content, tmp_path): note["manifest_sha256"] for note in noted}
    assert all(found == said for found, said in receipts.items())
    assert world.incidents() == []


@pytest.mark.rule("R091")
def test_an_application_that_came_back_gets_packs_anew_and_the_first_ones_stay(world: World) -> None:
    case = world.to_referral()
    world.submit(case)
    first = {row.id: row.sha256 for row in world.rows(tables.document, case_id=case, kind="pack")}
    world.player.do(case, "ConsiderApplication", variant={"decision": "returned"})

    world.do(case, *PAPERS, "HeadTeacherSigns")

    kept = {row.id: row.sha256 for row in world.rows(tables.document, case_id=case, kind="pack")}
    assert len(kept) == 4
    assert kept.items() >= first.items()


def verify_archive(content: bytes, folder: Path) -> str:
    """The hash of the manifest in an archive."""
    archive = folder / "received.zip"
    archive.write_bytes(content)
    return verify_pack(archive).manifest_sha256
