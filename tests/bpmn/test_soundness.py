"""Every story of the shipped process is told: none hangs, and what the law asks for holds in each."""

from functools import cache
from pathlib import Path

import pytest

from engine.bundles import Bundle, read_folder
from engine.exploration import Bounds, Explored, Search, Story, World, retell
from engine.invariants import Rules
from handlers import REGISTRY
from tests.bpmn.mutants import with_changed, without

SHIPPED = read_folder(Path(__file__).parents[2] / "bpmn" / "fast_track")

# A step that is removed, and the invariant that is broken first.
REMOVED = [
    ("TwelveWeeks", "whole_procedure_armed"),
    ("EstablishParents", "parents_before_letters"),
    ("NoticeHasRun", "posting_then_notice_armed"),
    ("PostedInTime", "notice"),
    ("NoticeStands", "notice"),
    ("MeetingDay", "meeting_on_its_day"),
    ("ReplyUndecided", "replies_decided"),
    ("CancelUnposted", "old_date_called_off"),
    ("CancelUnpostedLeft", "nothing_to_be_posted_after_closure"),
    ("GiveMinutes", "minutes_given"),
    ("SixWeeks", "review_armed"),
]
# The same for steps that come late; they are looked for in the procedure without its frame, which takes less time.
REMOVED_LATE = [
    ("InternalReviewDay", "internal_review_on_its_day"),
    ("SixSchoolWeeks", "internal_review_armed"),
    ("TwentyDays", "application_armed"),
    ("HeadTeacherSigns", "signed_before_submission"),
    ("ReopenApplication", "returned_counts_again"),
    ("TellParents", "outcome_told"),
    ("LetterAchieved", "outcome_told"),
    ("AgreePlan", "review_before_outcome"),
]
# What only the frame of a case brings, or a step drawn to the wrong place.
BROKEN_OTHERWISE = {"criteria_first", "limitation_forecast", "reasonable_moves", "no_letter_after_closure"}
PROCEDURE = Bundle(SHIPPED.name, {name: content for name, content in SHIPPED.files.items() if name != "case.bpmn"})


def explored(bundle: Bundle, **bounds: int) -> Explored:
    """What is found out about a bundle."""
    return Search(World.of(bundle, REGISTRY), Bounds(**bounds)).run()


@cache
def shipped() -> Explored:
    """What is found out about the shipped process."""
    return explored(SHIPPED)


def test_no_story_of_the_shipped_process_hangs_or_breaks_what_must_hold() -> None:
    found = shipped()

    assert found.breaches == []
    assert found.complete


def test_every_element_of_the_shipped_process_is_reached_by_some_story() -> None:
    world = World.of(SHIPPED, REGISTRY)

    assert set(world.material.nodes) <= shipped().reached
    assert shipped().states > 400


@pytest.mark.rule("R005", "R023", "R033", "R041", "R042", "R058", "R059", "R078", "R086", "R089")
@pytest.mark.parametrize(("element", "broken"), REMOVED)
def test_a_removed_step_is_found_with_the_shortest_story_that_shows_it(element: str, broken: str) -> None:
    world = World.of(without(SHIPPED, element), REGISTRY)

    found = Search(world, Bounds(breaches=1)).run()

    first = found.breaches[0]
    assert (first.kind, first.element) == ("invariant", broken)
    assert first.problem in retell(world, first.story)
    assert retell(world, Story(first.story.steps[:-1])) == []


@pytest.mark.rule("R078", "R086", "R088", "R089", "R091")
@pytest.mark.parametrize(("element", "broken"), REMOVED_LATE)
def test_a_step_that_is_removed_late_in_the_procedure_is_found(element: str, broken: str) -> None:
    assert broken not in broken_in(PROCEDURE)

    assert broken in broken_in(without(PROCEDURE, element))


def test_a_limitation_date_that_is_not_waited_for_goes_round_and_round() -> None:
    found = explored(without(SHIPPED, "NextLimitationDate"), breaches=1)

    assert [(breach.kind, breach.problem) for breach in found.breaches] == [
        ("restless", "It goes round without waiting as long as the answer stays the same: still_chargeable().")
    ]


@pytest.mark.rule("R086")
def test_a_letter_after_the_closure_is_found() -> None:
    swapped = PROCEDURE
    for source, target, instead in (
        ("RecordReferred", "ClosedReferred", "TellParents"),
        ("TellParents", "RecordReferred", "ClosedReferred"),
        ("Referral", "TellParents", "RecordReferred"),
    ):
        old, new = (f'sourceRef="{source}" targetRef="{end}"' for end in (target, instead))
        swapped = with_changed(swapped, "fast_track.bpmn", old, new)

    assert broken_in(swapped) - broken_in(PROCEDURE) == {"outcome_told", "no_letter_after_closure"}


@pytest.mark.rule("R006", "R079")
def test_without_the_frame_of_a_case_nobody_foretells_when_time_runs_out() -> None:
    assert broken_in(PROCEDURE) == {"criteria_first", "limitation_forecast", "whole_procedure_armed"}


@pytest.mark.rule("R042")
def test_a_reasonable_reply_that_does_not_move_the_meeting_is_found() -> None:
    old, new = (f'sourceRef="LateReasonable" targetRef="{to}"' for to in ("RearrangeAgain", "EnterReplies"))
    deaf = with_changed(PROCEDURE, "meeting.bpmn", old, new)

    assert broken_in(deaf) - broken_in(PROCEDURE) == {"reasonable_moves"}


def test_each_invariant_is_shown_to_be_broken_by_some_copy() -> None:
    shown = {broken for _, broken in (*REMOVED, *REMOVED_LATE)} | BROKEN_OTHERWISE

    assert shown == {rule.id for rule in Rules.read(SHIPPED).rules}


def broken_in(bundle: Bundle) -> set[str]:
    """The invariants that some story breaks."""
    return {breach.element for breach in explored(bundle, breaches=100).breaches if breach.kind == "invariant"}
