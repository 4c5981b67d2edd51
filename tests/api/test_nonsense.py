"""Nonsense sent to every route is answered with a problem, never with an error of ours."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.api.desk import Desk, Office
from tests.api.stock import stock

DEEP = "[" * 50_000
BODIES = [
    "",
    "null",
    "[]",
    "{}",
    '"x"',
    "1",
    "NaN",
    "9" * 10_000,
    DEEP,
    '{"answers": ' + DEEP,
    '{"answers": {"a": ' + '{"a": ' * 40 + "1" + "}" * 40 + "}}",
    "\ufeff{}",
    "{'a': 1}",
    '{"a": "\\ud800"}',
]
VALUES: list[Any] = [None, [], {}, "", "x", -1, 10**30, True, "\0", "0" * 1_000, ["x"], {"x": {"y": None}}]
HEADERS = {"Content-Type": "application/json"}


@pytest.fixture
def things(office: Office, lead: Desk, supervisor: Desk, school: UUID, pupil: UUID, case: str) -> dict[str, str]:
    known = stock(office, lead, supervisor, school=school, pupil=pupil, case=case)
    return known | {
        "statement": supervisor.post("/bank-holidays", {"title": "A coronation", "added": ["2027-06-04"]})["id"]
    }


@pytest.fixture
def anybody(office: Office, school: UUID, things: dict[str, str]) -> Desk:
    """Who may do everything, so that nonsense gets as far as it can."""
    roles = ("attendance_lead", "head_teacher", "post_room", "supervisor", "process_owner", "clerk", "boss")
    return office.person({school: roles}, name="Any Body")


def operations(office: Office) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in office.app.openapi()["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def is_well_answered(answer: Any) -> bool:
    """With what was asked for, or with a problem of whoever asked."""
    if answer.status_code < 400:
        return True
    return bool(answer.status_code < 500 and answer.headers["content-type"] == "application/problem+json")


def test_bodies(office: Office, anybody: Desk, things: dict[str, str]) -> None:
    tried = 0
    for method, path, operation in operations(office):
        if "requestBody" not in operation:
            continue
        address = path.format(**things)
        for body in BODIES:
            answer = anybody.ask(method, address, content=body.encode(errors="surrogatepass"), headers=HEADERS)
            assert is_well_answered(answer), f"{method} {path} {body[:60]}: {answer.text}"
            tried += 1
    assert tried > 100


def test_fields(office: Office, anybody: Desk, things: dict[str, str]) -> None:
    schemas = office.app.openapi()["components"]["schemas"]
    for method, path, operation in operations(office):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None or "$ref" not in content["schema"]:
            continue
        (example,) = schemas[content["schema"]["$ref"].rpartition("/")[2]]["examples"]
        for name in example:
            for value in VALUES:
                body = json.dumps({**example, name: value})
                answer = anybody.ask(method, path.format(**things), content=body, headers=HEADERS)
                assert is_well_answered(answer), f"{method} {path} {body[:80]}: {answer.text}"


def test_paths_and_queries(office: Office, anybody: Desk, things: dict[str, str]) -> None:
    odd = ["", "x", "-1", "%00", "%ff", "%F0%9F%92%A9", "9" * 400, "..%2f..", "a%0d%0ab:c", "01a20d2f-8266-7201-a2e2"]
    for method, path, operation in operations(office):
        if method != "GET":
            continue
        for parameter in operation.get("parameters", []):
            for value in odd:
                name = parameter["name"]
                filled = {**things, "process": "small", "number": "1", "path": "small.bpmn", "message": "Complaint"}
                filled["name"] = "not-found"
                if parameter["in"] == "path":
                    address = path.format(**{**filled, name: value})
                elif parameter["in"] == "query":
                    address = f"{path.format(**filled)}?{name}={value}"
                else:
                    continue
                answer = anybody.ask("GET", address)
                assert is_well_answered(answer), f"{address}: {answer.text}"
