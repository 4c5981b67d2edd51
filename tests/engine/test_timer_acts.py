"""Timers moved, ended, paused and let go on by hand, beside workers, calendars and incidents."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine

from engine import clock, tables
from engine.by_hand import Act
from engine.clock import LONDON
from engine.commands import retry
from engine.database import transaction
from engine.errors import Changed, IncidentRaised
from engine.ids import new_id
from engine.registry import Refusal
from engine.runtime import Runtime
from engine.timer_acts import TimerOver, Wanted, change_timer, foresee_change
from engine.timers import fire_due
from tests.engine.by_hand import act, in_days, noted, timer
from tests.engine.seasons import Season, with_season
from tests.engine.small import days_pass, do, open_task, restarted, rows, small_runtime


@pytest.fixture
def season() -> Season:
    return Season()


@pytest.fixture
def runtime(engine: Engine, season: Season) -> Runtime:
    return with_season(small_runtime(engine), season)


@pytest.fixture
def waiting(runtime: Runtime, case_id: UUID) -> UUID:
    """The case at its wait of three days."""
    do(runtime, case_id, "AskFirst", said="hello")
    return case_id


def test_a_wait_that_is_moved_fires_then_and_says_who_moved_it_and_why(runtime: Runtime, waiting: UUID) -> None:
    was, day = timer(runtime, "ThreeDays").due_at, in_days(runtime, 10)
    found = act(runtime, "ThreeDays", Act.RESCHEDULE, day)

    moved = timer(runtime, "ThreeDays")
    assert moved.due_at == datetime.combine(day, was.astimezone(LONDON).time(), LONDON)
    assert moved.set_by == "boss"
    assert [(each.element, each.was, each.becomes) for each in found.moved] == [("ThreeDays", was, moved.due_at)]
    (note,) = noted(runtime, waiting, "timer_moved")
    assert (note["reason"], note["was"], note["becomes"]) == ("Because.", was.isoformat(), moved.due_at.isoformat())
    days_pass(runtime, 9.5)
    fire_due(restarted(runtime))
    assert timer(runtime, "ThreeDays").fired_at is None
    days_pass(runtime, 1)
    fire_due(restarted(runtime))
    assert open_task(runtime, waiting, "AskAgain")


def test_what_follows_is_told_first_and_nothing_is_done(runtime: Runtime, waiting: UUID) -> None:
    days_pass(runtime, 1.5)
    before = timer(runtime, "ThreeDays")
    wanted = Wanted(Act.FIRE, "Because.")
    found = foresee_change(runtime, before.id, wanted, actor="boss")

    assert (found.opened, found.due_at) == (("Ask again",), None)
    assert [(each.element, each.becomes) for each in found.moved] == [("ThreeDays", None)]
    assert [(each.element, each.is_missed) for each in found.depending] == [("FiveDays", False)]
    assert timer(runtime, "ThreeDays") == before
    assert noted(runtime, waiting, "timer_fired_by_hand") == []
    assert change_timer(runtime, before.id, wanted, actor="boss").opened == ("Ask again",)
    assert open_task(runtime, waiting, "AskAgain")


def test_the_deadlines_that_a_later_wait_would_miss_are_named(runtime: Runtime, waiting: UUID) -> None:
    found = act(runtime, "ThreeDays", Act.PAUSE, in_days(runtime, 20))

    assert [(each.element, each.is_missed) for each in found.depending] == [("FiveDays", True)]
    assert [each.element for each in found.meanwhile] == ["FiveDays"]


def test_a_wait_never_ends_before_the_lowest_number_of_the_policy(runtime: Runtime, waiting: UUID) -> None:
    with pytest.raises(Refusal) as fired:
        act(runtime, "ThreeDays", Act.FIRE)
    assert (fired.value.code, fired.value.rule) == ("too_soon", "R006")

    days_pass(runtime, 1.1)
    assert act(runtime, "ThreeDays", Act.FIRE).opened == ("Ask again",)


@pytest.mark.parametrize(
    ("element", "wanted", "days", "code", "rule"),
    [
        ("FiveDays", Act.FIRE, None, "not_by_hand", "R003"),
        ("AskFirst", Act.RESCHEDULE, 9, "not_by_hand", "R004"),
        ("AskFirst", Act.PAUSE, 9, "not_by_hand", "R004"),
        ("ThreeDays", Act.RESCHEDULE, 61, "too_late", "R002"),
        ("ThreeDays", Act.PAUSE, 61, "too_late", "R002"),
        ("ThreeDays", Act.RESCHEDULE, 0, "past", ""),
        ("ThreeDays", Act.PAUSE, 2, "no_pause", ""),
        ("FiveDays", Act.RESCHEDULE, 400, "too_far", ""),
        ("FiveDays", Act.RESCHEDULE, None, "no_day", ""),
    ],
)
def test_what_may_not_be_done_is_refused_with_the_rule(
    runtime: Runtime, case_id: UUID, element: str, wanted: Act, days: int | None, code: str, rule: str
) -> None:
    if element == "ThreeDays":
        do(runtime, case_id, "AskFirst", said="hello")
    if code == "past":
        days_pass(runtime, 0.1)
    before = timer(runtime, element)
    with pytest.raises(Refusal) as refused:
        act(runtime, element, wanted, None if days is None else in_days(runtime, days))

    assert (refused.value.code, refused.value.rule) == (code, rule)
    assert timer(runtime, element) == before


def test_nobody_fires_twice_what_two_end_at_once(runtime: Runtime, waiting: UUID) -> None:
    days_pass(runtime, 1.5)
    id_ = timer(runtime, "ThreeDays").id

    def fire(_: int) -> str:
        try:
            change_timer(restarted(runtime), id_, Wanted(Act.FIRE, "Because."), actor="boss")
        except TimerOver:
            return "over"
        return "fired"

    with ThreadPoolExecutor(4) as people:
        answers = sorted(people.map(fire, range(4)))

    assert answers == ["fired", "over", "over", "over"]
    assert len(noted(runtime, waiting, "timer_fired_by_hand")) == 1
    assert open_task(runtime, waiting, "AskAgain")


def test_whoever_read_the_case_before_it_changed_changes_nothing(runtime: Runtime, waiting: UUID) -> None:
    (case,) = rows(runtime, tables.case, tables.case.c.id == waiting)
    act(runtime, "ThreeDays", Act.PAUSE, in_days(runtime, 10), revision=case.revision)

    with pytest.raises(Changed):
        act(runtime, "ThreeDays", Act.RESUME, revision=case.revision)


def test_what_fails_afterwards_is_an_incident_that_keeps_the_act_and_can_be_tried_again(
    runtime: Runtime, season: Season, case_id: UUID
) -> None:
    act(runtime, "FiveDays", Act.PAUSE, in_days(runtime, 9))
    season.turn(shift=0)
    season.broken_for.add(case_id)
    with pytest.raises(IncidentRaised):
        act(runtime, "FiveDays", Act.RESUME)
    (incident,) = rows(runtime, tables.incident)
    assert (incident.command, incident.arguments["act"]) == ("change_timer", "resume")
    assert timer(runtime, "FiveDays").paused_until is not None

    season.broken_for.clear()
    retry(runtime, incident.id, actor="boss")

    assert timer(runtime, "FiveDays").paused_until is None
    assert rows(runtime, tables.incident)[0].resolved_at is not None


def test_ending_a_wait_by_hand_settles_the_incident_that_held_it_back(runtime: Runtime, waiting: UUID) -> None:
    days_pass(runtime, 1.5)
    with transaction(runtime.engine) as db:
        now = clock.now(db)
        db.execute(
            tables.incident.insert().values(
                id=new_id(), case_id=waiting, owner_id=timer(runtime, "ThreeDays").owner_id, command="fire_timer",
                arguments={"timer_id": str(timer(runtime, "ThreeDays").id)}, actor="system", element="ThreeDays",
                problem="it burned", detail="", about="", attempts=3, first_at=now, last_at=now,
            )
        )  # fmt: skip

    act(runtime, "ThreeDays", Act.FIRE)

    assert rows(runtime, tables.incident)[0].resolved_at is not None
