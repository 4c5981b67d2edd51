"""Working days: Monday to Friday without the bank holidays of England."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays

from attendance.errors import BankHolidaysUnknown

# The early May holiday exists since 1978, and the library computes as far as 2100.
FIRST_YEAR, LAST_YEAR = 1978, 2100

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@cache
def bank_holidays_of(year: int) -> frozenset[date]:
    """The bank holidays of England in a year. Days proclaimed later are data: `WorkingDays.proclaimed`.

    Raises BankHolidaysUnknown outside 1978 to 2100. Source: domain.md 3.4.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BankHolidaysUnknown(f"Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not for {year}.")
    return frozenset(country_holidays("GB", subdiv="ENG", years=year, expand=False))


@dataclass(frozen=True)
class WorkingDays:
    """The working days of one place: the library's bank holidays and what its calendar knows better.

    proclaimed: days that became bank holidays after the library was made.
    replaced: bank holidays that stand in place of the library's, for each year in which at least one is given.
    """

    proclaimed: frozenset[date] = frozenset()
    replaced: frozenset[date] = frozenset()

    def is_bank_holiday(self, day: date) -> bool:
        """Whether the day is a bank holiday, on whatever weekday it falls."""
        if day in self.proclaimed or day in self.replaced:
            return True
        known = bank_holidays_of(day.year)
        return day in known and all(other.year != day.year for other in self.replaced)

    def is_working_day(self, day: date) -> bool:
        """Whether the day is a weekday and no bank holiday. School holidays are working days."""
        return not self.is_bank_holiday(day) and day.weekday() < SATURDAY

    def after(self, number: int, day: date) -> date:
        """The working day that comes `number` working days after `day`; the day itself does not count."""
        return self._walk(number, day, ONE_DAY)

    def before(self, number: int, day: date) -> date:
        """The working day that comes `number` working days before `day`; the day itself does not count."""
        return self._walk(number, day, -ONE_DAY)

    def on_or_after(self, day: date) -> date:
        """The day itself when it is a working day, otherwise the next one."""
        return day if self.is_working_day(day) else self.after(1, day)

    def on_or_before(self, day: date) -> date:
        """The day itself when it is a working day, otherwise the one before it."""
        return day if self.is_working_day(day) else self.before(1, day)

    def count_between(self, day: date, last: date) -> int:
        """How many working days come after `day`, up to and including `last`; 0 when it is not later."""
        return sum(self.is_working_day(day + timedelta(days=n)) for n in range(1, (last - day).days + 1))

    def _walk(self, number: int, day: date, step: timedelta) -> date:
        if number < 0:
            raise ValueError("A number of working days is never below 0.")
        bank_holidays_of(day.year)  # refuses the ends of time before a step overflows
        while number:
            day += step
            if self.is_working_day(day):
                number -= 1
        return day
