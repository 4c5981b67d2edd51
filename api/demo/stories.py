"""The pupils of the demo school whose marks tell something, each with the adults around them."""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Home(Enum):
    """Where an adult lives, seen from the pupil."""

    WITH = "with the pupil"
    NEARBY = "elsewhere in the town"
    AWAY = "in another town"
    ABROAD = "abroad"


class Spread(Enum):
    """How a story's marks lie in the window."""

    DAYS = "whole days here and there"
    MORNINGS = "mornings here and there"
    IN_A_ROW = "whole days in a row, from a Monday"


@dataclass(frozen=True)
class AdultSketch:
    """One adult of a pupil, in the words of the adults file."""

    relationship: str
    basis: str
    lives_with: str
    home: Home = Home.WITH
    is_confidential: bool = False


MOTHER = AdultSketch("Mother", "biological", "full")
FATHER = AdultSketch("Father", "biological", "full")
FATHER_AWAY = AdultSketch("Father", "biological", "none", Home.AWAY)
STEP_FATHER = AdultSketch("Step-father", "care", "part")


@dataclass(frozen=True)
class Story:
    """What the last six school weeks hold for one pupil.

    marks: code → how many sessions.
    expected: what a check on the register's last day finds.
    """

    what: str
    year: int
    adults: tuple[AdultSketch, ...]
    marks: dict[str, int]
    expected: str
    joined: date | None = None
    sibling_of: int | None = None  # place of the sibling in the list, from 0
    spread: Spread = Spread.DAYS


STORIES = (
    Story("two parents at one address", 9, (MOTHER, FATHER), {"O": 12}, "eligible"),
    Story("two parents at two addresses", 8, (MOTHER, FATHER_AWAY), {"O": 10}, "eligible"),
    Story(
        "a confidential address",
        10,
        (AdultSketch("Mother", "biological", "full", is_confidential=True), FATHER_AWAY),
        {"O": 14},
        "eligible",
    ),
    Story("a step-parent in the household", 7, (MOTHER, STEP_FATHER, FATHER_AWAY), {"O": 9}, "eligible"),
    Story(
        "a parent abroad",
        9,
        (MOTHER, AdultSketch("Father", "parental_responsibility", "none", Home.ABROAD)),
        {"O": 11},
        "eligible",
    ),
    Story("reasons not yet established", 8, (MOTHER, FATHER), {"O": 6, "N": 4}, "eligible"),
    Story("just below the threshold", 10, (MOTHER,), {"O": 8}, "not_eligible"),
    Story(
        "no transport for a week, so that eight sessions are 15 %",
        7,
        (MOTHER, FATHER),
        {"Q": 10, "O": 8},
        "ask_aeo",
        spread=Spread.IN_A_ROW,
    ),
    Story("joined two weeks ago", 9, (MOTHER, FATHER_AWAY), {"O": 9}, "eligible", joined=date(2026, 11, 9)),
    Story("ill, and always with leave", 8, (MOTHER, FATHER), {"I": 18, "M": 2}, "not_eligible"),
    Story("always late", 10, (MOTHER,), {"U": 10, "L": 12}, "eligible", spread=Spread.MORNINGS),
    Story("a holiday that was not granted", 7, (MOTHER, FATHER), {"G": 10}, "eligible", spread=Spread.IN_A_ROW),
    Story(
        "a grandmother who has care",
        11,
        (AdultSketch("Grandmother", "care", "full"), AdultSketch("Mother", "biological", "none", Home.NEARBY)),
        {"O": 16, "L": 6},
        "eligible",
    ),
    Story("hardly ever there", 11, (MOTHER, STEP_FATHER), {"O": 34, "I": 4}, "eligible"),
    Story("a part-time timetable", 9, (MOTHER,), {"C2": 12, "O": 4}, "not_eligible"),
    Story("a brother of the first pupil", 7, (MOTHER, FATHER), {"O": 2, "I": 4}, "not_eligible", sibling_of=0),
)
