"""The pupils of the demo school: those with a story first, then the rest of the register."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from api.demo.calendar import CALENDAR
from api.demo.chance import number, pick
from api.demo.names import FORENAMES, SURNAMES
from api.demo.stories import STORIES, Story
from attendance.calendar_file import school_of
from attendance.upn import check_letter

PUPILS = 60
FIRST_YEAR, LAST_YEAR = 7, 11
BORN_FROM = 2014  # who is in year 7 in September 2026 was born from September 2014 to August 2015


@dataclass(frozen=True)
class Pupil:
    """One pupil of the register, as its columns name them."""

    upn: str
    admission_number: str
    surname: str
    forename: str
    born: date
    year: int
    group: str
    story: Story | None

    @property
    def row(self) -> tuple[str, ...]:
        return (
            self.upn, self.admission_number, self.surname, self.forename, self.born.isoformat(), str(self.year),
            self.group,
        )  # fmt: skip


def make_pupils(random: Random) -> list[Pupil]:
    """All of them, in the order of the register. No two bear the same name."""
    pupils: list[Pupil] = []
    for place in range(PUPILS):
        story = STORIES[place] if place < len(STORIES) else None
        taken = {(pupil.forename, pupil.surname) for pupil in pupils}
        surname = pick(random, SURNAMES)
        if story and story.sibling_of is not None:
            surname = pupils[story.sibling_of].surname
        forename = pick(random, [name for name in FORENAMES if (name, surname) not in taken])
        year = story.year if story else FIRST_YEAR + place % (LAST_YEAR - FIRST_YEAR + 1)
        born = date(BORN_FROM - (year - FIRST_YEAR), 9, 1) + timedelta(days=number(random, below=365))
        group = f"{year}{pick(random, 'WM')}"
        pupils.append(Pupil(_upn(place, year), str(2301 + place), surname, forename, born, year, group, story))
    return pupils


def _upn(place: int, year: int) -> str:
    joined = 2026 - (year - FIRST_YEAR)
    body = f"{school_of(CALENDAR).laestab}{joined % 100:02}{place + 1:03}"
    return check_letter(body) + body
