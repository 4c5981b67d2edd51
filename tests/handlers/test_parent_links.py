"""What stands on the link between a pupil and an adult, and what follows from it for letters."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from attendance import tables
from engine import tables as engine_tables
from engine.errors import FormRefused
from engine.registry import Refusal
from handlers.missing_letters import missing_letters
from tests.builders import make_adult
from tests.handlers.desk import ACTOR, Desk, two_parents
from tests.handlers.stories import PANEL_ON, arrange, invite, post
from tests.handlers.test_parents import establish, rows


def of(desk: Desk, adult: UUID, **changes: Any) -> list[dict[str, Any]]:
    """Every adult confirmed, one of them with these answers."""
    return [{**row, **(changes if row["adult"] == str(adult) else {})} for row in rows(desk)]


def link(desk: Desk, adult: UUID) -> Any:
    """What stands on the link between the pupil and an adult."""
    p = tables.parenthood
    return desk.db.execute(select(p).where(p.c.pupil_id == desk.pupil, p.c.adult_id == adult)).one()


@pytest.mark.rule("R023")
def test_how_the_school_knows_of_a_parent_is_kept_on_the_link_and_never_left_out(desk: Desk) -> None:
    mother, father = two_parents(desk)

    with pytest.raises(FormRefused) as refused:
        establish(desk, parents=of(desk, father, evidence=None))
    establish(desk, parents=of(desk, father, evidence="Birth certificate", since="2020-05-01"))

    assert any("evidence" in field for field in refused.value.problems)
    assert (link(desk, father).evidence, link(desk, father).since) == ("Birth certificate", date(2020, 5, 1))
    assert link(desk, mother).evidence == "Register"


@pytest.mark.rule("R028", "R029")
def test_who_verified_an_address_when_and_how_is_kept(desk: Desk) -> None:
    mother = make_adult(desk.db, desk.school, desk.pupil)

    establish(desk)

    a = tables.address.c
    kept = desk.db.execute(select(a.verified_on, a.verified_by, a.verified_how).where(a.adult_id == mother)).one()
    assert tuple(kept) == (date(2026, 11, 20), ACTOR, "By telephone.")


@pytest.mark.rule("R022")
def test_only_an_order_of_a_court_keeps_letters_from_a_parent(desk: Desk) -> None:
    mother, father = two_parents(desk)

    with pytest.raises(Refusal) as refused:
        establish(desk, parents=of(desk, father, may_correspond=False))
    establish(desk, parents=of(desk, father, may_correspond=False, restriction="Norwich Family Court, 3 March 2026"))
    desk.at(date(2026, 11, 24))
    meeting = arrange(desk, "panel", PANEL_ON)
    invite(desk, meeting)
    post(desk, meeting, date(2026, 11, 24))

    assert (refused.value.code, refused.value.rule) == ("restriction_missing", "R022")
    assert desk.letters() == [("L1", str(mother))]
    assert desk.history("letter_withheld") == [{"letter": "L1", "parent": str(father)}]
    assert missing_letters(desk.db, desk.case.id) == []
    assert desk.ask("notice_stands", meeting) is True


@pytest.mark.rule("R023", "R025")
def test_a_step_parent_who_moved_out_is_written_to_no_more_from_that_day(desk: Desk) -> None:
    mother = make_adult(desk.db, desk.school, desk.pupil)
    partner = make_adult(desk.db, desk.school, desk.pupil, surname="Vane", basis="care")

    with pytest.raises(Refusal) as refused:
        establish(desk, parents=of(desk, partner, since="2026-12-02", until="2026-12-01"))
    establish(desk, parents=of(desk, partner, until="2026-12-01"))

    assert refused.value.code == "ends_before_it_begins"
    assert {parent.id for parent in desk.facts.parents} == {mother, partner}
    desk.at(date(2026, 12, 1))
    assert [parent.id for parent in desk.facts.parents] == [mother]


@pytest.mark.rule("R030", "R031")
def test_the_post_room_is_told_in_which_language_and_form_a_letter_is_of_use(desk: Desk) -> None:
    mother, father = two_parents(desk)
    establish(desk, parents=of(desk, father, language="Polish", format_needs="Large print"))
    meeting = arrange(desk, "panel", PANEL_ON)
    invitations = invite(desk, meeting)

    shown = desk.prepare("posting.prepare", meeting=meeting)["shown"]

    assert shown["needs"] == {invitations[str(father)]: "Polish; Large print"}
    assert mother != father


@pytest.mark.rule("R023", "R049")
def test_a_parent_who_is_still_sought_is_looked_for_elsewhere(desk: Desk) -> None:
    two_parents(desk)

    establish(desk, statement="still_seeking", seeking_how="The aunt is asked.")

    t = engine_tables.task.c
    added = desk.db.execute(select(t.name, t.groups, t.due_at).where(t.case_id == desk.case.id)).one()
    assert (added.name, added.groups) == ("Look elsewhere for another parent", ["attendance_lead"])
    assert added.due_at.date() == date(2026, 11, 30)  # Mon, the fifth working day
    assert desk.history("task_added")[0]["reason"].startswith("The aunt is asked.")
