"""Each timer of the shipped process, and what a supervisor may do to it over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.bundles import compile_bundle, read_folder
from engine.by_hand import by_hand
from tests.api.desk import Desk, office_on
from tests.journeys.world import BUNDLE, World, in_london

WHY = {"reason": "The head teacher asked for it."}
ACTS = ("reschedule", "fire", "pause")


@pytest.fixture
def boss(world: World) -> Desk:
    return office_on(world.player.runtime, process="fast_track").person({world.school: ("supervisor",)})


def ask(world: World, boss: Desk, case: UUID, element: str, act: str, day: str = "", *, dry: bool = False) -> Any:
    body = {**WHY, **({"on": day} if act == "reschedule" else {"until": day} if act == "pause" else {})}
    timer = world.timer(case, element).id
    return boss.ask("POST", f"/timers/{timer}/{act}{'?dry-run=true' if dry else ''}", json=body)


def no(answer: Any) -> tuple[int, str, str]:
    """The status, code and rule of a refusal."""
    problem = answer.json()
    return answer.status_code, problem.get("code") or "", problem.get("rule") or ""


def at_look_again(world: World) -> UUID:
    case = world.open()
    later = {"decision": "not_yet", "not_yet_reason": "The club began last week.", "look_again": "2026-12-07"}
    world.player.do(case, "ReviewEarlySupport", **later)
    return case


def at_internal_review(world: World) -> UUID:
    case = world.to_outcome(absent=2)
    world.player.do(case, "DecideOutcome", variant={"code": "O4"})
    return case


# Every timer of the process: a case at it, and by which rule nobody may do what it does not allow.
TIMERS: list[tuple[str, Callable[[World], UUID], set[str], str]] = [
    ("NextLimitationDate", World.open, set(), "R079"),
    ("TwelveWeeks", World.open, set(), "R005"),
    ("LookAgain", at_look_again, {"reschedule", "fire", "pause"}, ""),
    ("ConfirmPosting", lambda world: arranged(world), set(), "R033"),
    ("NoticeHasRun", World.to_panel_notice, {"reschedule", "pause"}, "R033"),
    ("MeetingDay", lambda world: noticed(world), set(), "R033"),
    ("TimeToInvite", World.to_plan, {"reschedule", "fire", "pause"}, "R070"),
    ("SixWeeks", World.to_plan, set(), "R058"),
    ("InternalReviewDay", at_internal_review, {"reschedule", "pause"}, "R078, R081"),
    ("SixSchoolWeeks", at_internal_review, set(), "R078"),
    ("TenDays", World.to_referral, {"reschedule", "fire", "pause"}, "R089"),
    ("FifteenDays", World.to_referral, {"reschedule", "fire", "pause"}, "R089"),
    ("TwentyDays", World.to_referral, set(), "R089"),
]


def arranged(world: World) -> UUID:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    return case


def noticed(world: World) -> UUID:
    case = world.to_panel_notice()
    world.player.move_to(world.timer(case, "NoticeHasRun").due_at + timedelta(seconds=1))
    return case


def test_every_timer_of_the_process_is_among_these() -> None:
    process = compile_bundle(read_folder(BUNDLE))
    drawn = {id_ for id_, binding in process.bindings.items() if binding.timer or binding.due}

    assert drawn == {element for element, *_ in TIMERS}
    assert {element: by_hand(process.bindings[element]).rule for element in drawn} == {
        element: rule for element, _, _, rule in TIMERS
    }


@pytest.mark.rule("R033", "R058", "R078", "R079", "R089", "R005")
@pytest.mark.parametrize(("element", "reach", "allowed", "rule"), TIMERS, ids=[timer for timer, *_ in TIMERS])
def test_what_a_timer_does_not_allow_is_refused_with_its_rule(
    world: World, boss: Desk, element: str, reach: Callable[[World], UUID], allowed: set[str], rule: str
) -> None:
    case = reach(world)
    before = world.timer(case, element)
    day = (before.due_at + timedelta(days=3)).date().isoformat()
    shown = boss.get(f"/timers/{before.id}")["by_hand"]
    assert set(shown["acts"]) - {"resume"} == allowed

    for act in ACTS:
        answer = ask(world, boss, case, element, act, day, dry=True)
        if act not in allowed:
            assert no(answer) == (422, "not_by_hand", rule), act
        elif answer.status_code != 200:
            # What is allowed is still bound by the policy's lowest numbers and the diagram's own limits.
            assert no(answer)[1] in {"too_late", "too_soon"}, answer.text
    assert world.timer(case, element) == before


def test_looking_again_can_be_put_off_and_then_done_at_once(world: World, boss: Desk) -> None:
    case = at_look_again(world)
    late = (world.timer(case, "LookAgain").due_at + timedelta(days=100)).date().isoformat()
    foreseen = ask(world, boss, case, "LookAgain", "pause", late, dry=True).json()
    assert [(each["element"], each["is_missed"]) for each in foreseen["depending"]] == [("TwelveWeeks", True)]
    assert ask(world, boss, case, "LookAgain", "pause", late).status_code == 200
    world.player.move_to(world.timer(case, "LookAgain").paused_from + timedelta(days=1))
    assert world.tasks(case) == []

    answer = ask(world, boss, case, "LookAgain", "fire").json()

    assert answer["opened"] == ["Review the early support"]
    assert world.tasks(case) == ["ReviewEarlySupport"]


@pytest.mark.rule("R033")
def test_notice_is_never_shortened_and_never_runs_past_its_meeting(world: World, boss: Desk) -> None:
    case = world.to_panel_notice()
    wait, meeting = world.timer(case, "NoticeHasRun"), world.meetings(case)[-1]
    day_before = (wait.due_at - timedelta(hours=12)).date().isoformat()
    assert no(ask(world, boss, case, "NoticeHasRun", "reschedule", day_before)) == (422, "too_soon", "R033")
    after = (meeting.starts_at + timedelta(days=1)).date().isoformat()
    assert no(ask(world, boss, case, "NoticeHasRun", "pause", after)) == (422, "too_late", "R033")
    assert no(ask(world, boss, case, "NoticeHasRun", "reschedule", after)) == (422, "too_late", "R033")
    assert no(ask(world, boss, case, "NoticeHasRun", "fire")) == (422, "not_by_hand", "R033")

    day = meeting.starts_at.date().isoformat()
    assert ask(world, boss, case, "NoticeHasRun", "pause", day).status_code == 200
    world.player.wait_for(case, "RecordMeeting")

    assert in_london(world.player.now()) == in_london(meeting.starts_at)


@pytest.mark.rule("R070")
def test_inviting_to_the_review_can_begin_at_once(world: World, boss: Desk) -> None:
    case = world.to_plan()
    foreseen = ask(world, boss, case, "TimeToInvite", "fire", dry=True).json()
    assert foreseen["opened"] == ["Arrange the meeting"]
    assert {each["element"] for each in foreseen["depending"]} == {"TwelveWeeks", "SixWeeks"}
    assert world.tasks(case) == []

    ask(world, boss, case, "TimeToInvite", "fire")

    assert world.tasks(case) == ["ArrangeMeeting"]


@pytest.mark.rule("R058")
def test_a_late_invitation_to_the_review_says_that_the_six_weeks_would_be_missed(world: World, boss: Desk) -> None:
    case = world.to_plan()
    late = (world.timer(case, "SixWeeks").due_at + timedelta(days=2)).date().isoformat()

    foreseen = ask(world, boss, case, "TimeToInvite", "reschedule", late, dry=True).json()

    assert ("SixWeeks", True) in [(each["element"], each["is_missed"]) for each in foreseen["depending"]]


@pytest.mark.rule("R078", "R081")
def test_the_internal_review_is_never_before_the_day_in_the_letter_nor_after_six_school_weeks(
    world: World, boss: Desk
) -> None:
    case = at_internal_review(world)
    wait, deadline = world.timer(case, "InternalReviewDay"), world.timer(case, "SixSchoolWeeks")
    sooner = (wait.due_at - timedelta(hours=12)).date().isoformat()
    later = (deadline.due_at + timedelta(days=1)).date().isoformat()

    assert no(ask(world, boss, case, "InternalReviewDay", "reschedule", sooner)) == (422, "too_soon", "R078, R081")
    assert no(ask(world, boss, case, "InternalReviewDay", "reschedule", later)) == (422, "too_late", "R078, R081")
    assert no(ask(world, boss, case, "InternalReviewDay", "pause", later)) == (422, "too_late", "R078, R081")


@pytest.mark.rule("R089")
def test_a_reminder_can_be_put_off_and_its_deadline_stays(world: World, boss: Desk) -> None:
    case = world.to_referral()
    deadline = world.timer(case, "TwentyDays").due_at
    day = (world.timer(case, "TenDays").due_at + timedelta(days=2)).date().isoformat()
    answer = ask(world, boss, case, "TenDays", "reschedule", day).json()

    assert (answer["depending"], len(answer["moved"])) == ([], 1)
    assert world.timer(case, "TwentyDays").due_at == deadline
    world.player.move_to(deadline + timedelta(seconds=1))
    assert [note["name"] for note in world.noted(case, "reminded")]
    assert world.timer(case, "TwentyDays").raised_at is not None
