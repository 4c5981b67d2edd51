"""The file of adults: R022 to R029 and domain.md 5.4."""

import io

import pytest

from attendance.adults import Address, Adult, AdultsFile, Parenthood, read_adults
from attendance.errors import Unreadable
from tests.attendance.registers import AVA, NOAH

HEADER = (
    "UPN,Adult id,Title,Forename,Surname,Relationship,Basis,Lives with pupil,Address 1,Address 2,Town,Postcode,"
    "Country,Address confidential,Email,Email consent,Phone"
)
MOTHER = (
    f"{NOAH},A1,Ms,Ada,Larwood,Mother,biological,full,88 Mill Road,,Norwich,nr6 2ab,,no,a@example.org,yes,07700 900001"
)


def read(*lines: str) -> AdultsFile:
    return read_adults(io.BytesIO("\n".join([HEADER, *lines, ""]).encode()))


@pytest.mark.rule("R023")
def test_an_adult_and_what_they_are_to_the_pupil() -> None:
    found = read(MOTHER)

    assert found.adults == {
        "A1": Adult(
            school_ref="A1",
            title="Ms",
            forename="Ada",
            surname="Larwood",
            email="a@example.org",
            email_consent=True,
            phone="07700 900001",
            address=Address(("88 Mill Road", "Norwich"), "NR6 2AB", "United Kingdom", confidential=False),
        )
    }
    assert found.parenthoods == (Parenthood(1, NOAH, "A1", "Mother", "biological", "full"),)


@pytest.mark.rule("R025", "R026", "R027")
@pytest.mark.parametrize("basis", ["biological", "parental_responsibility", "Parental responsibility", "care", "none"])
@pytest.mark.parametrize("lives_with", ["full", "part", "none", ""])
def test_every_basis_counts_wherever_the_adult_lives(basis: str, lives_with: str) -> None:
    found = read(f"{NOAH},A8,Mr,Maja,Hall,Father,{basis},{lives_with},12 Rue des Lilas,,59000 Lille,,France,no,,no,")

    assert found.parenthoods[0].basis == basis.lower().replace(" ", "_")
    assert found.parenthoods[0].lives_with == (lives_with or "none")
    assert found.adults["A8"].address == Address(("12 Rue des Lilas", "59000 Lille"), "", "France", confidential=False)


def test_one_adult_may_be_parent_of_two_pupils() -> None:
    found = read(MOTHER, MOTHER.replace(NOAH, AVA).replace("biological", "care"))

    assert len(found.adults) == 1
    assert [(link.upn, link.basis) for link in found.parenthoods] == [(NOAH, "biological"), (AVA, "care")]
    assert found.conflicts == ()


@pytest.mark.rule("R030")
def test_two_adults_of_one_household_have_an_address_each() -> None:
    found = read(MOTHER, MOTHER.replace("A1", "A2").replace("88 Mill Road", "1 Quay Street"))

    assert [adult.address.lines[0] for adult in found.adults.values()] == ["88 Mill Road", "1 Quay Street"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (MOTHER.replace(NOAH, "A926999018001"), "check letter"),
        (MOTHER.replace("A1,", ","), "id is missing"),
        (MOTHER.replace("Larwood", ""), "surname is missing"),
        (MOTHER.replace("biological", ""), "basis of parenthood is biological"),
        (MOTHER.replace("biological", "guardian"), "basis of parenthood is"),
        (MOTHER.replace("full", "yes"), "Whether the pupil lives there is none, part or full"),
        (MOTHER.replace(",no,", ",perhaps,"), "Whether the address is confidential is yes or no"),
        (MOTHER.replace(",yes,", ",perhaps,"), "Email consent is yes or no"),
        ('"' + MOTHER, "quotation mark"),
    ],
)
def test_a_row_that_cannot_be_right_is_set_aside_whole(line: str, reason: str) -> None:
    found = read(line, MOTHER.replace("A1", "A2"))

    assert [row.row for row in found.quarantined] == [1]
    assert reason in found.quarantined[0].reason
    assert list(found.adults) == ["A2"]
    assert [link.school_ref for link in found.parenthoods] == ["A2"]


def test_of_two_rows_that_differ_the_later_counts_and_the_conflict_is_reported() -> None:
    found = read(MOTHER, MOTHER.replace("Larwood", "Coley").replace(NOAH, AVA))

    assert found.adults["A1"].surname == "Coley"
    assert [conflict.row for conflict in found.conflicts] == [2]
    assert len(found.parenthoods) == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_address_that_any_row_calls_confidential_is_confidential(order: tuple[int, int]) -> None:
    lines = [MOTHER, MOTHER.replace(NOAH, AVA).replace(",no,", ",yes,", 1)]

    found = read(*(lines[n] for n in order))

    assert found.adults["A1"].address.confidential
    assert [conflict.row for conflict in found.conflicts] == [2]


def test_the_same_pupil_and_adult_twice_is_reported() -> None:
    found = read(MOTHER, MOTHER.replace("biological", "care"))

    assert [(link.row, link.basis) for link in found.parenthoods] == [(2, "care")]
    assert [conflict.row for conflict in found.conflicts] == [2]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"UPN,Date,Session,Mark\n", "no column Adult id"),
        (HEADER.replace("Address confidential,", "").encode(), "no column Address confidential"),
        (b"%PDF-1.7", "a PDF document, not a file of adults"),
        (b"", "empty"),
    ],
)
def test_a_file_of_another_kind_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(Unreadable, match=name):
        read_adults(io.BytesIO(content))
