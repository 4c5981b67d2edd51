"""Diagrams such as conformance suites hold, over HTTP alone: published, opened, and told as their stories go."""

import os
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from engine import clock
from engine.bundles import Bundle
from engine.database import transaction
from engine.timers import fire_due
from engine.versions import publish
from tests.api.desk import Desk, Office
from tests.engine.conformance import Told, stories

WRITTEN = b"2026-01-02T00:00:00+00:00"  # when the timers of the diagrams are due
STUCK = ("parallel_join_of_one_branch", "parallel_join_two_tokens_one_arm", "signal_throw_before_catch")
TOLD = {name: told for name, told in stories().items() if told.story and name not in STUCK}
# A share of them; with FASTTRACK_TEST_CONFORMANCE=all every one.
SOME = (
    "border_timer_beside", "call_error", "event_gateway_timer", "inclusive", "instances_behavior_one",
    "instances_subprocess_border_message", "link_loop", "loop_subprocess", "nested_border_escalation_levels",
    "parallel_loop", "shared_definition_signal", "signal_two_catch", "subprocess_terminate", "tasks_of_no_kind",
)  # fmt: skip


def published(office: Office, told: Told) -> str:
    """The diagram's process by its name, its timers due a day from now."""
    with transaction(office.engine) as db:
        due = (clock.now(db) + timedelta(days=1)).isoformat().encode()
    file = told.path.name
    publish(
        office.runtime, Bundle(told.path.stem, {file: told.path.read_bytes().replace(WRITTEN, due)}), actor="system"
    )
    return told.path.stem


@pytest.mark.parametrize("name", TOLD if os.environ.get("FASTTRACK_TEST_CONFORMANCE") == "all" else SOME)
def test_a_story_goes_over_http_as_it_goes_in_memory(office: Office, lead: Desk, pupil: Any, name: str) -> None:
    told = TOLD[name]
    case = lead.post("/cases", {"pupil_id": str(pupil), "process": published(office, told)})["id"]

    for act, element, expected in told.story:
        read = lead.get(f"/cases/{case}")
        if act == "do":
            task = next(task for task in read["tasks"] if task["element"] == element)
            lead.post(f"/tasks/{task['id']}/complete", {"answers": {}})
        elif act == "hear":
            lead.post(f"/cases/{case}/reports", {"message": read["reports"][0]["message"], "answers": {}})
        elif act == "fire":
            office.days_pass(2)
            fire_due(office.runtime)
        assert_waits(lead, case, expected)


def test_a_case_that_is_stuck_as_it_is_drawn_is_an_incident(office: Office, lead: Desk, pupil: Any) -> None:
    told = stories()["signal_throw_before_catch"]

    problem = lead.refused(500, "POST", "/cases", {"pupil_id": str(pupil), "process": published(office, told)})

    assert problem["type"].endswith("/incident")
    assert problem["incident"]


def assert_waits(lead: Desk, case: str, expected: list[str]) -> None:
    read = lead.get(f"/cases/{case}")
    if expected == ["over"]:
        assert read["closed_at"] is not None
        return
    assert read["closed_at"] is None
    tasks = Counter(task["element"] for task in read["tasks"])
    timers = Counter(timer["element"] for timer in read["timers"])
    assert tasks + timers == Counter(each for each in expected if each in tasks or each in timers)
    unseen = Counter(expected) - tasks - timers
    assert bool(unseen) == bool(read["reports"])
