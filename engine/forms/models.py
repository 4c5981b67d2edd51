"""The pydantic model of a form: one judge of answers for the API and the pages, and the JSON Schema they publish."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    create_model,
)
from pydantic import Field as ModelField
from pydantic_core import PydanticCustomError

from engine.forms import sentences
from engine.forms.fields import DAYS, INTEGERS, LENGTHS, MOST_CHOICES, MOST_ROWS, TIME, Field

Annotation: TypeAlias = Any  # a type put together at run time; mypy has no name for it
Offers: TypeAlias = Mapping[str, Sequence[Mapping[str, object]]]

PLAIN = "plain"  # error type whose message is already the sentence
LINE_BREAKS = "\n\u2028\u2029"
# Characters that turn the direction of the text after them: what is read is then not what is stored.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def model_of(title: str, fields: Iterable[Field], *, path: str = "") -> type[BaseModel]:
    """A model that takes these fields and nothing else. Its own attribute names are numbers, so that no field's
    name can collide with pydantic's; what people see are the aliases."""
    every = list(fields)
    config = ConfigDict(extra="forbid", strict=True, title=title, json_schema_extra=_conditions(every))
    attributes: dict[str, Any] = {
        f"f{number}": _attribute(field, f"{path}{field.name}") for number, field in enumerate(every)
    }
    return create_model(f"{'Row' if path else 'Form'}_{path.strip('.') or 'answers'}", __config__=config, **attributes)


def allowed_values(field: Field, path: str, offers: Offers | None) -> list[tuple[str, str]]:
    """Value and label of what may be chosen: the field's own options, or what `prepare` offers now."""
    if not field.offers:
        return [(option.value, option.label) for option in field.options]
    offered = (offers or {}).get(path) or (offers or {}).get(field.name) or ()
    return [(str(one["value"]), str(one.get("label", one["value"]))) for one in offered]


def as_options(values: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The JSON Schema of a choice between values, each with its label; where there are none, nothing fits."""
    options = [{"const": value, "title": label} for value, label in values]
    return {"oneOf": options} if options else {"not": {}}


def _attribute(field: Field, path: str) -> tuple[Annotation, Any]:
    extra: dict[str, Any] = {"x-rules": list(field.rules)} if field.rules else {}
    if field.options and field.type == "choice":
        extra |= as_options(allowed_values(field, path, None))
    about: dict[str, Any] = {"alias": field.name, "title": field.label, "json_schema_extra": extra or None}
    if field.hint:
        about["description"] = field.hint
    kind = _kind(field, path)
    if field.required and field.required_when is None and not field.seeded:
        return kind, ModelField(**about)
    if field.type in ("rows", "choices"):
        return kind, ModelField(default_factory=list, **about)
    return kind | None, ModelField(default=None, **about)


def _kind(field: Field, path: str) -> Annotation:
    if field.type == "integer":
        low, high = _or(field.min, -INTEGERS), _or(field.max, INTEGERS)
        return Annotated[int, ModelField(ge=low, le=high)]
    if field.type == "yes_no":
        return bool
    if field.type == "date":
        low, high = (date.fromisoformat(str(day)) for day in (_or(field.min, DAYS[0]), _or(field.max, DAYS[1])))
        return Annotated[date, ModelField(ge=low, le=high), BeforeValidator(_day)]
    if field.type == "time":
        return Annotated[str, StringConstraints(pattern=TIME), AfterValidator(_within(field))]
    if field.type == "choice":
        return Annotated[str, AfterValidator(_on_offer(field, path))]
    if field.type == "choices":
        one: Annotation = Annotated[str, AfterValidator(_on_offer(field, path))]
        if field.options:
            one = Annotated[one, ModelField(json_schema_extra=as_options(allowed_values(field, path, None)))]
        return Annotated[list[one], ModelField(max_length=MOST_CHOICES), AfterValidator(_once)]
    if field.type == "rows":
        row = model_of(field.label, field.of, path=f"{path}.")
        return Annotated[list[row], ModelField(max_length=MOST_ROWS)]  # type: ignore[valid-type]
    length = field.max_length or LENGTHS[field.type]
    return Annotated[str, StringConstraints(min_length=1, max_length=length), AfterValidator(_keepable(field))]


def _or(limit: int | str | None, default: int | str) -> Any:
    return default if limit is None else limit


def _day(given: object) -> object:
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given, flags=re.ASCII):
        raise PydanticCustomError("no_day", "no day")
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise PydanticCustomError("no_day", "no day") from None
    if not DAYS[0] <= given <= DAYS[1]:
        raise PydanticCustomError("no_day", "no day")
    return day


def _within(field: Field) -> Callable[[str], str]:
    def check(given: str) -> str:
        if field.min is not None and given < str(field.min):
            raise PydanticCustomError("greater_than_equal", "too early", {"ge": str(field.min)})
        if field.max is not None and given > str(field.max):
            raise PydanticCustomError("less_than_equal", "too late", {"le": str(field.max)})
        return given

    return check


def _on_offer(field: Field, path: str) -> Callable[[str, ValidationInfo], str]:
    def check(given: str, info: ValidationInfo) -> str:
        offers: Offers | None = (info.context or {}).get("offers")
        if given not in {value for value, _ in allowed_values(field, path, offers)}:
            raise PydanticCustomError(PLAIN, "{sentence}", {"sentence": sentences.not_offered(field)})
        return given

    return check


def _once(given: list[str]) -> list[str]:
    return list(dict.fromkeys(given))


def _keepable(field: Field) -> Callable[[str], str]:
    def check(given: str) -> str:
        if field.type != "long_text" and any(character in LINE_BREAKS for character in given):
            raise PydanticCustomError(PLAIN, "{sentence}", {"sentence": sentences.one_line(field)})
        # Almost every text is all printable, which is asked at once.
        lines = given.replace("\n", " ").replace("\t", " ")
        if not lines.isprintable() and any(is_unkeepable(character) for character in given):
            raise PydanticCustomError(PLAIN, "{sentence}", {"sentence": sentences.unkeepable(field)})
        return given

    return check


def is_unkeepable(character: str) -> bool:
    """Whether it is a control character, half a character, or one that turns the direction of the text."""
    if character in "\n\t":
        return False
    return character in TURNING or unicodedata.category(character) in ("Cc", "Cs")


def _conditions(fields: Iterable[Field]) -> dict[str, Any]:
    """`required_when` as JSON Schema: if the field beside has one of the values, then this one is required."""
    every = [
        {
            "if": {"properties": {when.field: _has_one(when.values, types[when.field])}, "required": [when.field]},
            "then": {"required": [field.name], "properties": {field.name: _answered(field)}},
        }
        for types in ({field.name: field.type for field in fields},)
        for field in fields
        if (when := field.required_when) is not None
    ]
    return {"allOf": every} if every else {}


def _has_one(values: Sequence[object], kind: str) -> dict[str, Any]:
    one_of = {"enum": list(values)}
    return {"contains": one_of} if kind == "choices" else one_of


def _answered(field: Field) -> dict[str, Any]:
    return {"minItems": max(field.min_rows, 1)} if field.type in ("rows", "choices") else {"not": {"type": "null"}}
