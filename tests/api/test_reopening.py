"""A closed case is taken up again over HTTP."""

import pytest

from tests.api.desk import Desk


@pytest.fixture
def closed(case: str, supervisor: Desk) -> str:
    """A case that was ended."""
    supervisor.ask("POST", f"/cases/{case}/cancel", json={"reason": "Opened about the wrong pupil."})
    return case


def test_a_closed_case_and_the_one_that_follows_name_each_other(closed: str, lead: Desk) -> None:
    key = {"Idempotency-Key": "again-1"}

    new = lead.post(f"/cases/{closed}/reopen", {"reason": "It was the right pupil."}, headers=key)

    former, follows = lead.get(f"/cases/{closed}"), lead.get(f"/cases/{new['id']}")
    assert former["followed_by"] == new
    assert follows["follows"] == {"id": closed, "reference": former["reference"]}
    assert (former["follows"], follows["followed_by"]) == (None, None)
    assert (former["result"], follows["closed_at"]) == ("cancelled", None)
    assert lead.post(f"/cases/{closed}/reopen", {"reason": "It was the right pupil."}, headers=key) == new


def test_what_is_open_or_taken_up_already_is_refused(closed: str, lead: Desk, supervisor: Desk) -> None:
    body = {"reason": "It was the right pupil."}
    supervisor.refused(403, "POST", f"/cases/{closed}/reopen", body)
    lead.refused(422, "POST", f"/cases/{closed}/reopen", {"reason": " "})
    new = lead.post(f"/cases/{closed}/reopen", body)["id"]

    assert lead.refused(409, "POST", f"/cases/{closed}/reopen", body)["type"].endswith("/followed-already")
    assert lead.refused(409, "POST", f"/cases/{new}/reopen", body)["type"].endswith("/still-open")
