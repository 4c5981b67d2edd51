"""The API where the service has it: under /api/v1."""

from pathlib import Path
from uuid import UUID

from starlette.testclient import TestClient

from api.app import create_app
from api.database import Database
from api.settings import load_settings
from api.wiring import Wiring
from tests.api.desk import Desk, Office


def test_the_service_answers_under_its_prefix(office: Office, school: UUID, lead: Desk) -> None:
    wiring = Wiring(load_settings(data_dir=Path("unused")), Database(office.engine), office.runtime, {})
    client = TestClient(create_app(wiring))
    token = {"Authorization": f"Bearer {lead.token}"}

    assert client.get("/api/v1/me", headers=token).json()["id"] == str(lead.person_id)
    assert client.get("/api/v1/me").json()["type"] == "/api/v1/problems/not-signed-in"
    assert client.get("/api/v1/openapi.json").json()["servers"] == [{"url": "/api/v1"}]
    assert client.get("/me", headers=token).status_code == 404
    # A type leads to its explanation.
    explained = client.get(client.get("/api/v1/me").json()["type"], headers=token).json()
    assert explained["status"] == 401
