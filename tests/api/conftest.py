"""An office on the small process, with a school, a pupil and somebody who may do most."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.api.desk import Desk, Office, office_on
from tests.engine.small import BROKEN, small_runtime


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    """Cases are opened on the small process: its tasks are for clerks, its complaints' answers for a boss."""
    yield office_on(small_runtime(engine), process="small")
    BROKEN.clear()


@pytest.fixture
def school(office: Office) -> UUID:
    return office.school()


@pytest.fixture
def pupil(office: Office, school: UUID) -> UUID:
    return office.pupil(school)


@pytest.fixture
def lead(office: Office, school: UUID) -> Desk:
    """Opens cases, and does what clerks do."""
    return office.person({school: ("attendance_lead", "clerk")})


@pytest.fixture
def supervisor(office: Office, school: UUID) -> Desk:
    return office.person({school: ("supervisor",)}, name="Hamish Clearwater-Fen")


@pytest.fixture
def stranger(office: Office) -> Desk:
    """Has every role, in another school."""
    roles = ("attendance_lead", "head_teacher", "panel_chair", "post_room", "supervisor", "process_owner", "clerk")
    return office.person({office.school("Elsewhere High"): roles}, name="Ulric Far")


@pytest.fixture
def case(lead: Desk, pupil: UUID) -> str:
    """An open case about the pupil."""
    opened = lead.post("/cases", {"pupil_id": str(pupil)})
    return str(opened["id"])
