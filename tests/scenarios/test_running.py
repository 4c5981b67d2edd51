"""A scenario that comes out otherwise says at which step, what was expected and what was found."""

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from api.scenarios.proof import failures, prove
from api.scenarios.reading import FOLDER, read_scenarios
from api.scenarios.running import Told, perform
from api.scenarios.scratch import Scratch
from api.settings import Settings
from engine.bundles import Bundle
from engine.errors import BundleRefused
from tests.database import Server
from tests.scenarios.stories import OPENED, SHIPPED, bundle_with


def told_of(scratch: Scratch, bundle: Bundle) -> Told:
    """How a bundle's only scenario came out."""
    (told,) = perform(bundle, scratch).told
    return told


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"tasks": ["EstablishParents"]}, "Expected open tasks: EstablishParents, was: ReviewEarlySupport."),
        ({"letters": ["L1 to Ada Okafor"]}, "Expected letters: L1 to Ada Okafor, was: none."),
        ({"fired": ["TwelveWeeks"]}, "Expected timers that fired: TwelveWeeks, was: none."),
        (
            {"due": {"TwelveWeeks": "Tue 16 Feb 2027"}},
            "Expected TwelveWeeks on Tue 16 Feb 2027, was on Mon 15 Feb 2027 23:59.",
        ),
        ({"due": {"SixWeeks": "Thu 14 Jan 2027"}}, "Expected SixWeeks on Thu 14 Jan 2027, was never due."),
        ({"result": "withdrawn"}, "Expected the case to end as withdrawn, was still open."),
        ({"noted": ["meeting_held"]}, "Expected meeting_held in the history, was not said."),
    ],
)
def test_what_is_found_otherwise_is_said_beside_what_was_expected(
    scratch: Scratch, expected: dict[str, object], found: str
) -> None:
    told = told_of(scratch, bundle_with({**OPENED, "then": expected}))

    assert told.problem == found
    assert told.where == "step 1, open the case on Mon 23 Nov 2026"


def test_a_day_alone_is_enough_for_a_deadline(scratch: Scratch) -> None:
    assert told_of(scratch, bundle_with({**OPENED, "then": {"due": {"TwelveWeeks": "Mon 15 Feb 2027"}}})).came_out


def test_a_task_that_is_not_open_is_said_with_what_is(scratch: Scratch) -> None:
    told = told_of(scratch, bundle_with(OPENED, {"do": "EstablishParents"}))

    assert "EstablishParents does not wait. Open: ReviewEarlySupport" in told.problem
    assert told.step == 2


def test_a_refusal_is_otherwise_unless_it_is_expected(scratch: Scratch) -> None:
    early = {"do": "ArrangeMeeting", "answers": {"meeting_on": "2026-11-25"}}
    steps = (OPENED, {"do": "ReviewEarlySupport"}, {"do": "EstablishParents"})

    unexpected = told_of(scratch, bundle_with(*steps, early))
    expected = told_of(scratch, bundle_with(*steps, {**early, "refused": "notice_too_short"}))
    missing = told_of(scratch, bundle_with({**OPENED, "refused": "notice_too_short"}))

    assert unexpected.problem.startswith("It is refused (notice_too_short): Parents need 5 working days' notice.")
    assert expected.came_out
    assert missing.problem == "It is not refused (notice_too_short)."


def test_a_form_that_refuses_an_answer_says_which(scratch: Scratch) -> None:
    told = told_of(scratch, bundle_with(OPENED, {"do": "ReviewEarlySupport", "answers": {"engaged": ""}}))

    assert told.problem.startswith("The form refuses it: engaged:")


def test_a_scenario_leaves_nothing_behind_for_the_next(scratch: Scratch) -> None:
    story = bundle_with({**OPENED, "then": {"tasks": ["ReviewEarlySupport"]}})

    assert [told_of(scratch, story).came_out for _ in range(2)] == [True, True]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"begins": "Tue 23 Nov 2026"}, "Tue 23 Nov 2026 is a Monday"),
        ({"begins": "2026-11-23"}, "begins: "),
        ({"facts": "elsewhere"}, "there are no facts called elsewhere"),
        ({"stpes": []}, "stpes: Extra inputs are not permitted"),
        ({"steps": []}, "steps: "),
        ({"steps": [{"open": True, "do": "ReviewEarlySupport"}]}, "a step does one thing"),
        ({"steps": [{"open": True, "answers": {"a": 1}}]}, "only a task or a report is answered"),
        ({"steps": [{"correct": {"Tue 13 Oct 2026": "I"}}]}, "steps.0.correct"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused_with_file_and_place(changed: dict[str, object], said: str) -> None:
    with pytest.raises(BundleRefused, match=r"scenarios/story\.json") as refused:
        read_scenarios(bundle_with(OPENED, **changed))

    assert said in str(refused.value)


def test_facts_without_a_calendar_that_can_be_read_are_refused() -> None:
    facts = f"{FOLDER}facts/saltmarsh.json"
    broken = json.loads(SHIPPED.files[facts]) | {"calendar": {"terms": []}}
    bundle = Bundle("fast_track", {**bundle_with(OPENED).files, facts: json.dumps(broken).encode()})

    with pytest.raises(BundleRefused, match=r"facts/saltmarsh\.json: .*terms"):
        read_scenarios(bundle)


def test_a_failing_scenario_is_a_finding_with_its_file(scratch: Scratch) -> None:
    performance = perform(bundle_with({**OPENED, "then": {"result": "withdrawn"}}), scratch)

    (finding,) = failures(performance)

    assert finding.file == "scenarios/story.json"
    assert finding.problem.endswith(
        "step 1, open the case on Mon 23 Nov 2026: Expected the case to end as withdrawn, was still open."
    )


def test_what_does_not_come_out_as_told_is_not_published(scratch: Scratch, settings: Settings) -> None:
    with pytest.raises(BundleRefused, match="as withdrawn, was still open"):
        prove(settings, bundle_with({**OPENED, "then": {"result": "withdrawn"}}))
    prove(settings, bundle_with({**OPENED, "then": {"tasks": ["ReviewEarlySupport"]}}))

    with scratch.runtime.engine.connect() as db:
        ours = text("SELECT datname FROM pg_database WHERE datname LIKE :name")
        assert db.execute(ours, {"name": f"fasttrack_scenarios_{os.getpid()}_%"}).all() == []


def test_the_scenario_that_the_guide_shows_comes_out_as_told(scratch: Scratch) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    shown = json.loads(guide.split("```json")[1].split("```")[0])

    told = told_of(scratch, bundle_with(*shown.pop("steps"), **shown))

    assert (told.problem, told.steps) == ("", 3)


def test_a_version_after_one_with_scenarios_has_some_too(settings: Settings) -> None:
    none = Bundle(SHIPPED.name, {name: c for name, c in SHIPPED.files.items() if not name.startswith(FOLDER)})

    prove(settings, none)
    with pytest.raises(BundleRefused, match="none is left"):
        prove(settings, none, before=SHIPPED.files)


@pytest.fixture
def settings(database_server: Server) -> Settings:
    """An installation on the tests' server."""
    return Settings(database_url=database_server.url)
