"""Who is a parent, and at which address."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from attendance import tables
from attendance.parents import parents_of
from engine.registry import Accepted, Refusal
from handlers.parents import NobodyToInvite
from tests.builders import make_adult
from tests.handlers.desk import Desk, two_parents

TODAY = date(2026, 11, 23)
NEW: dict[str, Any] = {
    "title": "Ms",
    "forename": "Ida",
    "surname": "Vane",
    "relationship": "Grandmother",
    "basis": "care",
    "lives_with": "part",
    "address": "3 Quay Street\nSaltmarsh",
    "postcode": "nr99 4dd",
    "verified_on": "2026-11-20",
    "verified_how": "By telephone.",
    "evidence": "The mother said so.",
    "confidential": False,
}


def rows(desk: Desk, **changes: Any) -> list[dict[str, Any]]:
    """Every adult the school knows, confirmed as they stand."""
    confirmed = {
        "is_current": True,
        "verified_on": "2026-11-20",
        "verified_how": "By telephone.",
        "evidence": "Register",
    }
    return [{**row, **confirmed, **changes} for row in desk.prepare("parents.prepare")["answers"]["parents"]]


def establish(desk: Desk, **changes: Any) -> Accepted:
    """Completes the task that establishes the parents."""
    answers = {"parents": rows(desk), "others": [], "statement": "no_other_parent_known", **changes}
    return desk.complete("parents", "parents.accept", answers, prepare="parents.prepare")


@pytest.mark.rule("R022", "R023", "R024")
def test_parents_are_listed_in_a_stable_order(desk: Desk) -> None:
    mother, father = two_parents(desk)
    make_adult(desk.db, desk.school, desk.pupil, surname="Aunt", basis="none")

    assert desk.serve("parents.list") == [str(mother), str(father)]


def test_a_pupil_without_parents_is_an_incident_in_words(desk: Desk) -> None:
    with pytest.raises(NobodyToInvite, match="Nobody to invite"):
        desk.serve("parents.list")


@pytest.mark.rule("R022")
def test_somebody_must_be_a_parent(desk: Desk) -> None:
    two_parents(desk)

    with pytest.raises(Refusal) as refused:
        establish(desk, parents=rows(desk, basis="none"))

    assert refused.value.rule == "R022"


@pytest.mark.rule("R023", "R025", "R026", "R027")
def test_an_adult_found_now_becomes_a_parent_with_an_address_of_their_own(desk: Desk) -> None:
    two_parents(desk)

    establish(
        desk, others=[{**NEW, "postcode": "", "country": "Ireland"}], statement="still_seeking", seeking_how="AEO"
    )

    found = next(parent for parent in desk.facts.parents if parent.surname == "Vane")
    assert (found.basis, found.lives_with) == ("care", "part")
    assert found.address is not None
    assert found.address.as_letter == ["3 Quay Street", "Saltmarsh", "Ireland"]
    assert desk.history("parents_established")[0]["statement"] == "still_seeking"


@pytest.mark.rule("R028", "R029")
def test_an_address_is_verified_on_a_day_that_has_come(desk: Desk) -> None:
    two_parents(desk)

    with pytest.raises(Refusal) as refused:
        establish(desk, parents=rows(desk, verified_on="2026-11-24"))
    establish(desk)

    assert refused.value.rule == "R028"
    assert {parent.address.verified_on for parent in desk.facts.parents if parent.address} == {date(2026, 11, 20)}


@pytest.mark.rule("R028")
def test_a_wrong_address_is_replaced_from_today_and_kept(desk: Desk) -> None:
    mother = make_adult(desk.db, desk.school, desk.pupil)

    establish(
        desk,
        parents=rows(desk, is_current=False, new_address="3 Quay Street\nSaltmarsh", new_postcode="nr99 4dd"),
    )

    [parent] = desk.facts.parents
    assert parent.address is not None
    assert parent.address.as_letter == ["3 Quay Street", "Saltmarsh", "NR99 4DD"]
    a = tables.address.c
    assert len(desk.db.execute(select(a.id).where(a.adult_id == mother)).all()) == 2


@pytest.mark.rule("R022", "R028")
def test_a_parent_whose_address_nobody_knows_is_established_all_the_same(desk: Desk) -> None:
    mother, father = two_parents(desk)
    desk.db.execute(delete(tables.address).where(tables.address.c.adult_id == father))
    answers = rows(desk)
    at_father = next(row for row in answers if row["adult"] == str(father))

    with pytest.raises(Refusal) as refused:
        establish(desk, parents=answers)
    at_father |= {"is_current": False, "address_unknown": True}
    establish(desk, parents=answers)

    assert refused.value.code == "no_address"
    assert [parent.is_nowhere for parent in desk.facts.parents] == [False, True]
    assert mother != father


def test_who_is_no_parent_needs_no_address_check(desk: Desk) -> None:
    make_adult(desk.db, desk.school, desk.pupil)
    make_adult(desk.db, desk.school, desk.pupil, surname="Aunt", basis="none")
    answers = [
        row if row["basis"] != "none" else {"adult": row["adult"], "basis": "none", "lives_with": "none"}
        for row in rows(desk)
    ]

    establish(desk, parents=answers)

    assert [parent.surname for parent in desk.facts.parents] == ["Okafor"]


@pytest.mark.rule("R048")
def test_a_discovered_parent_is_linked_and_the_case_told_who(desk: Desk) -> None:
    two_parents(desk)
    answers = {name: value for name, value in NEW.items() if name != "verified_how"} | {"told_by": "Mrs Okafor"}

    accepted = desk.complete("parent_discovered", "parents.discover", answers)

    discovered = UUID(accepted.routing["discovered"])
    assert discovered in {parent.id for parent in desk.facts.parents}
    assert desk.prepare("parents.prepare_new", parent=str(discovered))["shown"]["parent"] == "Ms Ida Vane (Grandmother)"


@pytest.mark.rule("R061")
def test_a_new_parent_is_involved_on_a_day_that_has_come(desk: Desk) -> None:
    mother, _ = two_parents(desk)
    answers = {"contacted_on": "2026-11-23", "how": "phone", "account": "Everything.", "takes_part": True}

    accepted = desk.complete(
        "meet_new_parent", "parents.meet_new", answers, prepare="parents.prepare_new", parent=str(mother)
    )

    assert accepted.happened_on == TODAY
    with pytest.raises(Refusal):
        desk.complete(
            "meet_new_parent",
            "parents.meet_new",
            {**answers, "contacted_on": "2026-11-24"},
            prepare="parents.prepare_new",
            parent=str(mother),
        )


@pytest.mark.parametrize(
    ("until", "is_parent"), [(TODAY - timedelta(days=1), False), (TODAY, False), (TODAY + timedelta(days=1), True)]
)
def test_letters_stop_on_the_day_on_which_a_step_parent_is_none_any_more(
    desk: Desk, until: date, is_parent: bool
) -> None:
    make_adult(desk.db, desk.school, desk.pupil, basis="care")
    desk.db.execute(update(tables.parenthood).values(until=until))

    assert bool(parents_of(desk.db, desk.pupil, on=TODAY)) is is_parent


def test_one_adult_may_be_a_parent_of_one_pupil_and_not_of_another(desk: Desk) -> None:
    two_parents(desk)
    stranger = make_adult(desk.db, desk.school, surname="Vane")

    assert stranger not in {parent.id for parent in desk.facts.parents}


def test_no_screen_shows_a_confidential_address(desk: Desk) -> None:
    mother, father = two_parents(desk)

    shown = desk.prepare("parents.prepare")["shown"]["addresses"]

    assert shown == {str(mother): ["14 Windmill Road", "Saltmarsh", "NR99 2BB"], str(father): []}
