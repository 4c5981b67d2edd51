"""How the value of a field is shown: days, times and numbers in words, text cleaned, nothing interpreted."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, time

from api.documents.errors import FieldRefused
from api.documents.fonts import unprintable

# Not from the calendar of the machine, whose language may be another.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\u0085\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n\u00a0]+")


def is_empty(value: object) -> bool:
    """Whether there is nothing to show or to be true. Zero is something."""
    return value is None or value is False or value == "" or value == [] or value == ()


def words(name: str, value: object) -> str:
    """A single value in words. A new line is kept as one. Raises FieldRefused.

    Text that is an ISO date becomes a day ("Thursday 10 December 2026"), HH:MM a time ("10:30am"); all other text is
    shown literally, whatever it looks like.
    """
    if isinstance(value, bool):
        raise FieldRefused(name, "is yes or no: it can stand in a condition, not be shown")
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, str):
        raise FieldRefused(name, "is not text, a number, a day or a time")
    if _DAY.fullmatch(value):
        return f"{_WEEKDAYS[_date(name, value).weekday()]} {day_in_words(name, value)}"
    if _TIME.fullmatch(value):
        return _time_in_words(name, value)
    return _clean(name, value)


def day_in_words(name: str, value: object) -> str:
    """An ISO date without its weekday: "10 December 2026". Raises FieldRefused."""
    day = _date(name, value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def lines(name: str, value: object) -> list[str]:
    """The entries of a list, each in words, empty ones left out. Raises FieldRefused."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise FieldRefused(name, "is not a list")
    return [shown for entry in value if (shown := words(name, entry))]


def sections(name: str, value: object) -> list[tuple[str, str]]:
    """Headings with their text. Raises FieldRefused."""
    if not is_sections(value) or not isinstance(value, Sequence):
        raise FieldRefused(name, 'is not a list of {"heading", "text"}')
    return [(words(name, part["heading"]), words(name, part["text"])) for part in value]


def is_sections(value: object) -> bool:
    """Whether a value is a list of headings with text."""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(part, Mapping) and set(part) == {"heading", "text"} for part in value)
    )


def _date(name: str, value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise FieldRefused(name, "is not a day such as 2026-12-10") from None


def _time_in_words(name: str, value: str) -> str:
    try:
        moment = time.fromisoformat(value)
    except ValueError:
        raise FieldRefused(name, "is not a time such as 10:30") from None
    if (moment.hour, moment.minute) in ((0, 0), (12, 0)):
        return "midday" if moment.hour else "midnight"
    minutes = f":{moment:%M}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def _clean(name: str, text: str) -> str:
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    # Invisible format characters go: some turn the direction of what follows, so that a letter reads otherwise.
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    text = "\n".join(line.strip(" ") for line in _SPACES.sub(" ", text).split("\n")).strip("\n")
    if missing := unprintable(text):
        # A name that is printed without some of its letters is another name: nobody gets that letter.
        listed = ", ".join(f"{sign!r} (U+{ord(sign):04X})" for sign in missing[:5])
        raise FieldRefused(name, f"has characters that cannot be printed: {listed}")
    return text
