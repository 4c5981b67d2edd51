"""The figures on which a case is opened, and the same window counted again."""

from datetime import date

import pytest
from sqlalchemy import Connection, select

from attendance import tables
from engine.registry import Refusal
from tests.builders import OPENED, amend
from tests.handlers.desk import Desk, open_desk


@pytest.mark.rule("R006", "R007", "R008")
def test_figures_are_frozen_when_the_case_is_opened(desk: Desk) -> None:
    snapshot = desk.facts.opening

    assert snapshot.as_at == OPENED
    assert snapshot.calendar_version == 1
    assert (snapshot.figures["possible"], snapshot.figures["unauthorised"]) == (50, 9)
    assert snapshot.figures["result"] == "eligible"
    assert snapshot.figures["window_weeks"][0] == "2026-10-12"
    assert len(snapshot.figures["relied_on"]) == 9


def test_criteria_read_the_latest_figures(desk: Desk) -> None:
    amend(desk.db, desk.school, desk.pupil, date(2026, 11, 9), session="AM", code="I")

    desk.serve("register.check_again")

    assert desk.ask("unauthorised_sessions") == desk.facts.opening.figures["unauthorised"] - 1


@pytest.mark.rule("R006")
def test_a_register_change_leaves_the_opening_figures_alone(desk: Desk) -> None:
    amend(desk.db, desk.school, desk.pupil, date(2026, 11, 9), session="AM", code="I")

    desk.serve("register.check_again")

    assert desk.facts.opening.figures["unauthorised"] == 9
    taken = desk.db.execute(select(tables.snapshot.c.what)).scalars().all()
    assert sorted(taken) == ["opening", "register_changed"]


def test_attendance_that_improves_is_no_register_change(desk: Desk) -> None:
    desk.at(date(2027, 1, 15))

    assert desk.facts.recheck().window.as_at == OPENED
    assert desk.facts.recheck().figures.unauthorised == 9


@pytest.mark.rule("R079")
def test_a_window_out_of_time_opens_no_case(db: Connection) -> None:
    desk = open_desk(db, last_mark=OPENED)
    desk.at(date(2027, 6, 1))  # the school's last mark is of 23 Nov, six months before 23 May

    with pytest.raises(Refusal) as refused:
        desk.serve("register.check")

    assert refused.value.rule == "R079"
