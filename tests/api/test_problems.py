"""What the API says when it says no."""

import json
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends
from structlog.testing import capture_logs

from api.problems import BY_NAME, KINDS
from api.rest.nouns import MOST_BYTES
from api.security import Allowed, Rule, RuledRoute
from engine.errors import Declined
from tests.api.desk import Desk, Office


def kinds_of(error: type[Exception]) -> Iterator[type[Exception]]:
    for below in error.__subclasses__():
        yield below
        yield from kinds_of(below)


def test_every_error_that_somebody_can_do_something_about_has_its_answer() -> None:
    known = tuple(kind.error for kind in KINDS)
    declined = list(kinds_of(Declined))
    assert len(declined) > 10
    assert [error for error in declined if not issubclass(error, known)] == []


def test_no_programming_error_is_answered_as_if_somebody_had_asked_wrongly() -> None:
    for error in (ValueError, KeyError, TypeError, LookupError, RuntimeError):
        assert not [kind.name for kind in KINDS if issubclass(error, kind.error) and kind.status < 500]


def test_every_type_is_explained_where_it_points(lead: Desk) -> None:
    listed = lead.get("/problems")
    assert {each["type"] for each in listed} == {kind.type for kind in BY_NAME.values()}
    for each in listed:
        assert lead.get(each["type"].removeprefix("/api/v1")) == each
    lead.refused(404, "GET", "/problems/none-such")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/cases", 405), ("PATCH", "/clock", 405)]
)
def test_what_there_is_no_route_for_is_a_problem_too(lead: Desk, method: str, path: str, status: int) -> None:
    lead.refused(status, method, path)


def test_a_body_that_is_no_json_says_400(lead: Desk) -> None:
    answer = lead.ask("POST", "/cases", content='{"pupil_id": ', headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/malformed")


def test_what_was_sent_is_never_repeated(lead: Desk, case: str) -> None:
    for path, body in {
        "/cases": {"pupil_id": "Ottoline Sprigg"},
        f"/cases/{case}/reports": {"message": "Complaint", "answers": {"about": ["Ottoline Sprigg"]}},
        "/clock": {"to": "Ottoline Sprigg"},
    }.items():
        assert "Ottoline" not in str(lead.refused(422, "POST", path, body))


@pytest.mark.parametrize("declares_length", [True, False])
def test_a_body_that_is_too_large_says_413(lead: Desk, declares_length: bool) -> None:
    body = json.dumps({"pupil_id": "x" * MOST_BYTES}).encode()
    parts = iter([body[:1000], body[1000:]])

    answer = lead.ask(
        "POST", "/cases", content=body if declares_length else parts, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/too-large")


def test_every_answer_says_that_it_is_not_to_be_kept(lead: Desk) -> None:
    for path in ("/me", "/cases", "/nothing", "/openapi.json"):
        assert lead.ask("GET", path).headers["cache-control"] == "no-store"
    lead.client.headers.clear()
    assert lead.client.get("/me").headers["cache-control"] == "no-store"


def test_what_went_wrong_here_says_500_and_is_logged_without_anybodys_name(office: Office, lead: Desk) -> None:
    router = APIRouter(route_class=RuledRoute)

    @router.get("/broken/{name}")
    def broken(name: str, allowed: Annotated[Allowed, Depends(Rule("self.read"))]) -> str:
        raise ValueError(f"{name} is not a number")

    office.app.include_router(router)
    with capture_logs() as logged:
        problem = lead.refused(500, "GET", "/broken/Ottoline")

    assert problem["type"].endswith("/unexpected")
    assert "Ottoline" not in str(problem)
    assert [entry["event"] for entry in logged] == ["request_failed"]
    assert "Ottoline" not in str(logged)


def test_an_incident_is_logged_by_its_id_alone(lead: Desk, case: str) -> None:
    (task,) = lead.get("/tasks")["items"]
    with capture_logs() as logged:
        problem = lead.refused(500, "POST", f"/tasks/{task['id']}/complete", {"answers": {"said": "break"}})

    assert logged == [{"event": "incident_raised", "incident": problem["incident"], "log_level": "error"}]
    UUID(problem["incident"])
