"""The scenarios that are shipped come out as told, and go through every element of the diagrams."""

import pytest

from api.scenarios.reading import read_scenarios
from api.scenarios.running import perform
from api.scenarios.scratch import Scratch
from tests.scenarios.stories import SHIPPED

WANTED = {
    "achieved", "defence", "referred", "internal_review_closed", "internal_review_referred", "rearranged",
    "returned_letter", "late_reply", "withdrawn", "criteria_gone", "not_held", "overdue", "new_parent",
}  # fmt: skip


@pytest.mark.rule(
    "R006", "R007", "R008", "R033", "R041", "R042", "R043", "R048", "R058", "R070", "R073", "R074", "R077", "R078",
    "R079", "R086", "R089",
)  # fmt: skip
def test_every_shipped_scenario_comes_out_as_told_and_together_they_go_through_everything(scratch: Scratch) -> None:
    performance = perform(SHIPPED, scratch)

    assert [told for told in performance.told if not told.came_out] == []
    assert performance.left_out == []


def test_the_stories_that_a_process_owner_would_ask_for_are_there() -> None:
    assert set(read_scenarios(SHIPPED)) >= WANTED


@pytest.mark.parametrize("name", read_scenarios(SHIPPED))
def test_a_scenario_ends_with_what_is_expected_then(name: str) -> None:
    scenario, _ = read_scenarios(SHIPPED)[name]

    assert scenario.steps[-1].then.tasks is not None
    assert scenario.rules
