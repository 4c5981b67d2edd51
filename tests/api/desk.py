"""People at their desks: each with a token, asking the API over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import Engine, insert
from starlette.testclient import TestClient

from api.rest.application import create_rest
from attendance import tables as attendance
from engine import clock
from engine.database import transaction
from engine.ids import new_id
from engine.people import create_person, grant, issue_token
from engine.runtime import Runtime

JSON = Any


@dataclass(frozen=True)
class Desk:
    """Somebody who asks the API."""

    client: TestClient
    person_id: UUID
    token: str

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The raw answer."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)

    def get(self, path: str, **params: Any) -> JSON:
        """What is answered, which must be well."""
        return _well(self.ask("GET", path, params=params))

    def post(self, path: str, body: JSON = None, **more: Any) -> JSON:
        """What is answered, which must be well."""
        return _well(self.ask("POST", path, json=body, **more))

    def put(self, path: str, body: JSON = None) -> JSON:
        """What is answered, which must be well."""
        return _well(self.ask("PUT", path, json=body))

    def refused(self, status: int, method: str, path: str, body: JSON = None, **more: Any) -> Mapping[str, Any]:
        """The problem that is answered, which must have this status."""
        answer = self.ask(method, path, json=body, **more)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem: Mapping[str, Any] = answer.json()
        assert problem["status"] == status
        return problem


@dataclass(frozen=True)
class Office:
    """A service with schools, pupils and people."""

    runtime: Runtime
    app: FastAPI

    @property
    def engine(self) -> Engine:
        return self.runtime.engine

    def school(self, name: str = "Broad Reach Academy") -> UUID:
        """A school without anything."""
        school_id = new_id()
        with transaction(self.engine) as db:
            urn = str(school_id)[-6:]
            db.execute(
                insert(attendance.school).values(
                    id=school_id, urn=urn, laestab="9269990", name=name, phone="01603 000000", address=["NR1 1ZZ"]
                )
            )
        return school_id

    def pupil(self, school_id: UUID, *, forename: str = "Noah", surname: str = "Coley", upn: str = "") -> UUID:
        """A pupil of a school."""
        pupil_id = new_id()
        with transaction(self.engine) as db:
            db.execute(
                insert(attendance.pupil).values(
                    id=pupil_id,
                    school_id=school_id,
                    upn=upn or str(pupil_id)[-12:],
                    forename=forename,
                    surname=surname,
                )
            )
        return pupil_id

    def person(self, roles: Mapping[UUID, tuple[str, ...]], *, name: str = "Marnie Tollgate") -> Desk:
        """Somebody with these roles in these schools."""
        with transaction(self.engine) as db:
            now = clock.now(db)
            person_id = create_person(db, name=name, email=f"{new_id()}@example.org", now=now)
            for school_id, held in roles.items():
                for role in held:
                    grant(db, person_id, school_id, role)
            token = issue_token(db, person_id, name="test", now=now)
        return Desk(TestClient(self.app, raise_server_exceptions=False), person_id, token)

    def days_pass(self, days: float) -> None:
        """Moves the demo's clock; nothing fires by it."""
        with transaction(self.engine) as db:
            clock.move_to(db, clock.now(db) + timedelta(days=days))

    def clock_to(self, weekday: str, time: str) -> None:
        """Moves the demo's clock to the next such weekday and time in England."""
        with transaction(self.engine) as db:
            here = clock.now(db).astimezone(clock.LONDON)
            moments = (
                datetime.combine(here.date() + timedelta(days=days), clock_time.fromisoformat(time), clock.LONDON)
                for days in range(8)
            )
            clock.move_to(db, next(moment for moment in moments if f"{moment:%a}" == weekday and moment > here))


def office_on(runtime: Runtime, *, process: str) -> Office:
    """An office whose cases run on this process."""
    return Office(runtime, create_rest(runtime, process=process))


def _well(answer: Any) -> JSON:
    assert answer.status_code < 300, f"{answer.status_code}: {answer.text}"
    return answer.json() if answer.content else None
