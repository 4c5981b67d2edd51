"""As much of JSON Schema 2020-12 as the forms' schemas use, so that tests can hold a form against its own schema."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
ANNOTATIONS = frozenset({"$schema", "$defs", "title", "description", "default", "x-rules"})


def is_valid(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether a value fits a schema. Raises KeyError for a keyword that is not known here."""
    return all(_holds(keyword, schema, value, root) for keyword in schema if keyword not in ANNOTATIONS)


def _holds(keyword: str, schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> bool:
    wanted = schema[keyword]
    record = value if isinstance(value, dict) else {}
    items = value if isinstance(value, list) else []

    def fits(one: Any, part: Any) -> bool:
        return is_valid(one, part, root)

    checks: dict[str, Callable[[], bool]] = {
        "$ref": lambda: fits(value, root["$defs"][str(wanted).rpartition("/")[2]]),
        "type": lambda: type(value) in TYPES[wanted],
        "properties": lambda: all(fits(record[name], part) for name, part in wanted.items() if name in record),
        "additionalProperties": lambda: record.keys() <= schema["properties"].keys(),
        "required": lambda: not isinstance(value, dict) or set(wanted) <= record.keys(),
        "items": lambda: all(fits(item, wanted) for item in items),
        "contains": lambda: not isinstance(value, list) or any(fits(item, wanted) for item in items),
        "minItems": lambda: not isinstance(value, list) or len(items) >= wanted,
        "maxItems": lambda: len(items) <= wanted,
        "minLength": lambda: not isinstance(value, str) or len(value) >= wanted,
        "maxLength": lambda: not isinstance(value, str) or len(value) <= wanted,
        "minimum": lambda: type(value) is not int or value >= wanted,
        "maximum": lambda: type(value) is not int or value <= wanted,
        "pattern": lambda: not isinstance(value, str) or re.search(wanted, value) is not None,
        "format": lambda: not isinstance(value, str) or _is_date(value),
        "const": lambda: type(value) is type(wanted) and value == wanted,
        "enum": lambda: any(type(value) is type(one) and value == one for one in wanted),
        "oneOf": lambda: sum(fits(value, part) for part in wanted) == 1,
        "anyOf": lambda: any(fits(value, part) for part in wanted),
        "allOf": lambda: all(fits(value, part) for part in wanted),
        "not": lambda: not fits(value, wanted),
        "if": lambda: not fits(value, wanted) or fits(value, schema["then"]),
        "then": lambda: True,
    }
    return checks[keyword]()


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
