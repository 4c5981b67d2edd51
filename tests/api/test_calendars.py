"""Schools and their calendars over HTTP."""

from typing import Any
from uuid import UUID

import pytest

from tests.api.desk import Desk, Office
from tests.api.stock import calendar


def test_a_calendar_gets_a_new_version_only_when_it_says_something_new(lead: Desk, school: UUID) -> None:
    content = calendar(str(school)[-6:])
    assert lead.put(f"/schools/{school}/calendar", content)["version"] == 1

    saved = lead.put(f"/schools/{school}/calendar", {**content, "inset": ["2026-09-02"]})

    assert (saved["version"], saved["content"]["inset"]) == (2, ["2026-09-02"])
    assert lead.get(f"/schools/{school}/calendar") == saved
    assert lead.get(f"/schools/{school}")["name"] == "Broad Reach Academy"


def test_a_calendar_of_another_school_is_refused(office: Office, lead: Desk, school: UUID) -> None:
    other = office.school("Elsewhere High")
    problem = lead.refused(422, "PUT", f"/schools/{school}/calendar", calendar(str(other)[-6:]))
    assert (problem["code"], problem["field"]) == ("another_school", "school.urn")


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"terms": []},
        {"terms": [["2026-09-02", "2026-10-23"]]},
        {"terms": [["2026-10-23", "2026-09-02"]], "school": {}},
        {"terms": [["2026-09-02", "soon"]]},
        {"terms": "x", "school": "x"},
        [],
        None,
    ],
)
def test_what_is_no_calendar_is_refused(lead: Desk, school: UUID, content: Any) -> None:
    lead.refused(422, "PUT", f"/schools/{school}/calendar", content)
