"""What a value may be: inside an expression, and when it leaves for a case's data."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TypeAlias, cast

from engine.expressions.limits import DEPTH, ITEMS, MAGNITUDE, TEXT, TEXT_AT_ONCE
from engine.expressions.refusing import ExpressionRefusedError

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"

_Collection: TypeAlias = list[object] | tuple[object, ...] | dict[object, object]

WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "yes or no",
    type(None): "nothing",
    list: "a list",
    tuple: "a list",
    dict: "a record",
    date: "a day",
    datetime: "a moment",
}


def named(value: object) -> str:
    """What kind of thing a value is, in a word a process owner knows."""
    return WORDS.get(type(value), f"a {type(value).__name__}")


def check_value(value: object, source: str = "This") -> int:
    """How much there was to look at: 1, and more for long texts and lists.

    Raises ExpressionRefusedError unless the value is one that expressions work with, and of bounded size. Exact types
    only: a subclass could bring methods of its own into comparisons.
    """
    if type(value) not in WORDS:
        raise ExpressionRefusedError(
            f"{source} is {named(value)}, which a diagram cannot use. "
            "It can use text, numbers, yes or no, nothing, days, moments, and lists of these."
        )
    if isinstance(value, str):
        _check_text(value, source)
        return 1 + len(value) // TEXT_AT_ONCE
    if isinstance(value, list | tuple | dict):
        return _check_collection(value, source)
    if isinstance(value, bool) or value is None:
        return 1
    if isinstance(value, int):
        if not -MAGNITUDE <= value <= MAGNITUDE:
            raise ExpressionRefusedError(f"{source} is a number beyond 10 to the 18th.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ExpressionRefusedError(f"{source} is not a finite number.")
    elif isinstance(value, datetime) and value.utcoffset() is None:
        raise ExpressionRefusedError(f"{source} is a moment without a time zone.")
    return 1


def to_json_value(value: object, *, depth: int = DEPTH) -> JSON:
    """The value as JSON that the stored state can hold: days and moments as ISO text, tuples as lists.

    Raises ExpressionRefusedError for everything else: other types, names of a record that are no text, infinite
    numbers, moments without a time zone, text that a database cannot store, and what is nested without end.
    """
    if depth == 0:
        raise ExpressionRefusedError(f"This value is nested deeper than {DEPTH} levels.")
    if isinstance(value, list | tuple):
        return [to_json_value(item, depth=depth - 1) for item in value]
    if isinstance(value, dict):
        return {_json_name(name): to_json_value(item, depth=depth - 1) for name, item in value.items()}
    if type(value) is str:  # of any length: what a handler shows is longer than what an expression may build
        return _stored(value, "This")
    check_value(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float) else None


def _json_name(name: object) -> str:
    if type(name) is not str:
        raise ExpressionRefusedError(f"A record has {named(name)} as a name; only text can be a name.")
    return _stored(name, "A name in a record")


def _check_text(text: str, source: str) -> None:
    if len(text) > TEXT:
        raise ExpressionRefusedError(f"{source} is a text of more than {TEXT:,} characters.")
    _stored(text, source)


def _stored(text: str, source: str) -> str:
    if not is_storable(text):
        raise ExpressionRefusedError(f"{source} is a text with a character that cannot be stored.")
    return text


def is_storable(text: str) -> bool:
    """Whether a database can keep the text: no NUL, and no half of a character (a lone surrogate)."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_collection(value: _Collection, source: str) -> int:
    waiting = [(value, 1)]
    items, looked_at = 0, 1
    while waiting:
        collection, depth = waiting.pop()
        items += len(collection)
        if items > ITEMS:
            raise ExpressionRefusedError(f"{source} is a list of more than {ITEMS:,} items.")
        if depth > DEPTH:
            raise ExpressionRefusedError(f"{source} is nested deeper than {DEPTH} levels.")
        for member in _members(collection):
            if type(member) in (list, tuple, dict):
                waiting.append((cast(_Collection, member), depth + 1))
            else:
                looked_at += check_value(member, f"An item of {source[:1].lower()}{source[1:]}")
    return looked_at


def _members(collection: _Collection) -> Iterable[object]:
    if isinstance(collection, dict):
        for name in collection:
            _json_name(name)
        return collection.values()
    return collection
