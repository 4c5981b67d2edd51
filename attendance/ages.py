"""Compulsory school age: Education Act 1996 section 8."""

from datetime import date, timedelta

START_AGE, END_AGE = 5, 16
JANUARY, JUNE, AUGUST = 1, 6, 8
PRESCRIBED_DAYS = ((3, 31), (8, 31), (12, 31))
FRIDAY = 4


def compulsory_school_age(born: date) -> tuple[date, date]:
    """The first and the last day of compulsory school age.

    It begins on the prescribed day on or after the fifth birthday and ends on the last Friday in June of the school
    year in which the pupil turns 16; a birthday on 31 August or earlier belongs to the year that ends then.
    Source: domain.md 5.2, C-7.
    """
    fifth = _birthday(born, START_AGE)
    days = (date(year, *day) for year in (fifth.year, fifth.year + 1) for day in PRESCRIBED_DAYS)
    sixteenth = _birthday(born, END_AGE)
    return next(day for day in days if day >= fifth), _last_friday_in_june(
        sixteenth.year if sixteenth.month <= AUGUST else sixteenth.year + 1
    )


def _birthday(born: date, age: int) -> date:
    try:
        return born.replace(year=born.year + age)
    except ValueError:  # born on 29 February: the birthday is 1 March
        return date(born.year + age, 3, 1)


def _last_friday_in_june(year: int) -> date:
    last = date(year, JUNE, 30)
    return last - timedelta(days=(last.weekday() - FRIDAY) % 7)
