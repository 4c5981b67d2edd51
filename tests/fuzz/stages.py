"""A school of the shipped process with a case in each stage, and one thing of everything that paths can name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.database import Database
from api.rules import ROLES
from api.settings import load_settings
from api.wiring import Wiring
from engine import tables
from engine.by_hand import Act
from engine.errors import IncidentRaised
from engine.people import create_person, grant, issue_token
from engine.timer_acts import Wanted, change_timer
from handlers import REGISTRY
from tests.builders import make_adult, make_pupil, mark_register
from tests.journeys.test_incidents import without
from tests.journeys.world import PUPILS_UPN, World, new_world

# What a case waits for, with the answers on the way to it.
LONG: Mapping[str, Mapping[str, Any]] = {
    "TimeToInvite": {},
    "AgreePlan": {},
    "DecideOutcome": {},
    "AgreeStepDownPlan": {"code": "O2"},
    "DecideInternalReview": {"code": "O4"},
    "CompleteCaseForm": {"code": "O3"},
    "HeadTeacherSigns": {"code": "O3"},
    "SubmitToAuthority": {"code": "O3"},
    "ConsiderApplication": {"code": "O3"},
    "Closed": {"code": "O1"},
}
SHORT = ("ReviewEarlySupport", "EstablishParents", "ArrangeMeeting", "ConfirmPosting", "NoticeHasRun", "LookAgain")
WAITS = frozenset({"TimeToInvite", "NoticeHasRun", "LookAgain"})
MOST_ROUNDS = 60
REGISTER = "UPN,Legal surname,Legal forename,Date,Session,Mark\nP926999018001,Okafor,Jamie,2027-03-01,AM,O\nP1,,,x,,\n"


@dataclass
class Service:
    """The service with its cases, and somebody who holds every role."""

    world: World
    client: TestClient
    token: str
    stages: dict[str, UUID] = field(default_factory=dict)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """What is answered below /api/v1."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def items(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """The first page of a list."""
        found = self.ask("GET", path, params={**params})
        assert found.status_code == 200, found.text
        listed: Any = found.json()
        return list(listed["items"] if isinstance(listed, dict) else listed)


def service_in_every_stage(engine: Engine, folder: Path) -> Service:
    """A case at each of the stages, on one clock."""
    world = new_world(engine, folder / "letters")
    service = _opened(world, folder)
    pupils = {stage: _another_pupil(world, number) for number, stage in enumerate(LONG, 1)}
    service.stages = {stage: pupil.open() for stage, pupil in pupils.items()}
    for _ in range(MOST_ROUNDS):
        if _everybody_does_what_is_open(service, pupils):
            continue
        going = [case for stage, case in service.stages.items() if not _is_there(service, stage)]
        if not going or (due := world.player.next_due(going)) is None:
            break
        world.player.move_to(due + timedelta(seconds=1))
        for pupil in pupils.values():
            pupil.attend(until=world.player.today() - timedelta(days=1))
    for number, stage in enumerate(SHORT, len(LONG) + 1):
        service.stages[stage] = _short(_another_pupil(world, number), stage)
    world.player.settle()
    missing = [stage for stage in service.stages if not _is_there(service, stage)]
    assert not missing, missing
    _stock(service)
    return service


def _opened(world: World, folder: Path) -> Service:
    runtime = world.player.runtime
    wiring = Wiring(load_settings(data_dir=folder), Database(runtime.engine), runtime, world.player.channels)
    with runtime.engine.begin() as db:
        now = world.player.now()
        person = create_person(db, name="Any Body", email="any@example.org", now=now)
        for role in sorted(ROLES):
            grant(db, person, world.school, role)
        token = issue_token(db, person, name="fuzz", now=now)
    client = TestClient(create_app(wiring), raise_server_exceptions=False)
    return Service(world, client, token)


def _another_pupil(world: World, number: int) -> World:
    """Another pupil of the school, absent without leave on the last school days, with two parents."""
    today = world.player.today()
    first = date.fromisoformat(world.calendar["terms"][0][0])
    until = today - timedelta(days=1)
    days = [day for day in world.school_days(first, number=400) if day <= until]
    absent = dict(zip(days[-6:-1], ("OO", "OO", "OO", "OO", "O\\"), strict=True))
    with world.player.runtime.engine.begin() as db:
        pupil = make_pupil(db, world.school, upn=f"{PUPILS_UPN[:-2]}{number + 10}", forename=f"Robin{number}")
        mark_register(db, pupil, absent=absent, first=first, last=until, calendar=world.calendar)
        mother = make_adult(db, world.school, pupil)
        father = make_adult(db, world.school, pupil, forename="Sam", title="Mr", relationship="Father")
    return replace(world, pupil=pupil, mother=mother, father=father, marked_to=until)


def _everybody_does_what_is_open(service: Service, pupils: Mapping[str, World]) -> bool:
    """Whether anybody has done anything."""
    world, has_moved = service.world, False
    for stage, answers in LONG.items():
        case = service.stages[stage]
        if stage in WAITS and _is_there(service, stage) and world.timer(case, stage).paused_until is None:
            wanted = Wanted(Act.PAUSE, "It is looked at.", world.player.today() + timedelta(days=360))
            change_timer(world.player.runtime, world.timer(case, stage).id, wanted, actor="somebody")
        while not _is_there(service, stage) and (open_tasks := world.tasks(case)):
            element = next((each for each in open_tasks if each != "ConsiderApplication"), open_tasks[0])
            variant = {"DecideOutcome": {"code": answers.get("code")}}.get(element, {})
            pupils[stage].player.do(case, element, variant=variant)
            has_moved = True
    return has_moved


def _is_there(service: Service, stage: str) -> bool:
    world, case = service.world, service.stages[stage]
    if stage == "Closed":
        return world.case(case).closed_at is not None
    if stage in WAITS:
        return any(row.ended_at is None for row in world.rows(tables.timer, case_id=case, element=stage))
    return stage in world.tasks(case)


def _short(pupil: World, stage: str) -> UUID:
    case = pupil.open()
    if stage == "LookAgain":
        later = (pupil.player.today() + timedelta(days=14)).isoformat()
        not_yet = {"decision": "not_yet", "not_yet_reason": "The club began last week.", "look_again": later}
        pupil.player.do(case, "ReviewEarlySupport", **not_yet)
        return case
    for element in SHORT[: SHORT.index(stage)]:
        pupil.do(case, element)
    return case


def _stock(service: Service) -> None:
    """An import with a row set aside, a draft of the calendar, a statement on bank holidays, an incident."""
    world, school = service.world, {"school_id": str(service.world.school)}
    csv = {"Content-Type": "text/csv"}
    made = [
        service.ask("POST", "/register-imports", params=school, content=REGISTER.encode(), headers=csv),
        service.ask("POST", "/calendar-drafts/edits", params=school, json={"inset": ["2027-05-28"]}),
        service.ask("POST", "/bank-holidays", json={"title": "A coronation", "added": ["2027-06-04"]}),
    ]
    assert [answer.status_code for answer in made] == [201, 201, 201], [answer.text for answer in made]
    broken = without("meetings.arrange")
    arranging = replace(world.player, runtime=replace(world.player.runtime, registry=broken))
    try:
        arranging.do(service.stages["ArrangeMeeting"], "ArrangeMeeting")
    except IncidentRaised:
        assert REGISTRY.handlers["meetings.arrange"]
