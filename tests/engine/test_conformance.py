"""Diagrams such as conformance suites hold: each runs as BPMN 2.0 means it, or is refused with the element's id."""

import pytest

from tests.engine.conformance import FOLDER, judged, judged_of_the_library, stories

TOLD = stories()


def test_every_diagram_has_a_story() -> None:
    assert {path.stem for path in FOLDER.glob("*.bpmn")} == set(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_a_diagram_runs_as_it_is_drawn_or_is_refused(name: str) -> None:
    assert judged(TOLD[name]) in ("run", "refused")


def test_the_stories_can_tell_an_engine_that_does_otherwise() -> None:
    verdicts = {
        name: judged_of_the_library(TOLD[name]) for name in ("sequence", "link", "signal_end", "quantity_start")
    }

    assert {name for name, verdict in verdicts.items() if verdict in ("run", "refused")} == {"sequence"}
