"""The register is corrected after the case was opened on it (domain.md E24)."""

from datetime import date

import pytest

from attendance import tables as records
from engine import tables
from engine.clock import now
from engine.database import transaction
from engine.inbox import deliver_waiting
from handlers.imports import import_register
from handlers.register_changes import tell_open_cases
from tests.builders import amend
from tests.journeys.world import PUPILS_UPN, World

FIRST_DAY = ("2026-10-13 AM", "2026-10-13 PM")


@pytest.mark.rule("R006", "R007", "R008")
def test_criteria_that_are_no_longer_met_come_before_a_person_and_no_letter_goes_out(world: World) -> None:
    case = world.to_plan()
    letters = world.letters_of(case)

    world.correct(*FIRST_DAY, code="I")

    assert world.tasks(case) == ["Reconsider"]
    shown = world.shown(case, "Reconsider")
    assert (shown["opening"]["unauthorised"], shown["now"]["unauthorised"]) == (9, 7)
    assert shown["now"]["result"] == "not_eligible"
    assert [(each["day"], each["session"], each["was"], each["is_now"], each["how"]) for each in shown["changed"]] == [
        ("2026-10-13", "AM", "O", "I", "not_unauthorised"),
        ("2026-10-13", "PM", "O", "I", "not_unauthorised"),
    ]
    assert world.letters_of(case) == letters
    assert world.case(case).closed_at is None


@pytest.mark.rule("R006")
def test_the_figures_of_the_opening_stay_frozen_beside_those_of_now(world: World) -> None:
    case = world.open()
    (opening,) = world.rows(records.snapshot, case_id=case)

    world.correct(*FIRST_DAY, code="I")

    before, after = world.rows(records.snapshot, case_id=case)
    assert before == opening
    assert (before.what, before.figures["unauthorised"], before.figures["result"]) == ("opening", 9, "eligible")
    assert (after.what, after.figures["unauthorised"]) == ("register_changed", 7)
    assert after.as_at == before.as_at
    assert after.figures["window_weeks"] == before.figures["window_weeks"]


@pytest.mark.rule("R006")
def test_a_closure_entered_late_that_removes_absences_is_shown_as_one(world: World) -> None:
    case = world.to_plan()

    world.correct(*FIRST_DAY, code="Y4")

    shown = world.shown(case, "Reconsider")
    assert [(each["was"], each["is_now"], each["how"], each["file"]) for each in shown["changed"]] == [
        ("O", "Y4", "closed", "register.csv")
    ] * 2
    assert world.case(case).closed_at is None


@pytest.mark.rule("R006")
def test_a_case_can_go_on_although_its_criteria_are_no_longer_met(world: World) -> None:
    case = world.to_plan()
    world.correct(*FIRST_DAY, code="I")

    world.do(case, "Reconsider")

    assert world.tasks(case) == []
    world.player.wait_for(case, "ArrangeMeeting")
    assert "L11" not in world.letters_to(case, world.mother)


@pytest.mark.rule("R006", "R086")
def test_a_case_can_be_withdrawn_with_a_letter_of_correction(world: World) -> None:
    case = world.to_plan()
    world.correct(*FIRST_DAY, code="I")

    world.player.do(case, "Reconsider", variant={"decision": "withdraw"})

    closed = world.case(case)
    assert (closed.result, closed.closed_at is None) == ("withdrawn", False)
    assert world.letters_of(case)[-2:] == [("L11", world.mother), ("L11", world.father)]
    letter = world.rows(tables.delivery, case_id=case)[-1].fields
    assert (letter["figures_corrected"], letter["unauthorised_sessions"]) == (True, 7)
    assert world.tasks(case) == []
    assert world.player.next_due([case]) is None


@pytest.mark.rule("R006")
def test_a_withdrawal_in_the_middle_of_the_notice_calls_unposted_letters_back(world: World) -> None:
    case = world.to_arranging()
    world.do(case, "ArrangeMeeting")
    world.correct(*FIRST_DAY, code="I")

    world.player.do(case, "Reconsider", variant={"decision": "withdraw"})

    assert world.letters_of(case) == [("L11", world.mother), ("L11", world.father)]
    assert world.tasks(case) == []
    assert world.case(case).result == "withdrawn"


@pytest.mark.rule("R006")
def test_a_correction_that_does_not_change_the_answer_tells_nobody(world: World) -> None:
    case = world.to_plan()
    letters = world.letters_of(case)

    world.correct("2026-10-13 AM", code="N")

    assert world.rows(tables.inbox, case_id=case) == []
    assert world.tasks(case) == []
    assert world.letters_of(case) == letters
    assert [row.what for row in world.rows(records.snapshot, case_id=case)] == ["opening"]


@pytest.mark.rule("R006", "R073")
def test_attendance_that_has_become_better_is_no_change_of_what_the_case_was_opened_on(world: World) -> None:
    case = world.to_plan()

    world.correct("2026-11-23 AM", "2026-11-24 AM", "2026-11-25 AM", "2026-11-26 AM", code="/")

    assert world.rows(tables.inbox, case_id=case) == []
    assert world.tasks(case) == []


@pytest.mark.rule("R006")
def test_a_correction_that_is_taken_back_while_a_person_reconsiders_is_looked_at_afterwards(world: World) -> None:
    case = world.to_plan()
    world.correct(*FIRST_DAY, code="I")
    world.correct("2026-10-13 AM", code="O")
    world.correct("2026-10-13 PM", code="O")
    assert [row.heard_at is None for row in world.rows(tables.inbox, case_id=case)] == [False, True]
    assert world.tasks(case) == ["Reconsider"]

    world.do(case, "Reconsider")
    world.player.settle()

    assert world.tasks(case) == []
    taken = [row.figures["unauthorised"] for row in world.rows(records.snapshot, case_id=case)]
    assert taken == [9, 7, 9]


@pytest.mark.rule("R006")
def test_another_date_of_birth_by_which_the_pupil_was_too_old_comes_before_a_person(world: World) -> None:
    case = world.to_plan()
    content = f"UPN,DOB,Date,Session,Mark\n{PUPILS_UPN},2010-03-21,2026-11-20,AM,O\n".encode()

    import_register(
        world.player.runtime, school_id=world.school, filename="register.csv", content=content, actor="office"
    )
    world.player.settle()

    assert world.tasks(case) == ["Reconsider"]
    assert world.shown(case, "Reconsider")["now"]["unauthorised"] == 0


@pytest.mark.rule("R006")
def test_a_change_is_not_lost_when_an_older_one_is_heard_before_it_is_saved(world: World) -> None:
    case = world.to_plan()
    world.correct(*FIRST_DAY, code="I")
    world.do(case, "Reconsider")
    runtime = world.player.runtime
    content = "\n".join(["UPN,Date,Session,Mark", *(f"{PUPILS_UPN},{on.replace(' ', ',')},O" for on in FIRST_DAY)])
    import_register(runtime, school_id=world.school, filename="register.csv", content=content.encode(), actor="office")

    with transaction(runtime.engine) as db:
        for half in ("AM", "PM"):
            amend(db, world.school, world.pupil, date(2026, 10, 13), session=half, code="I")
        told = tell_open_cases(runtime, db, [world.pupil], actor="office", now=now(db))
        deliver_waiting(runtime)
    world.player.settle()

    assert told == [case]
    assert [row.figures["unauthorised"] for row in world.rows(records.snapshot, case_id=case)] == [9, 7, 7]
    assert world.tasks(case) == ["Reconsider"]


@pytest.mark.rule("R006")
def test_a_case_that_went_on_listens_again(world: World) -> None:
    case = world.to_plan()
    world.correct(*FIRST_DAY, code="I")
    world.do(case, "Reconsider")
    world.correct(*FIRST_DAY, code="O")
    assert world.tasks(case) == []

    world.correct(*FIRST_DAY, code="M")

    assert world.tasks(case) == ["Reconsider"]
