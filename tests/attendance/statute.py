"""The bank holidays of England worked out from the statute and the proclamations: a second source, for tests alone.

Banking and Financial Dealings Act 1971, Schedule 1: Easter Monday; the last Monday of May and of August; 26 December
unless a Sunday; 27 December when the 25th or 26th is a Sunday. Good Friday and Christmas Day are of the common law. By
proclamation under section 1: New Year's Day (since 1974), the first Monday of May (since 1978), a weekday in place of
each that falls on a weekend, and the days below. Source: domain.md 3.4.
"""

from datetime import date, timedelta

SATURDAY, SUNDAY = 5, 6
ONE_DAY = timedelta(days=1)

# Proclaimed for one year alone: a day more, or one day in place of another.
ADDED = {
    date(1981, 7, 29),  # a royal wedding
    date(1999, 12, 31),  # the end of the millennium
    date(2002, 6, 3),  # golden jubilee
    date(2011, 4, 29),  # a royal wedding
    date(2012, 6, 5),  # diamond jubilee
    date(2022, 6, 3),  # platinum jubilee
    date(2022, 9, 19),  # a state funeral
    date(2023, 5, 8),  # a coronation
}
MOVED = {
    date(1995, 5, 1): date(1995, 5, 8),  # fifty years after the war
    date(2002, 5, 27): date(2002, 6, 4),
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),  # seventy-five years after the war
    date(2022, 5, 30): date(2022, 6, 2),
}


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the method of Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def weekdays_off(year: int) -> set[date]:
    """The bank holidays of a year from 1978 on that fall on weekdays, substitutes included."""
    sunday = easter(year)
    usual = {
        _new_year(year),
        sunday - 2 * ONE_DAY,
        sunday + ONE_DAY,
        _first_monday(year, 5),
        _last_monday(year, 5),
        _last_monday(year, 8),
        *_christmas(year),
    }
    return {MOVED.get(day, day) for day in usual} | {day for day in ADDED if day.year == year}


def _new_year(year: int) -> date:
    day = date(year, 1, 1)
    return day + ONE_DAY * {SATURDAY: 2, SUNDAY: 1}.get(day.weekday(), 0)


def _christmas(year: int) -> set[date]:
    """Christmas Day and Boxing Day, or the weekdays in their place."""
    return {
        SATURDAY: {date(year, 12, 27), date(year, 12, 28)},
        SUNDAY: {date(year, 12, 26), date(year, 12, 27)},
        SATURDAY - 1: {date(year, 12, 25), date(year, 12, 28)},
    }.get(date(year, 12, 25).weekday(), {date(year, 12, 25), date(year, 12, 26)})


def _first_monday(year: int, month: int) -> date:
    day = date(year, month, 1)
    return day + ONE_DAY * (-day.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - ONE_DAY * day.weekday()
