"""Timers worked out again when what they rest on has changed: each case by itself, and none that has passed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, update

from engine import tables
from engine.commands import retry
from engine.history import timeline
from engine.ids import new_id
from engine.rescheduling import reschedule, reschedule_outdated
from engine.runtime import Runtime
from engine.work import work_once
from tests.engine.seasons import Season, with_season
from tests.engine.small import OWNER, R, days_pass, do, new_case, open_task, restarted, rows, small_runtime


@pytest.fixture
def season() -> Season:
    return Season()


@pytest.fixture
def runtime(engine: Engine, season: Season) -> Runtime:
    return with_season(small_runtime(engine), season)


def another_case(runtime: Runtime) -> UUID:
    return new_case(runtime, owner_id=OWNER, subject_id=new_id())


def days_after_opening(runtime: Runtime, case_id: UUID) -> dict[str, int]:
    """When each timer falls due, in days after the case was opened."""
    (case,) = rows(runtime, tables.case, tables.case.c.id == case_id)
    return {
        row.element: round((row.due_at - case.opened_at) / timedelta(days=1))
        for row in rows(runtime, tables.timer, R.case_id == case_id)
    }


def noted(runtime: Runtime, case_id: UUID, what: str) -> list[dict[str, object]]:
    with runtime.engine.begin() as db:
        return [row["facts"] for row in timeline(db, case_id) if row["what"] == what]


def test_a_changed_fact_reschedules_its_timer(runtime: Runtime, season: Season, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    season.shift = 1
    reschedule(restarted(runtime), case_id, ["ThreeDays"], actor="boss")

    assert days_after_opening(runtime, case_id) == {"AskFirst": 2, "FiveDays": 5, "ThreeDays": 4}


def test_every_case_follows_a_change_deadlines_waits_and_tasks(runtime: Runtime, season: Season, case_id: UUID) -> None:
    other = another_case(runtime)
    do(runtime, case_id, "AskFirst", said="hello")
    season.turn(shift=4)
    assert reschedule_outdated(restarted(runtime)) == 2

    assert days_after_opening(runtime, case_id) == {"AskFirst": 2, "FiveDays": 9, "ThreeDays": 7}
    assert days_after_opening(runtime, other) == {"AskFirst": 6, "FiveDays": 9}
    assert (
        open_task(runtime, other, "AskFirst").due_at == rows(runtime, tables.timer, R.task_id.is_not(None))[-1].due_at
    )


def test_the_history_says_what_moved_and_that_it_has_changed(runtime: Runtime, season: Season, case_id: UUID) -> None:
    season.turn(shift=4)
    reschedule_outdated(runtime)

    moved = noted(runtime, case_id, "timer_rescheduled")
    assert sorted((str(row["element"]), str(row["kind"])) for row in moved) == [
        ("AskFirst", "deadline"),
        ("FiveDays", "deadline"),
    ]
    assert noted(runtime, case_id, "season_turned") == [{"to": 2}]
    assert season.told == [(case_id, {"1"})]


def test_what_was_brought_up_to_date_is_not_done_again(runtime: Runtime, season: Season, case_id: UUID) -> None:
    season.turn(shift=4)
    reschedule_outdated(runtime)

    assert reschedule_outdated(restarted(runtime)) == 0
    assert {row.calendar_version for row in rows(runtime, tables.timer)} == {"2"}


def test_a_change_that_moves_nothing_is_noted_and_taken_over(runtime: Runtime, season: Season, case_id: UUID) -> None:
    season.turn(shift=0)
    assert reschedule_outdated(runtime) == 1

    assert noted(runtime, case_id, "timer_rescheduled") == []
    assert noted(runtime, case_id, "season_turned") == [{"to": 2}]


def test_what_is_due_is_fired_first_and_never_unfires(runtime: Runtime, season: Season, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    days_pass(runtime, 3.1)
    season.turn(shift=30)
    reschedule_outdated(runtime)

    by_element = {row.element: row for row in rows(runtime, tables.timer, R.case_id == case_id)}
    assert by_element["ThreeDays"].fired_at is not None
    assert by_element["ThreeDays"].calendar_version == "1"
    assert days_after_opening(runtime, case_id)["FiveDays"] == 35
    assert open_task(runtime, case_id, "AskAgain")


def test_a_task_whose_day_has_passed_stays_overdue(runtime: Runtime, season: Season, case_id: UUID) -> None:
    days_pass(runtime, 2.1)
    season.turn(shift=30)
    reschedule_outdated(runtime)

    assert days_after_opening(runtime, case_id) == {"AskFirst": 2, "FiveDays": 35}
    assert reschedule_outdated(runtime) == 0


def test_a_deadline_that_was_met_keeps_its_version(runtime: Runtime, season: Season, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    days_pass(runtime, 3.1)
    work_once(runtime, {})
    do(runtime, case_id, "AskAgain", said="bye", on_day="2026-11-20")
    season.turn(shift=30)
    reschedule_outdated(runtime)

    (deadline,) = rows(runtime, tables.timer, R.element == "FiveDays")
    assert (deadline.met_by, deadline.calendar_version) == ("clerk", "1")


def test_a_moment_that_a_person_set_by_hand_stays(runtime: Runtime, season: Season, case_id: UUID) -> None:
    with runtime.engine.begin() as db:
        db.execute(update(tables.timer).where(R.element == "FiveDays").values(set_by="boss"))
    season.turn(shift=4)
    reschedule_outdated(runtime)

    assert days_after_opening(runtime, case_id) == {"AskFirst": 6, "FiveDays": 5}
    assert reschedule_outdated(runtime) == 0


def test_a_moment_that_comes_to_lie_in_the_past_fires_at_once(runtime: Runtime, season: Season, case_id: UUID) -> None:
    days_pass(runtime, 4)
    season.turn(shift=-2)
    work_once(runtime, {})

    (deadline,) = rows(runtime, tables.timer, R.element == "FiveDays")
    assert days_after_opening(runtime, case_id)["FiveDays"] == 3
    assert deadline.raised_at is not None


def test_a_case_that_fails_becomes_an_incident_and_the_others_go_on(
    runtime: Runtime, season: Season, case_id: UUID
) -> None:
    others = [another_case(runtime) for _ in range(2)]
    season.turn(shift=4)
    season.broken_for.add(case_id)
    assert reschedule_outdated(runtime) == 3

    (incident,) = rows(runtime, tables.incident)
    assert (incident.case_id, incident.command, incident.arguments) == (case_id, "reschedule", {"basis": "2"})
    assert "no season here" in incident.problem
    assert days_after_opening(runtime, case_id) == {"AskFirst": 2, "FiveDays": 5}
    assert all(days_after_opening(runtime, other)["FiveDays"] == 9 for other in others)
    assert reschedule_outdated(runtime) == 0


def test_a_worker_that_dies_on_the_way_leaves_the_rest_to_the_next(
    runtime: Runtime, season: Season, case_id: UUID
) -> None:
    cases = [case_id, *(another_case(runtime) for _ in range(3))]
    season.turn(shift=4)
    season.dies_at = 3
    with pytest.raises(SystemExit):
        reschedule_outdated(runtime)
    assert sum(days_after_opening(runtime, case)["FiveDays"] == 9 for case in cases) == 2

    season.dies_at = 0
    assert reschedule_outdated(restarted(runtime)) == 2
    assert all(days_after_opening(runtime, case)["FiveDays"] == 9 for case in cases)
    assert [len(noted(runtime, case, "season_turned")) for case in cases] == [1, 1, 1, 1]
    assert rows(runtime, tables.incident) == []


def test_workers_at_the_same_time_bring_no_case_up_to_date_twice(
    runtime: Runtime, season: Season, case_id: UUID
) -> None:
    cases = [case_id, *(another_case(runtime) for _ in range(5))]
    season.turn(shift=4)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(reschedule_outdated, [restarted(runtime) for _ in range(4)]))

    assert [len(noted(runtime, case, "season_turned")) for case in cases] == [1] * 6
    assert [len(noted(runtime, case, "timer_rescheduled")) for case in cases] == [2] * 6
    assert rows(runtime, tables.incident) == []


def test_an_incident_is_tried_again_and_a_later_change_tries_by_itself(
    runtime: Runtime, season: Season, case_id: UUID
) -> None:
    season.turn(shift=4)
    season.broken_for.add(case_id)
    reschedule_outdated(runtime)
    (incident,) = rows(runtime, tables.incident)
    season.broken_for.clear()
    retry(runtime, incident.id, actor="boss")

    assert days_after_opening(runtime, case_id)["FiveDays"] == 9

    season.broken_for.add(case_id)
    season.turn(shift=6)
    reschedule_outdated(runtime)
    season.broken_for.clear()
    season.turn(shift=7)
    assert reschedule_outdated(runtime) == 1

    assert days_after_opening(runtime, case_id)["FiveDays"] == 12
    assert all(row.resolved_at is not None for row in rows(runtime, tables.incident))


def test_a_case_that_is_over_is_left_alone(runtime: Runtime, season: Season, case_id: UUID) -> None:
    do(runtime, case_id, "AskFirst", said="hello")
    days_pass(runtime, 3.1)
    work_once(runtime, {})
    do(runtime, case_id, "AskAgain", said="bye", on_day="2026-11-20")
    closed = rows(runtime, tables.case, tables.case.c.id == case_id)[0].closed_at is not None
    season.turn(shift=4)

    assert closed
    assert reschedule_outdated(runtime) == 0


def test_a_case_that_stays_outdated_is_an_incident_not_an_endless_round(
    runtime: Runtime, season: Season, case_id: UUID
) -> None:
    season.turn(shift=4)
    season.forgets = True
    assert reschedule_outdated(runtime) == 2

    (incident,) = rows(runtime, tables.incident)
    assert "still rests on what has changed" in incident.problem
    assert reschedule_outdated(runtime) == 0


def test_without_a_basis_nothing_is_ever_outdated(engine: Engine) -> None:
    assert reschedule_outdated(small_runtime(engine)) == 0
