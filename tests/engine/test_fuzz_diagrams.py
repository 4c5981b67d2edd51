"""A share of the diagrams that `make fuzz` changes at random."""

import os

import pytest

from tests.engine.fuzz_diagrams import fuzz

CHANGED = int(os.environ.get("FASTTRACK_TEST_MUTATIONS", "400"))


@pytest.mark.parametrize("block", range(4))
def test_no_change_of_a_diagram_breaks_the_checks_and_what_they_accept_runs(block: int) -> None:
    came = [what for _, what, _ in fuzz(CHANGED // 4, first=1_000_000 + block * CHANGED // 4)]

    assert came.count("refused") > came.count("accepted") > 0
