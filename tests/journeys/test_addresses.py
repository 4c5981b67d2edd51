"""Addresses change while the case goes on (domain.md E9, E11, E15)."""

from typing import Any

import pytest
from sqlalchemy import delete

from attendance import tables as records
from engine.database import transaction
from engine.registry import Refusal
from handlers.imports import import_adults
from handlers.missing_letters import missing_letters
from tests.journeys.world import PUPILS_UPN, World

HEADER = (
    "UPN,Adult id,Title,Forename,Surname,Relationship,Basis,Lives with pupil,Address 1,Postcode,Address confidential"
)


def move_out(world: World) -> None:
    """The office's export has another address of the father."""
    row = f"{PUPILS_UPN},{world.father},Mr,Sam,Okafor,Father,biological,none,99 Ferry Street,NR97 9ZZ,no"
    import_adults(world.player.runtime, school_id=world.school, content=f"{HEADER}\n{row}\n".encode())


def lose(world: World) -> None:
    """The school has no address of the father."""
    with transaction(world.player.runtime.engine) as db:
        db.execute(delete(records.address).where(records.address.c.adult_id == world.father))


def missing(world: World, case: Any) -> list[str]:
    """The letters that somebody did not get."""
    with transaction(world.player.runtime.engine) as db:
        return [letter.letter for letter in missing_letters(db, case)]


@pytest.mark.rule("R028", "R029", "R086")
def test_the_outcome_goes_to_no_address_that_an_import_brought_before_somebody_has_checked_it(world: World) -> None:
    case = world.to_outcome(absent=0)
    move_out(world)
    row = {"adult": str(world.father), "found": "current"}

    with pytest.raises(Refusal, match=r"Check the address of Mr Sam Okafor \(Father\) first"):
        world.player.do(case, "DecideOutcome", variant={"code": "O1"}, addresses=[])
    world.player.do(case, "DecideOutcome", variant={"code": "O1"}, addresses=[row])

    assert world.letters_of(case)[-2:] == [("L8a", world.mother), ("L8a", world.father)]
    assert missing(world, case) == []


@pytest.mark.rule("R022", "R030")
def test_a_parent_without_an_address_stops_nobody_elses_letters(world: World) -> None:
    lose(world)
    case = world.open()
    world.do(case, "ReviewEarlySupport")
    nowhere = {"is_current": False, "address_unknown": True}
    checked = {"is_current": True, "verified_on": "2026-11-23", "verified_how": "By telephone", "confidential": False}
    checked["evidence"] = "The admission register"
    rows = [
        {"adult": str(adult), "basis": "biological", "lives_with": "full", **checked, **found}
        for adult, found in ((world.mother, {}), (world.father, nowhere))
    ]

    world.player.do(case, "EstablishParents", parents=rows)
    world.do(case, "ArrangeMeeting", "ConfirmPosting")
    world.player.wait_for(case, "RecordMeeting")
    world.do(case, "RecordMeeting", "AgreePlan")

    assert world.letters_of(case) == [("L1", world.mother)]
    assert missing(world, case) == ["L1", "L3"]
    assert not world.incidents()


@pytest.mark.rule("R086")
def test_a_case_whose_pupil_left_ends_even_where_no_letter_can_go(world: World) -> None:
    case = world.to_panel_notice()
    lose(world)

    world.player.report(case, "PupilLeft")

    assert world.case(case).result == "pupil_left"
    assert world.letters_of(case)[2:] == [("L11", world.mother)]
    assert missing(world, case) == ["L11"]
    assert not world.incidents()


@pytest.mark.rule("R022", "R086")
def test_nothing_need_be_known_of_an_adult_to_whom_nobody_writes_any_more(world: World) -> None:
    case = world.to_panel_notice()
    lose(world)

    world.player.report(case, "Withdrawn", addresses=[], why="died", no_letter_to=[str(world.father)])

    assert world.letters_of(case)[-1] == ("L11", world.mother)
    assert missing(world, case) == []
