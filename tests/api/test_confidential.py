"""A safe address over HTTP: what was answered, kept half-finished, reported too late and posted shows it to few."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, update

from engine import tables
from engine.database import transaction
from tests.api.desk import Desk, Office, office_on
from tests.journeys.world import World, new_world

SAFE = {"new_address": "5 Refuge Row\nElsewhere", "new_postcode": "NR97 7ZZ", "confidential": True}
SECRETS = ("Refuge Row", "NR97")
READERS = [("attendance_lead", True), ("head_teacher", False), ("supervisor", False)]


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return new_world(engine, tmp_path / "letters")


@pytest.fixture
def office(world: World) -> Office:
    return office_on(world.player.runtime, process="fast_track")


def moved(world: World) -> UUID:
    """A case in which the mother's letter failed, because she moved to a place that nobody may learn."""
    case = world.to_panel_notice()
    world.player.report(case, "NoticeFailed", parent=str(world.mother), what="address_changed", **SAFE)
    return case


def shows(desk: Desk, path: str) -> bool:
    """Whether a page that can be read tells any of the safe address."""
    answer = desk.ask("GET", path)
    assert answer.status_code == 200, answer.text
    return any(secret in answer.text for secret in SECRETS)


@pytest.mark.rule("R028")
@pytest.mark.parametrize(("role", "is_shown"), READERS)
def test_answers_show_addresses_only_to_who_checks_them(
    world: World, office: Office, role: str, is_shown: bool
) -> None:
    case = moved(world)
    reader = office.person({world.school: (role,)})

    assert shows(reader, f"/cases/{case}/answers") is is_shown
    (failed,) = [one for one in reader.get(f"/cases/{case}/answers")["items"] if one["element"] == "HearNoticeFailed"]
    assert failed["answers"]["what"] == "address_changed"


@pytest.mark.parametrize(("role", "is_shown"), READERS)
def test_what_was_reported_too_late_shows_addresses_only_to_who_checks_them(
    world: World, office: Office, role: str, is_shown: bool
) -> None:
    case = moved(world)
    with transaction(office.engine) as db:
        received = tables.inbox.c.received_at
        db.execute(update(tables.inbox).values(heard_at=None, left_at=received))
    reader = office.person({world.school: (role,)})

    assert shows(reader, f"/cases/{case}/left-over") is is_shown


@pytest.mark.parametrize(("role", "is_shown"), [("attendance_lead", True), ("supervisor", False)])
def test_a_draft_shows_addresses_only_to_who_checks_them(
    world: World, office: Office, role: str, is_shown: bool
) -> None:
    case = world.open()
    world.do(case, "ReviewEarlySupport")
    task = world.player.task(case, "EstablishParents").id
    lead = office.person({world.school: ("attendance_lead",)})
    row = {"adult": str(world.mother), "verified_how": "By telephone", **SAFE}
    lead.put(f"/tasks/{task}/draft", {"answers": {"parents": [row], "seeking_how": "Asked the aunt."}})

    reader = office.person({world.school: (role,)})
    draft = reader.get(f"/tasks/{task}")["draft"]

    assert shows(reader, f"/tasks/{task}") is is_shown
    assert (draft["seeking_how"], draft["parents"][0]["verified_how"]) == ("Asked the aunt.", "By telephone")


@pytest.mark.rule("R028")
@pytest.mark.parametrize(
    ("role", "status"),
    [("attendance_lead", 200), ("post_room", 200), ("head_teacher", 403), ("supervisor", 403)],
)
def test_a_letter_to_a_safe_address_is_read_by_who_checks_and_who_prints_it(
    world: World, office: Office, role: str, status: int
) -> None:
    case = moved(world)
    reader = office.person({world.school: (role,)})
    letters = reader.get(f"/cases/{case}/documents")["items"]

    mothers = next(letter for letter in letters if letter["recipient"] == str(world.mother))
    fathers = next(letter for letter in letters if letter["recipient"] == str(world.father))

    assert reader.ask("GET", f"/documents/{mothers['id']}/content").status_code == status
    assert reader.ask("GET", f"/documents/{fathers['id']}/content").status_code == 200
