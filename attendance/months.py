"""Months on the calendar, as the law counts them."""

from calendar import monthrange
from datetime import date


def months_after(number: int, day: date) -> date:
    """The corresponding date so many months later, or the month's last day where it has none (Dodds v Walker 1981)."""
    years, month = divmod(day.month - 1 + number, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
