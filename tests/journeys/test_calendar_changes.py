"""A calendar changes while cases are open: what the preview says is what happens, once a person has approved it."""

import pytest
from sqlalchemy import Table, select

from attendance import tables as records
from attendance.drafts import AlreadyDecided, DraftOutdated
from engine import tables
from engine.database import AnyRow, transaction
from handlers.calendar_preview import Preview
from tests.attendance.calendars import day
from tests.builders import CALENDAR
from tests.journeys.calendar_office import CalendarOffice, moved_in, moves
from tests.journeys.world import World


@pytest.fixture
def office(world: World) -> CalendarOffice:
    return CalendarOffice(world)


def only(found: Preview) -> dict[str, tuple[str, str]]:
    """The moves of the one case that a preview touches."""
    (case,) = found.cases
    return moves(case)


@pytest.mark.rule("R078")
def test_a_staff_day_moves_a_deadline_to_the_school_day_before(world: World, office: CalendarOffice) -> None:
    case = world.to_outcome(absent=2)
    world.player.do(case, "DecideOutcome", variant={"code": "O4"})
    assert world.due(case, "SixSchoolWeeks") == "Thu 4 Mar 2027 23:59"
    draft = office.draft(inset=[day("Thu 4 Mar 2027")])

    found = office.preview(draft)
    assert only(found) == {"SixSchoolWeeks": ("Thu 4 Mar 2027 23:59", "Wed 3 Mar 2027 23:59")}
    assert (found.follows, found.open_cases, office.version()) == (1, 1, 1)
    assert world.due(case, "SixSchoolWeeks") == "Thu 4 Mar 2027 23:59"

    office.approve(draft)
    assert moved_in(world, case) == only(found)
    assert world.due(case, "SixSchoolWeeks") == "Wed 3 Mar 2027 23:59"
    assert world.timer(case, "SixSchoolWeeks").calendar_version == "2"
    assert world.noted(case, "calendar_changed") == [{"was": 1, "becomes": 2}]
    assert world.incidents() == []


def test_a_day_agreed_for_the_internal_review_that_is_closed_now_is_told(world: World, office: CalendarOffice) -> None:
    case = world.to_outcome(absent=2)
    world.player.do(case, "DecideOutcome", variant={"code": "O4"})
    draft = office.draft(inset=[day("Thu 4 Mar 2027")])
    (touched,) = office.preview(draft).cases
    office.approve(draft)

    (closed,) = touched.effects.closed
    assert (closed.what, closed.day, closed.because) == ("internal_review", day("Thu 4 Mar 2027"), "a staff day")
    (noted,) = world.noted(case, "day_closed")
    assert (noted["agreed"], noted["day"]) == ("internal_review", "2027-03-04")


@pytest.mark.rule("R089", "R090", "R091")
def test_a_proclaimed_bank_holiday_moves_twenty_working_days_and_both_reminders(
    world: World, office: CalendarOffice
) -> None:
    case = world.to_referral()
    before = {element: world.due(case, element) for element in ("TenDays", "FifteenDays", "TwentyDays")}
    assert before["TwentyDays"] == "Thu 11 Feb 2027 23:59"
    statement = office.proclaim(day("Wed 20 Jan 2027"))
    found = only(office.preview_statement(statement))
    office.approve_statement(statement)

    assert found["TwentyDays"] == ("Thu 11 Feb 2027 23:59", "Fri 12 Feb 2027 23:59")
    assert {"TenDays", "FifteenDays", "TwentyDays"} <= found.keys()
    assert moved_in(world, case) == found
    assert {element: (was, world.due(case, element)) for element, was in before.items()} == {
        element: found[element] for element in before
    }


@pytest.mark.rule("R033")
def test_a_notice_that_was_lawful_becomes_short_and_the_meeting_is_rearranged(
    world: World, office: CalendarOffice
) -> None:
    case = world.to_arranging()
    world.player.do(case, "ArrangeMeeting", meeting_on="2026-11-30")  # the literal fifth working day
    world.do(case, "ConfirmPosting")
    statement = office.proclaim(day("Fri 27 Nov 2026"))

    (touched,) = office.preview_statement(statement).cases
    assert {(notice.parent_id, notice.was, notice.becomes) for notice in touched.effects.notices} == {
        (world.mother, "literal", "short"),
        (world.father, "literal", "short"),
    }
    assert {(notice.posted_on, *notice.literal, *notice.evidence) for notice in touched.effects.notices} == {
        (
            day("Mon 23 Nov 2026"),
            *(day("Mon 30 Nov 2026"), day("Tue 1 Dec 2026")),
            *(day("Thu 3 Dec 2026"), day("Fri 4 Dec 2026")),
        )
    }

    office.approve_statement(statement)
    noted = world.noted(case, "notice_became_shorter")
    assert {(row["parent"], row["was"], row["becomes"]) for row in noted} == {
        (str(world.mother), "literal", "short"),
        (str(world.father), "literal", "short"),
    }
    # A person learns of it at once: somebody has to tell the parents.
    (told,) = world.rows(tables.task, case_id=case, element="", state="open")
    assert told.name == "The meeting on Mon 30 Nov 2026 cannot stand"
    assert "too short for 2 of the parents" in world.noted(case, "task_added")[0]["reason"]
    world.player.wait_for(case, "ArrangeMeeting")
    assert "RecordMeeting" not in world.tasks(case)


def test_a_notice_that_stands_as_evidence_can_lose_that_and_stay_lawful(world: World, office: CalendarOffice) -> None:
    case = world.to_panel_notice()  # posted Mon 23 Nov, received Wed 25, the panel on Thu 3 Dec
    statement = office.proclaim(day("Fri 27 Nov 2026"))
    (touched,) = office.preview_statement(statement).cases
    office.approve_statement(statement)

    assert {(notice.was, notice.becomes) for notice in touched.effects.notices} == {("evidence", "clear")}
    # The five days run from the posting again: five after Mon 23 Nov, over the new holiday, are Tue 1 Dec.
    assert moves(touched)["NoticeHasRun"] == ("Wed 2 Dec 2026 00:00", "Tue 1 Dec 2026 00:00")
    assert world.noted(case, "task_added") == []
    world.player.wait_for(case, "RecordMeeting")


def test_a_letter_that_waits_to_be_posted_gets_an_earlier_last_day(world: World, office: CalendarOffice) -> None:
    case = world.to_arranging()
    world.player.do(case, "ArrangeMeeting", meeting_on="2026-12-08")
    task = world.player.task(case, "ConfirmPosting")
    statement = office.proclaim(day("Fri 4 Dec 2026"))
    found = only(office.preview_statement(statement))
    office.approve_statement(statement)

    assert found["ConfirmPosting"] == ("Thu 26 Nov 2026 23:59", "Wed 25 Nov 2026 23:59")
    assert world.due(case, "ConfirmPosting") == "Wed 25 Nov 2026 23:59"
    after = world.player.task(case, "ConfirmPosting")
    assert (after.due_at, after.revision) == (world.timer(case, "ConfirmPosting").due_at, task.revision)


def test_a_closure_on_the_day_of_the_meeting_is_told_and_the_meeting_held_another_day(
    world: World, office: CalendarOffice
) -> None:
    case = world.to_panel_notice()
    draft = office.draft(closures={day("Thu 3 Dec 2026"): "snow"})
    (touched,) = office.preview(draft).cases
    office.approve(draft)

    (closed,) = touched.effects.closed
    assert (closed.what, closed.day, closed.because) == ("panel", day("Thu 3 Dec 2026"), "closed: snow (Y4)")
    (noted,) = world.noted(case, "day_closed")
    assert (noted["agreed"], noted["because"]) == ("panel", "closed: snow (Y4)")
    (added,) = world.noted(case, "task_added")
    assert "no pupils that day (closed: snow (Y4))" in added["reason"]
    world.player.wait_for(case, "RecordMeeting")
    world.player.do(case, "RecordMeeting", held=False, not_held_reason="The school was closed by snow.")
    assert world.tasks(case) == ["ArrangeMeeting"]
    assert len(world.rows(tables.task, case_id=case, element="", state="open")) == 1


def test_marks_on_days_that_are_closed_are_told_and_a_changed_answer_reaches_the_case(
    world: World, office: CalendarOffice
) -> None:
    case = world.to_panel_notice()
    draft = office.draft(closures={day("Mon 9 Nov 2026"): "flood", day("Tue 10 Nov 2026"): "flood"})
    found = office.preview(draft)

    assert [(marked.day, marked.pupils, marked.sessions, marked.unauthorised) for marked in found.marks] == [
        (day("Mon 9 Nov 2026"), 1, 2, 2),
        (day("Tue 10 Nov 2026"), 1, 2, 0),
    ]
    (touched,) = found.cases
    assert touched.effects.answer == ("eligible", "not_eligible")
    assert world.tasks(case) == []

    office.approve(draft)
    assert world.tasks(case) == ["Reconsider"]
    (opening,) = [row for row in world.rows(records.snapshot, case_id=case) if row.what == "opening"]
    assert (opening.figures["unauthorised"], opening.calendar_version) == (9, 1)


def test_what_has_fired_and_what_was_met_keep_the_version_they_were_reckoned_by(
    world: World, office: CalendarOffice
) -> None:
    case = world.to_referral()
    world.submit(case)
    fired = world.fired(case)
    statement = office.proclaim(day("Wed 20 Jan 2027"))
    office.approve_statement(statement)

    twenty = world.timer(case, "TwentyDays")
    assert (twenty.met_by, twenty.calendar_version) == ("player", "1")
    assert world.due(case, "TwentyDays") == "Thu 11 Feb 2027 23:59"
    assert world.fired(case) == fired
    assert world.timer(case, "NoticeHasRun").calendar_version == "1"


def test_a_preview_changes_nothing(world: World, office: CalendarOffice) -> None:
    case = world.to_panel_notice()
    every = [*tables.metadata.sorted_tables, *records.metadata.sorted_tables]
    draft = office.draft(closures={day("Mon 9 Nov 2026"): "flood"}, inset=[day("Thu 3 Dec 2026")])
    statement = office.proclaim(day("Fri 27 Nov 2026"))
    before = {table.name: everything(world, table) for table in every}
    assert office.preview(draft).cases != ()
    assert office.preview_statement(statement).cases != ()

    assert {table.name: everything(world, table) for table in every} == before
    world.player.settle()
    assert world.noted(case, "calendar_changed") == []


@pytest.mark.rule("R079")
def test_the_limit_is_only_worked_out_again(world: World, office: CalendarOffice) -> None:
    case = world.to_panel_notice()
    # Twenty working days before Tue 13 Apr 2027; one of them becomes a bank holiday.
    statement = office.proclaim(day("Wed 31 Mar 2027"))
    found = only(office.preview_statement(statement))
    office.approve_statement(statement)

    assert found == {"NextLimitationDate": ("Fri 12 Mar 2027 00:00", "Thu 11 Mar 2027 00:00")}
    assert world.due(case, "NextLimitationDate") == "Thu 11 Mar 2027 00:00"
    assert world.noted(case, "limitation_warning") == []


def test_a_draft_is_approved_once(world: World, office: CalendarOffice) -> None:
    case = world.to_panel_notice()
    draft = office.draft(inset=[day("Thu 4 Mar 2027")])
    office.approve(draft)

    with pytest.raises(AlreadyDecided):
        office.preview(draft)
    with pytest.raises(AlreadyDecided):
        office.approve(draft)
    assert (office.version(), len(world.noted(case, "calendar_changed"))) == (2, 1)


def test_of_two_who_draft_at_once_the_second_sees_what_the_first_did(world: World, office: CalendarOffice) -> None:
    world.to_panel_notice()
    first, second = office.draft(inset=[day("Thu 4 Mar 2027")]), office.draft(inset=[day("Fri 5 Mar 2027")])
    office.approve(first)

    with pytest.raises(DraftOutdated):
        office.preview(second)
    with pytest.raises(DraftOutdated):
        office.approve(second)
    assert office.version() == 2


def test_cases_follow_after_a_crash_between_the_approval_and_the_work(world: World, office: CalendarOffice) -> None:
    case = world.to_panel_notice()
    office.approve(office.draft(closures={day("Thu 3 Dec 2026"): "snow"}), settle=False)
    world.restart()
    world.player.settle()
    world.restart()
    world.player.settle()

    assert world.noted(case, "calendar_changed") == [{"was": 1, "becomes": 2}]
    drawn = [row for row in world.rows(tables.timer, case_id=case) if row.element and _is_open(row)]
    assert {row.calendar_version for row in drawn} == {"2"}


def test_two_changes_before_the_work_is_done_are_one_step_for_the_case(world: World, office: CalendarOffice) -> None:
    case = world.to_panel_notice()
    office.approve(office.draft(closures={day("Thu 3 Dec 2026"): "snow"}), settle=False)
    office.approve(office.draft(inset=[day("Thu 4 Mar 2027")]), settle=False)
    world.player.settle()

    assert world.noted(case, "calendar_changed") == [{"was": 1, "becomes": 3}]
    assert [row["agreed"] for row in world.noted(case, "day_closed")] == ["panel"]


def test_a_case_that_the_new_calendar_cannot_reckon_is_told_before_and_an_incident_after(
    world: World, office: CalendarOffice
) -> None:
    case = world.to_outcome(absent=2)
    world.player.do(case, "DecideOutcome", variant={"code": "O4"})
    draft = office.draft_content({**CALENDAR, "terms": CALENDAR["terms"][:3]})  # until Fri 12 Feb 2027
    (touched,) = office.preview(draft).cases
    assert "lie past the end of the school's calendar" in touched.problem

    office.approve(draft)
    (incident,) = world.incidents()
    assert (incident.case_id, incident.command) == (case, "reschedule")
    assert world.due(case, "SixSchoolWeeks") == "Thu 4 Mar 2027 23:59"

    office.approve(office.draft_content(CALENDAR))
    assert [row.resolved_at is not None for row in world.incidents()] == [True]
    assert world.timer(case, "SixSchoolWeeks").calendar_version == "3"


def everything(world: World, table: Table) -> list[AnyRow]:
    """All rows of a table in one order."""
    with transaction(world.player.runtime.engine) as db:
        return list(db.execute(select(table).order_by(*table.primary_key.columns)).all())


def _is_open(row: object) -> bool:
    return all(getattr(row, name) is None for name in ("fired_at", "met_on", "ended_at"))
