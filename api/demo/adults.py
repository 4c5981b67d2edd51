"""The adults around the pupils of the demo school."""

from collections.abc import Iterator, Sequence
from random import Random

from api.demo.chance import number, pick
from api.demo.names import ELSEWHERE, ELSEWHERE_AREA, MEN, POSTCODE_AREA, STREETS, SURNAMES, TOWN, WOMEN
from api.demo.pupils import Pupil
from api.demo.stories import FATHER, FATHER_AWAY, MOTHER, STEP_FATHER, AdultSketch, Home

HEADER = (
    "UPN", "Adult id", "Title", "Forename", "Surname", "Relationship", "Basis", "Lives with pupil", "Address 1",
    "Address 2", "Town", "Postcode", "Country", "Address confidential", "Email", "Email consent", "Phone",
)  # fmt: skip
HOUSEHOLDS = ((MOTHER, FATHER), (MOTHER, FATHER), (MOTHER,), (MOTHER, FATHER_AWAY), (MOTHER, STEP_FATHER), (FATHER,))
ABROAD = ("7 Quai des Roseaux", "", "Saint-Aubrac", "99999", "France")


def adult_rows(random: Random, pupils: Sequence[Pupil]) -> Iterator[tuple[str, ...]]:
    """One row for each pupil and adult; siblings share their adults."""
    told: list[list[tuple[str, ...]]] = []
    count = 0
    for pupil in pupils:
        sibling = pupil.story.sibling_of if pupil.story else None
        if sibling is not None:
            told.append(told[sibling])
        else:
            sketches = pupil.story.adults if pupil.story else pick(random, HOUSEHOLDS)
            told.append(list(_household(random, pupil, sketches, first=count + 1)))
            count += len(sketches)
        for row in told[-1]:
            yield (pupil.upn, *row)


def _household(
    random: Random, pupil: Pupil, sketches: Sequence[AdultSketch], *, first: int
) -> Iterator[tuple[str, ...]]:
    home = _address(random, TOWN, POSTCODE_AREA)
    for place, sketch in enumerate(sketches, start=first):
        is_woman = sketch.relationship in ("Mother", "Grandmother")
        is_family = sketch.relationship in ("Mother", "Father")
        surname = pupil.surname if is_family and random.random() < 0.8 else pick(random, SURNAMES)
        email = f"adult{place}@example.org" if random.random() < 0.7 else ""
        consents = "yes" if email and random.random() < 0.3 else "no"
        yield (
            f"WM{place:04}",
            pick(random, ("Ms", "Mrs", "Dr")) if is_woman else pick(random, ("Mr", "Mr", "Dr")),
            pick(random, WOMEN if is_woman else MEN),
            surname, sketch.relationship, sketch.basis, sketch.lives_with,
            *_lives(random, sketch.home, home),
            "yes" if sketch.is_confidential else "no",
            email, consents, f"07700 {900_000 + place}",
        )  # fmt: skip


def _lives(random: Random, where: Home, home: tuple[str, ...]) -> tuple[str, ...]:
    if where is Home.WITH:
        return home
    if where is Home.ABROAD:
        return ABROAD
    if where is Home.NEARBY:
        return _address(random, TOWN, POSTCODE_AREA)
    return _address(random, ELSEWHERE, ELSEWHERE_AREA)


def _address(random: Random, town: str, area: str) -> tuple[str, ...]:
    flat = f"Flat {1 + number(random, below=9)}" if random.random() < 0.15 else ""
    street = f"{1 + number(random, below=88)} {pick(random, STREETS)}"
    lines = (flat, street) if flat else (street, "")
    return (
        *lines,
        town,
        f"{area} {1 + number(random, below=9)}{pick(random, 'AB')}{pick(random, 'DEFGH')}",
        "United Kingdom",
    )
