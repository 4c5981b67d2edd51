"""Reading a form's definition, and saying all that is wrong with it."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from engine.errors import BundleRefused
from engine.expressions.names import why_not
from engine.forms.fields import DAYS, LENGTHS, TIME, TYPES, Condition, Field, Option
from engine.forms.form import Form

Problem: TypeAlias = tuple[str, str]  # where in the definition, and the sentence

LARGEST_FILE = 200_000  # bytes
MOST_FIELDS = 100
FORM_KEYS = ("id", "title", "hint", "fields")
COMMON_KEYS = ("name", "type", "label", "hint", "required", "required_when", "rules", "confidential")
TYPE_KEYS: Mapping[str, tuple[str, ...]] = {
    "text": ("max_length",),
    "long_text": ("max_length",),
    "id": ("max_length",),
    "integer": ("min", "max"),
    "date": ("min", "max"),
    "time": ("min", "max"),
    "choice": ("options", "offers"),
    "choices": ("options", "offers"),
    "rows": ("of", "key", "seeded", "min_rows"),
}
ASKABLE = ("yes_no", "choice", "choices", "integer")  # whose answers a required_when may name
KEYS = ("id", "choice", "text")  # what can identify a row


class FormError(BundleRefused):
    """This form's definition cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(f"{where}: {sentence}" for where, sentence in problems))
        self.problems = tuple(problems)


def read_form(content: bytes, *, functions: Collection[str] = ()) -> Form:
    """A form from its JSON. `functions` are names that no field may have. Raises FormError with all that is wrong."""
    reader = _Reader(functions)
    form = reader.form(content)
    if form is None or reader.problems:
        raise FormError(reader.problems)
    return form


def check_form(content: bytes, *, functions: Collection[str] = ()) -> list[Problem]:
    """All that is wrong with a form's definition: where, and the sentence."""
    reader = _Reader(functions)
    reader.form(content)
    return reader.problems


@dataclass
class _Reader:
    """Reads as much as it can, and keeps a list of what it could not."""

    functions: Collection[str]
    problems: list[Problem] = field(default_factory=list)

    def form(self, content: bytes) -> Form | None:
        try:
            raw = json.loads(content[: LARGEST_FILE + 1], object_pairs_hook=_record, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            self._note("form", f"This is not readable as JSON: {error}")
            return None
        if not isinstance(raw, dict):
            self._note("form", "A form is a record with id, title and fields.")
            return None
        self._keys("form", raw, FORM_KEYS)
        name = self._text("form", raw, "id", 60)
        if why := why_not(name):
            self._note("id", why)
        fields = self._fields("fields", raw.get("fields"), is_row=False)
        return Form(name, self._text("form", raw, "title", 200), fields, self._text_if_any("form", raw, "hint", 1_000))

    def _fields(self, where: str, raw: object, *, is_row: bool) -> tuple[Field, ...]:
        if not isinstance(raw, list) or not 0 < len(raw) <= MOST_FIELDS:
            self._note(where, f"There must be a list of 1 to {MOST_FIELDS} fields.")
            return ()
        fields = [self._field(f"{where}.{_name_of(one, n)}", one, is_row=is_row) for n, one in enumerate(raw)]
        found = [one for one in fields if one is not None]
        names = [one.name for one in found]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._note(where, f"Two fields have the name `{name}`. Give one of them another.")
        for one in found:
            self._check_condition(f"{where}.{one.name}", one, found)
        return tuple(found)

    def _field(self, where: str, raw: object, *, is_row: bool) -> Field | None:
        if not isinstance(raw, dict):
            self._note(where, "A field is a record with name, type and label.")
            return None
        kind = raw.get("type")
        if not isinstance(kind, str) or kind not in TYPES or (is_row and kind == "rows"):
            allowed = [one for one in TYPES if one != "rows" or not is_row]
            self._note(where, f"The type {kind!r} is not known here. Use one of: {', '.join(allowed)}.")
            return None
        self._keys(where, raw, (*COMMON_KEYS, *TYPE_KEYS.get(kind, ())))
        name = self._text(where, raw, "name", 60)
        if why := why_not(name, self.functions):
            self._note(where, why)
        when = self._condition(where, raw)
        if when is not None and raw.get("required") is True:
            self._note(where, "`required_when` says when it is required. Remove `required`.")
        return Field(
            name=name,
            type=kind,
            label=self._text(where, raw, "label", 300),
            hint=self._text_if_any(where, raw, "hint", 1_000),
            required=self._flag(where, raw, "required", default=True),
            required_when=when,
            rules=self._rules(where, raw),
            confidential=self._flag(where, raw, "confidential", default=False),
            **self._of_type(where, kind, raw),
        )

    def _of_type(self, where: str, kind: str, raw: dict[str, object]) -> dict[str, Any]:
        if kind in LENGTHS:
            return {"max_length": self._number(where, raw, "max_length", LENGTHS[kind], 1, LENGTHS["long_text"])}
        if kind in ("integer", "date", "time"):
            low, high = (self._limit(where, kind, raw, key) for key in ("min", "max"))
            if low is not None and high is not None and low > high:  # type: ignore[operator]  # both of one kind
                self._note(where, "`min` is above `max`.")
            return {"min": low, "max": high}
        if kind in ("choice", "choices"):
            return self._choices(where, raw)
        if kind == "rows":
            return self._rows(where, raw)
        return {}

    def _choices(self, where: str, raw: dict[str, object]) -> dict[str, Any]:
        offers = self._flag(where, raw, "offers", default=False)
        if offers is ("options" in raw):
            self._note(where, "Give either `options`, or `offers`: true when a handler offers them.")
        given = raw.get("options", [])
        options = [self._option(where, one) for one in given] if isinstance(given, list) else []
        values = [one.value for one in options]
        if len(set(values)) < len(values) or ("options" in raw and not values):
            self._note(where, "`options` is a list of options, each with a value of its own.")
        return {"offers": offers, "options": tuple(options)}

    def _option(self, where: str, raw: object) -> Option:
        if not isinstance(raw, dict):
            self._note(where, "An option is a record with value and label.")
            return Option("", "")
        self._keys(where, raw, ("value", "label"))
        return Option(self._text(where, raw, "value", 100), self._text(where, raw, "label", 300))

    def _rows(self, where: str, raw: dict[str, object]) -> dict[str, Any]:
        fields = self._fields(f"{where}.of", raw.get("of"), is_row=True)
        key = self._text_if_any(where, raw, "key", 60)
        seeded = self._flag(where, raw, "seeded", default=False)
        least = self._number(where, raw, "min_rows", 0, 0, 100)
        identifying = next((one for one in fields if one.name == key), None)
        if key and (identifying is None or identifying.type not in KEYS or not identifying.required):
            self._note(where, f"`key` names no required field of a row that can identify it ({', '.join(KEYS)}).")
        if seeded and not key:
            self._note(where, "`seeded` rows need a `key`.")
        if seeded and least:
            self._note(where, "`seeded` rows are as many as were given. Remove `min_rows`.")
        return {"of": fields, "key": key, "seeded": seeded, "min_rows": least}

    def _condition(self, where: str, raw: dict[str, object]) -> Condition | None:
        when = raw.get("required_when")
        if when is None:
            return None
        values = when.get("is") if isinstance(when, dict) else None
        if not isinstance(when, dict) or set(when) != {"field", "is"} or not isinstance(values, list) or not values:
            self._note(where, '`required_when` is written so: {"field": "held", "is": [true]}')
            return None
        return Condition(self._text(where, when, "field", 60), tuple(values))

    def _check_condition(self, where: str, one: Field, beside: Iterable[Field]) -> None:
        when = one.required_when
        if when is None:
            return
        asked = next((other for other in beside if other.name == when.field and other is not one), None)
        if asked is None or asked.type not in ASKABLE:
            self._note(
                where, f"`required_when` names `{when.field}`, which is no question beside it with such answers."
            )
            return
        possible = {one.value for one in asked.options}
        expected = {"yes_no": bool, "integer": int}.get(asked.type, str)
        if any(type(value) is not expected or (possible and value not in possible) for value in when.values):
            self._note(where, f"`required_when` names an answer that `{when.field}` cannot have.")

    def _limit(self, where: str, kind: str, raw: dict[str, object], key: str) -> int | str | None:
        given = raw.get(key)
        if given is None:
            return None
        if kind == "integer" and type(given) is int and abs(given) <= 10**9:
            return given
        if isinstance(given, str) and kind != "integer" and _is_limit(kind, given):
            return given
        example = {"integer": "5", "date": '"2026-12-02"', "time": '"09:30"'}[kind]
        self._note(where, f"`{key}` is written so: {example}")
        return None

    def _rules(self, where: str, raw: dict[str, object]) -> tuple[str, ...]:
        rules = raw.get("rules", [])
        if not isinstance(rules, list) or not all(isinstance(rule, str) and rule for rule in rules):
            self._note(where, '`rules` is a list of ids: ["R033"]')
            return ()
        return tuple(rules)

    def _text(self, where: str, raw: Mapping[str, object], key: str, longest: int) -> str:
        given = raw.get(key)
        if not isinstance(given, str) or not 0 < len(given.strip()) <= longest:
            self._note(where, f"`{key}` must be a text of 1 to {longest} characters.")
            return ""
        return given.strip()

    def _text_if_any(self, where: str, raw: Mapping[str, object], key: str, longest: int) -> str:
        return self._text(where, raw, key, longest) if key in raw else ""

    def _flag(self, where: str, raw: Mapping[str, object], key: str, *, default: bool) -> bool:
        given = raw.get(key, default)
        if not isinstance(given, bool):
            self._note(where, f"`{key}` is true or false.")
            return default
        return given

    def _number(self, where: str, raw: Mapping[str, object], key: str, default: int, low: int, high: int) -> int:
        given = raw.get(key, default)
        if type(given) is not int or not low <= given <= high:
            self._note(where, f"`{key}` is a whole number from {low} to {high:,}.")
            return default
        return given

    def _keys(self, where: str, raw: Mapping[str, object], known: Sequence[str]) -> None:
        for key in sorted(set(raw) - set(known)):
            self._note(where, f"`{key}` is not known here. Known: {', '.join(known)}.")

    def _note(self, where: str, sentence: str) -> None:
        self.problems.append((where, sentence))


def _is_limit(kind: str, given: str) -> bool:
    if kind == "time":
        return re.fullmatch(TIME, given, flags=re.ASCII) is not None
    try:
        return date.fromisoformat(given).isoformat() == given and DAYS[0] <= given <= DAYS[1]
    except ValueError:
        return False


def _name_of(raw: object, number: int) -> str:
    name = raw.get("name") if isinstance(raw, dict) else None
    return name if isinstance(name, str) and name else str(number)


def _record(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"`{next(name for name in names if names.count(name) > 1)}` stands twice in one record")
    return record


def _no_constant(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
