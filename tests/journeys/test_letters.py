"""Who gets which letter, and what stands in it."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from engine import tables
from tests.documents.test_pdf import every_stream, words
from tests.journeys.world import FATHERS_POSTCODE, MOTHERS_POSTCODE, World, new_world


@pytest.mark.rule("R030")
def test_parents_at_one_address_get_two_letters_each_with_its_own_proof(engine: Engine, tmp_path: Path) -> None:
    home = {"lines": ["14 Windmill Road", "Saltmarsh"], "postcode": MOTHERS_POSTCODE}
    world = new_world(engine, tmp_path, father=home)

    case = world.to_panel_notice()

    assert world.letters_of(case) == [("L1", world.mother), ("L1", world.father)]
    (meeting,) = world.meetings(case)
    assert [letter.proof for letter in world.invitations(meeting.id)] == ["Certificate of posting"] * 2


@pytest.mark.rule("R068", "R069")
def test_a_parent_who_came_and_could_not_be_given_the_copies_gets_them_by_post(world: World) -> None:
    case = world.to_panel_notice()
    world.player.wait_for(case, "RecordMeeting")
    came = {"attended": True, "signed": "signed"}
    world.player.do(
        case,
        "RecordMeeting",
        attendance=[
            {"adult": str(world.mother), **came, "handed_over": False, "reason": "The copier had broken down."},
            {"adult": str(world.father), **came, "handed_over": True},
        ],
    )

    world.do(case, "AgreePlan")

    assert world.letters_of(case)[2:] == [("L4", world.mother)]
    assert [note["parent"] for note in world.noted(case, "copies_handed_over")] == [str(world.father)]


@pytest.mark.rule("R028", "R030", "R032")
def test_no_letter_of_a_whole_case_tells_where_the_other_parent_lives(engine: Engine, tmp_path: Path) -> None:
    world = new_world(
        engine,
        tmp_path,
        mother={"confidential": True, "email": "ada.okafor@mail.example", "phone": "07700 900123"},
        father={"email": "sam.okafor@mail.example", "phone": "07700 900456"},
    )
    case = world.to_internal_review()
    world.player.do(case, "DecideInternalReview", variant={"decision": "refer"})
    world.submit(case)
    world.do(case, "ConsiderApplication")
    world.player.settle()

    to_mother = papers(world, case, world.mother)
    to_father = papers(world, case, world.father)

    # Three were handed over to her, without an address: the contract, and the minutes of both meetings.
    assert (len(to_mother), sum(MOTHERS_POSTCODE in paper for paper in to_mother)) == (8, 5)
    assert [FATHERS_POSTCODE in paper for paper in to_father] == [True] * 7
    hers = (MOTHERS_POSTCODE, "Windmill", "ada.okafor", "900123", "Mrs Ada")
    his = (FATHERS_POSTCODE, "Quay", "sam.okafor", "900456")
    assert [secret for secret in hers for paper in to_father if secret in paper] == []
    assert [secret for secret in his for paper in to_mother if secret in paper] == []
    # Her address is confidential: he learns that the mother is invited, not by which name she lives there (A14).
    assert "Mother" in to_father[0]
    assert "Mr Sam Okafor, Father" in to_mother[0]


def papers(world: World, case: UUID, adult: UUID) -> list[str]:
    """Everything that can be read in what was made for an adult to read: file name, pages, metadata, streams."""
    names = {path.read_bytes(): path.name for path in world.letters.rglob("*.pdf")}
    made = world.rows(tables.document, case_id=case, recipient=str(adult), media_type="application/pdf")
    return [
        " ".join((names.get(letter.content, ""), letter.title, *words(letter.content), every_stream(letter.content)))
        for letter in made
    ]
