"""A case's file: it is whole, it is nobody else's, and it stays the same."""

import io
import json
import zipfile
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

import attendance.tables as records
import engine.tables as workings
from api.case_files import write_case_file
from engine.bundles import Bundle
from engine.checks import check_bundle
from engine.errors import NotFound
from tests.builders import ABSENT, make_adult, make_pupil, mark_register
from tests.journeys.world import World

OTHER_UPN = "H801200001001"


def written(world: World, case: UUID) -> bytes:
    with world.player.runtime.engine.connect() as db:
        return write_case_file(db, world.case(case).reference)


def opened(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The rows by table, and every other file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("case.json"))["rows"], files


def test_file_holds_the_case_its_process_and_its_documents(world: World) -> None:
    case = world.to_referral()

    rows, files = opened(written(world, case))

    assert [row["kind"] for row in rows["meeting"]] == ["panel", "review"]
    assert len(rows["invitation"]) == 4
    assert {row["id"] for row in rows["adult"]} == {str(world.mother), str(world.father)}
    assert {row["adult_id"] for row in rows["address"]} == {str(world.mother), str(world.father)}
    assert {"snapshot", "plan", "outcome", "answer", "history", "timer", "mark", "calendar"} <= rows.keys()
    documents = {name.removeprefix("documents/"): content for name, content in files.items() if "documents/" in name}
    assert documents.keys() == {f"{row['sha256']}.pdf" for row in rows["document"]}
    assert all(name == f"{sha256(content).hexdigest()}.pdf" for name, content in documents.items())


def test_file_holds_the_bundle_as_it_was_published(world: World) -> None:
    case = world.open()

    _, files = opened(written(world, case))

    process = {name.removeprefix("process/"): content for name, content in files.items()}
    assert check_bundle(Bundle("fast_track", process), world.player.runtime.registry) == []


def test_the_same_case_gives_the_same_bytes(world: World) -> None:
    case = world.to_referral()

    assert written(world, case) == written(world, case)


def test_file_holds_nobody_else(world: World) -> None:
    world.to_referral()
    with world.player.runtime.engine.begin() as db:
        other = make_pupil(db, world.school, upn=OTHER_UPN)
        stranger = make_adult(db, world.school, other)
        first = date.fromisoformat(world.calendar["terms"][0][0])
        mark_register(db, other, absent=ABSENT, first=first, last=world.marked_to, calendar=world.calendar)
    case = world.player.open(world.school, other)

    content, _ = opened(written(world, case))

    assert str(stranger) in json.dumps(content)
    assert not any(str(each) in json.dumps(content) for each in (world.pupil, world.mother, world.father))


def test_every_table_about_a_case_or_a_pupil_is_in_it(world: World) -> None:
    rows, _ = opened(written(world, world.open()))

    about = {"case_id", "pupil_id", "meeting_id", "notice_id", "adult_id"}
    tables = [*workings.metadata.tables.values(), *records.metadata.tables.values()]
    wanted = {table.name for table in tables if about & set(table.c.keys())}
    assert wanted - rows.keys() == {"case_state", "listener", "work"} & wanted


def test_no_such_case_is_said(world: World) -> None:
    with world.player.runtime.engine.connect() as db, pytest.raises(NotFound, match="no case FT-1999-0001"):
        write_case_file(db, "FT-1999-0001")
