"""Days as people read them."""

from datetime import date


def in_words(day: date) -> str:
    """The day with its weekday: `Wed 2 Dec 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"
