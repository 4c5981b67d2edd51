"""Every date of a case explained, what if something were different, and whether it would stand up in court."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine

from api.case_facts import facts_of_case
from api.explained import explained
from api.ledger import Clock, ledger
from api.what_if import Supposition, what_if
from attendance.notice import Postage
from engine.by_hand import Act
from engine.cancelling import AlreadyOver
from engine.database import transaction
from engine.queries.cases import case_by_id
from engine.timer_acts import Wanted, change_timer
from engine.versions import process_of
from handlers.readiness import Readiness, readiness
from handlers.time_left import day_limits, submitted_on
from tests.api.desk import office_on
from tests.attendance.calendars import day
from tests.builders import CALENDAR, change_calendar, make_notice
from tests.cli.commands import Command
from tests.journeys.world import World


def clocks(world: World, case: UUID) -> dict[str, Clock]:
    """The newest clock of each element."""
    runtime = world.player.runtime
    with transaction(runtime.engine) as db:
        facts = facts_of_case(runtime, db, case)
        process = process_of(runtime, db, case_by_id(db, case).version_id)
        return {clock.element: clock for clock in ledger(db, process, case, now=facts.now)}


def stands(world: World, case: UUID) -> Readiness:
    """How the case would stand today."""
    with transaction(world.player.runtime.engine) as db:
        return readiness(facts_of_case(world.player.runtime, db, case))


def words_of(found: Readiness, *, parent: str = "") -> list[str]:
    """What would not stand up, of one parent or of the case."""
    return [each.words for each in found.defects if each.parent == parent]


@pytest.mark.rule("R058", "R079")
def test_each_clock_names_its_rule_its_facts_its_calendar_and_how_it_came_about(world: World) -> None:
    case = world.to_plan()

    found = clocks(world, case)["SixWeeks"]

    assert found.rules[0] == "R058"
    assert found.words == "The end of Thu 14 Jan 2027: 6 weeks after Thu 3 Dec 2026, when the panel was held."
    assert found.calendar_version == "1"
    assert [call["function"] for call in found.calls if "function" in call] == ["held_on", "weeks_after", "end_of"]
    assert (found.former, found.pauses) == ((), ())


def test_a_pause_that_somebody_ended_is_told_as_over(world: World) -> None:
    case = world.to_panel_notice()
    runtime, timer = world.player.runtime, world.timer(case, "NoticeHasRun").id
    change_timer(runtime, timer, Wanted(Act.PAUSE, "Snow.", on=day("Thu 3 Dec 2026")), actor="boss")
    assert [pause.resumed_at for pause in clocks(world, case)["NoticeHasRun"].pauses] == [None]

    change_timer(runtime, timer, Wanted(Act.RESUME, "Thaw."), actor="boss")

    (pause,) = clocks(world, case)["NoticeHasRun"].pauses
    assert pause.resumed_at is not None
    words = explained(runtime, world.case(case).reference, Supposition()).words
    assert "Paused on Mon 23 Nov 2026 until Thu 3 Dec 2026: Snow. Ended on Mon 23 Nov 2026." in words


@pytest.mark.rule("R079")
def test_a_clock_that_was_worked_out_again_keeps_what_it_was(world: World) -> None:
    case = world.to_plan()
    before = clocks(world, case)["TimeToInvite"]
    with transaction(world.player.runtime.engine) as db:
        change_calendar(db, world.school, {**CALENDAR, "proclaimed": ["2026-12-29"]}, version=2)

    world.player.settle()

    after = clocks(world, case)["TimeToInvite"]
    assert after.calendar_version == "2"
    assert after.due_at < before.due_at
    [former] = after.former
    assert (former.was, former.becomes) == (before.due_at, after.due_at)


@pytest.mark.rule("R079")
def test_each_day_with_sessions_has_its_own_limit_and_the_earlier_of_the_two_counts(world: World) -> None:
    case = world.open()

    with transaction(world.player.runtime.engine) as db:
        found = {limit.day: limit for limit in day_limits(facts_of_case(world.player.runtime, db, case))}

    first = found[day("Tue 13 Oct 2026")]
    assert (first.sessions, first.six_months, first.twenty_six_weeks) == (2, date(2027, 4, 13), date(2027, 4, 13))
    assert first.last_safe_day == day("Tue 13 Apr 2027")
    assert sum(limit.sessions for limit in found.values()) == 9


@pytest.mark.rule("R079", "R091")
def test_a_submission_says_what_it_leaves_the_authority_and_warns_when_that_is_nothing(world: World) -> None:
    case = world.open()

    with transaction(world.player.runtime.engine) as db:
        facts = facts_of_case(world.player.runtime, db, case)
        early, late = (submitted_on(facts, day(on)) for on in ("Mon 5 Apr 2027", "Tue 13 Apr 2027"))

    assert (early.authority_days, early.sessions_in_time, early.shorter) == (6, 9, "")
    assert "Submitted on Mon 5 Apr 2027, it leaves the authority 6 working days" in early.words
    assert late.authority_days == 0
    assert "refer at the review without an internal review" in late.shorter
    assert "by Mon 12 Apr 2027" in late.shorter


@pytest.mark.rule("R033")
def test_what_if_a_letter_were_posted_later_tells_each_parents_notice_and_changes_nothing(world: World) -> None:
    case = world.to_panel_notice()
    before = world.due(case, "NoticeHasRun")
    supposed = Supposition(posted=day("Fri 27 Nov 2026"), postage=Postage.SECOND)

    found = what_if(world.player.runtime, case, supposed)

    told = [each for each in found if each.rule == "R033"]
    assert len(told) == 2
    assert "notice of the panel on Thu 3 Dec 2026 would be short; lawful from Fri 4 Dec 2026" in told[0].words
    moved = next(each for each in found if each.words.startswith("5 working days' notice has run would move"))
    assert moved.was is not None
    assert moved.becomes is not None
    assert moved.was < moved.becomes
    assert world.due(case, "NoticeHasRun") == before
    assert all(row.posted_on == day("Mon 23 Nov 2026") for row in world.invitations(world.meetings(case)[0].id))


@pytest.mark.rule("E35")
def test_what_if_the_school_were_closed_tells_what_falls_on_that_day(world: World) -> None:
    case = world.to_plan()

    found = what_if(world.player.runtime, case, Supposition(closed=(day("Thu 14 Jan 2027"),)))

    assert [each.words for each in found if each.rule == "E35"] == [
        "The school would be closed on Thu 14 Jan 2027, agreed for the agreed_review."
    ]
    assert clocks(world, case)["SixWeeks"].calendar_version == "1"


@pytest.mark.rule("R078", "R089", "R091")
def test_what_if_the_decision_were_another_tells_the_dates_that_would_follow(world: World) -> None:
    case = world.to_outcome(absent=2)

    referred = what_if(world.player.runtime, case, Supposition(decision="O3", decided=day("Thu 14 Jan 2027")))
    again = what_if(world.player.runtime, case, Supposition(decision="O4"))
    closed = what_if(world.player.runtime, case, Supposition(decision="O1"))

    assert [(each.rule, each.becomes) for each in referred[:3]] == [
        ("R089", day("Thu 28 Jan 2027")),
        ("R089", day("Thu 4 Feb 2027")),
        ("R091", day("Thu 11 Feb 2027")),
    ]
    assert referred[3].words.startswith("Submitted on Thu 11 Feb 2027, it leaves the authority 41 working days")
    assert (again[0].rule, again[0].words) == ("R078", "Internal review at the latest: Thu 4 Mar 2027")
    assert closed == []


def test_nothing_is_supposed_of_a_case_that_is_over(world: World) -> None:
    case = world.to_outcome()
    world.player.do(case, "DecideOutcome", variant={"code": "O1"})

    with pytest.raises(AlreadyOver):
        what_if(world.player.runtime, case, Supposition(decision="O3"))


@pytest.mark.rule("R030", "R036", "R079")
def test_a_case_says_from_its_first_day_what_would_not_stand_up_and_the_latest_safe_next_step(world: World) -> None:
    case = world.open()

    found = stands(world, case)

    assert {"No panel was held.", "No review was held."} <= set(words_of(found))
    assert (found.sessions_in_time, found.sessions_out_of_time) == (9, 0)
    assert found.first_limit == day("Tue 13 Apr 2027")
    assert found.days_left == 96
    assert found.next_step.words == "hold the panel"
    assert found.next_step.latest is not None
    assert "96 working days until the first session runs out (Tue 13 Apr 2027); next: hold the panel by" in found.line


@pytest.mark.rule("R031", "R060", "R079")
def test_what_is_missing_of_one_parent_is_told_of_that_parent(world: World) -> None:
    case = world.to_plan()
    adult = world.mother
    with transaction(world.player.runtime.engine) as db:
        used = [(on, half) for on in (date(2026, 10, 13), date(2026, 10, 14)) for half in ("AM", "PM")]
        make_notice(db, world.school, world.pupil, adult=adult, sessions=used)

    world.player.settle()

    found = stands(world, case)

    assert "Nothing proves that letter L3 was posted." in words_of(found, parent="Mr Sam Okafor")
    assert "4 sessions are dealt with by a penalty notice, 5 are left." in words_of(found, parent="Mrs Ada Okafor")
    assert not any("penalty notice" in words for words in words_of(found, parent="Mr Sam Okafor"))
    assert found.next_step.words == "hold the review"


@pytest.mark.rule("R079", "E46")
def test_sessions_out_of_time_and_no_way_left_are_said(world: World) -> None:
    case = world.to_plan()
    world.sleep_until(world.player.now().replace(year=2027, month=4, day=14))

    found = stands(world, case)

    assert found.sessions_out_of_time == 2
    assert "7 sessions can still be charged, 9 are needed." in words_of(found)
    assert found.next_step.latest is None
    assert found.line.endswith("no day leaves time to prosecute.")


@pytest.mark.rule("R007", "E24")
def test_marks_that_changed_or_are_provisional_are_said(world: World) -> None:
    case = world.to_plan()
    world.correct("2026-10-13 AM", code="I")
    world.correct("2026-11-09 AM", code="N")

    found = stands(world, case)

    assert "1 sessions are still marked N: their reason is not known yet." in words_of(found)
    assert any("mirrors a defence" in words for words in words_of(found))


def test_the_commands_explain_a_case_and_say_how_it_stands(
    world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = world.case(world.to_panel_notice())
    fasttrack = Command(monkeypatch, capsys)
    monkeypatch.setenv("FASTTRACK_DATABASE_URL", engine.url.render_as_string(hide_password=False))

    told = fasttrack("case", "explain", case.reference, "--posted", "2026-11-27", "--second-class")
    as_json = fasttrack("case", "explain", case.reference, "--decision", "O3", "--decided", "2027-01-14", "--json")
    line = fasttrack("case", "readiness", case.reference)
    nobody = fasttrack("case", "explain", "FT-1999-00001")

    assert "5 working days' notice has run" in told.out
    assert "Calendar version 1." in told.out
    assert "Tue 13 Oct 2026, 2: until Tue 13 Apr 2027" in told.out
    assert "would be short" in told.out
    assert [each["rule"] for each in as_json.json["follows"]] == ["R089", "R089", "R091", "R079"]
    assert line.out.startswith("Would not stand up today: ")
    assert "R072  The case: No review was held." in line.out
    assert nobody.code == 1


@pytest.mark.rule("R079")
def test_the_api_explains_a_case_to_who_may_read_it(world: World) -> None:
    case = world.to_panel_notice()
    office = office_on(world.player.runtime, process="fast_track")
    lead = office.person({world.school: ("attendance_lead",)}, name="lead")
    clerk = office.person({world.school: ("post_room",)}, name="post")

    plain = lead.get(f"/cases/{case}/explain")
    supposed = lead.get(f"/cases/{case}/explain", closed="2026-12-03", submitted="2027-02-11")
    stands_now = lead.get(f"/cases/{case}/readiness")

    assert plain["what_if"] is None
    assert {"NoticeHasRun", "ConfirmPosting", "TwelveWeeks"} <= {clock["element"] for clock in plain["clocks"]}
    assert [each["rule"] for each in supposed["what_if"]] == ["R079", "E35"]
    assert lead.get(f"/cases/{case}")["court_readiness"] == stands_now["line"]
    clerk.refused(403, "GET", f"/cases/{case}/explain")
    lead.refused(422, "GET", f"/cases/{case}/explain?decision=O9")
