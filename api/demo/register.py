"""The marks of the demo school: what the stories tell, and what happens now and then to anybody."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from random import Random

from api.demo.chance import number, pick, shuffled
from api.demo.pupils import Pupil
from api.demo.stories import Spread, Story
from attendance.calendar import SchoolCalendar, monday_of

LAST_DAY = date(2026, 11, 20)
WEEKS = 9
WINDOW_WEEKS = 6
HEADER = (
    "UPN", "Admission number", "Legal surname", "Legal forename", "DOB", "Year", "Reg",
    "Date", "Session", "Mark", "Minutes late", "Comment",
)  # fmt: skip
PRESENT = {"AM": "/", "PM": "\\"}
# One session in so many, for pupils without a story.
NOW_AND_THEN = (("L", 60), ("I", 45), ("M", 110), ("B", 150), ("O", 240), ("V", 300), ("N", 800))


def register_rows(random: Random, pupils: Sequence[Pupil], calendar: SchoolCalendar) -> Iterator[tuple[str, ...]]:
    """One row for each pupil, day and session of the last weeks."""
    weeks = calendar.weeks_until(LAST_DAY, number=WEEKS)
    school_days = [day for day in calendar.school_days if weeks[0] <= day <= LAST_DAY]
    window = [day for day in school_days if monday_of(day) in weeks[-WINDOW_WEEKS:]]
    days = sorted([*school_days, *(day for day in calendar.closures if weeks[0] <= day <= LAST_DAY)])
    for pupil in pupils:
        told = _told(random, pupil.story, window) if pupil.story else {}
        joined = pupil.story.joined if pupil.story else None
        for day, session in product(days, PRESENT):
            if joined and day < joined:
                continue
            closure = calendar.closures.get(day)
            mark = closure.mark if closure else told.get((day, session)) or _usual(random, pupil.story, session)
            late = str(5 + number(random, below=20)) if mark == "L" else ""
            yield (*pupil.row, day.isoformat(), session, mark, late, "")


def _told(random: Random, story: Story, window: Sequence[date]) -> dict[tuple[date, str], str]:
    """The marks of a story by day and session."""
    marks = [mark for mark, sessions in story.marks.items() for _ in range(sessions)]
    days = [day for day in window if not story.joined or day >= story.joined]
    if story.spread is Spread.IN_A_ROW:
        first = pick(random, [day for day in days[:10] if day == monday_of(day)])
        chosen = [day for day in days if day >= first]
    else:
        chosen = shuffled(random, days)
    sessions = ("AM",) if story.spread is Spread.MORNINGS else tuple(PRESENT)
    return dict(zip(product(chosen, sessions), marks, strict=False))


def _usual(random: Random, story: Story | None, session: str) -> str:
    # A story is told by its own marks alone: one stray absence would change what a check finds.
    for mark, one_in in () if story else NOW_AND_THEN:
        if random.random() * one_in < 1:
            return mark
    return PRESENT[session]
