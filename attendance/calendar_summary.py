"""A calendar in figures: its school years, and whether they have as many sessions as the law asks for."""

from collections import Counter
from dataclasses import dataclass

from attendance.calendar import SchoolCalendar, monday_of
from attendance.calendar_entries import school_year

SESSIONS_A_DAY = 2
SESSIONS_A_YEAR = 380  # SI 1999/3181 reg 3, of maintained schools; domain.md 3.1


@dataclass(frozen=True)
class SchoolYear:
    """One school year of a calendar."""

    begins: int
    terms: int
    school_days: int
    school_weeks: int

    @property
    def name(self) -> str:
        """`2026/27`."""
        return f"{self.begins}/{(self.begins + 1) % 100:02}"

    @property
    def sessions(self) -> int:
        """Two for each school day."""
        return self.school_days * SESSIONS_A_DAY

    @property
    def is_short(self) -> bool:
        """Whether it has fewer sessions than the law asks a maintained school for, perhaps because it is not whole."""
        return self.sessions < SESSIONS_A_YEAR


def school_years(calendar: SchoolCalendar) -> list[SchoolYear]:
    """The school years of a calendar, in order."""
    terms = Counter(school_year(first) for first, _ in calendar.terms)
    days = Counter(map(school_year, calendar.school_days))
    weeks = Counter(school_year(week) for week in dict.fromkeys(map(monday_of, calendar.school_days)))
    return [SchoolYear(year, terms[year], days[year], weeks[year]) for year in sorted(terms)]
