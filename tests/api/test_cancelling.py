"""A case opened in error is ended over HTTP, by a supervisor and with a reason."""

from tests.api.desk import Desk


def test_a_supervisor_ends_a_case_with_a_reason(case: str, lead: Desk, supervisor: Desk) -> None:
    answer = supervisor.ask("POST", f"/cases/{case}/cancel", json={"reason": "Opened about the wrong pupil."})

    assert answer.status_code == 204
    assert lead.get(f"/cases/{case}")["result"] == "cancelled"
    again = supervisor.refused(409, "POST", f"/cases/{case}/cancel", {"reason": "Again."})
    assert again["type"].endswith("/already-over")


def test_without_a_reason_or_the_role_a_case_goes_on(case: str, lead: Desk, supervisor: Desk) -> None:
    supervisor.refused(422, "POST", f"/cases/{case}/cancel", {"reason": ""})
    lead.refused(403, "POST", f"/cases/{case}/cancel", {"reason": "Mine."})

    assert lead.get(f"/cases/{case}")["closed_at"] is None
