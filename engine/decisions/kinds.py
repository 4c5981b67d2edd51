"""What kind of value a column of a decision table asks for or gives, and whether a value is of it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeAlias

from engine.expressions import ExpressionRefusedError
from engine.expressions.values import named

Kind: TypeAlias = str  # one of KINDS; empty for any

KINDS: Mapping[Kind, str] = {
    "number": "a number",
    "string": "a text",
    "boolean": "yes or no",
    "date": "a day",
    "dateTime": "a moment",
}
# As DMN 1.1 to 1.5 and other tools name them.
ALSO: Mapping[str, Kind] = {
    "integer": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
    "date and time": "dateTime",
    "any": "",
    "": "",
}
NOT_READ = frozenset(
    {
        "time", "days and time duration", "dayTimeDuration", "years and months duration", "yearMonthDuration",
    }
)  # fmt: skip


def kind_named(name: str) -> Kind | None:
    """The kind that a typeRef names; None when it is a type of the file's own."""
    local = name.rpartition(":")[2].strip()
    return local if local in KINDS else ALSO.get(local.lower())


def is_of(kind: Kind, value: object) -> bool:
    """Whether a value written out is of a kind. Nothing is of every kind, and so is everything of none."""
    if value is None or not kind:
        return True
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    of: Mapping[Kind, Callable[[], bool]] = {
        "number": lambda: is_number,
        "string": lambda: isinstance(value, str),
        "boolean": lambda: isinstance(value, bool),
        "date": lambda: isinstance(value, date),
        "dateTime": lambda: isinstance(value, date),
    }
    return of[kind]()


def as_kind(kind: Kind, value: object) -> object:
    """A value of a case as a column asks for it: days and moments come as ISO text. Raises ExpressionRefusedError."""
    if kind in ("date", "dateTime") and isinstance(value, str):
        value = _day_or_moment(value)
    if not is_of(kind, value):
        raise ExpressionRefusedError(f"This is {named(value)}, and the table asks for {KINDS[kind]}.")
    return value


def _day_or_moment(text: str) -> object:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            found = read(text)
        except ValueError:
            continue
        if isinstance(found, datetime) and found.utcoffset() is None:
            raise ExpressionRefusedError(f"The moment {text[:40]} has no offset.")
        return found
    return text
