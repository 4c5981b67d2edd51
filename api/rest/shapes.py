"""What bodies and answers of the API have in common."""

import math
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, PlainSerializer, StringConstraints

from engine.bundles import NAME
from engine.checks.events import MESSAGE
from engine.clock import LONDON
from engine.database import AnyRow
from engine.expressions.values import is_storable
from engine.people import SYSTEM
from engine.queries.pages import DEFAULT_ROWS, MOST_ROWS, Wanted

PROCESS_NAME = rf"^{NAME.pattern}$"
MESSAGE_NAME = rf"^{MESSAGE.pattern}$"
DEEPEST = 12  # of what a person answers: a form has rows, rows have fields
Item = TypeVar("Item")


def _in_london(moment: datetime) -> str:
    return moment.astimezone(LONDON).isoformat(timespec="seconds")


# Moments are kept in UTC and shown with England's offset, so that a day's last second reads as that day.
Moment = Annotated[datetime, PlainSerializer(_in_london, return_type=str, when_used="json")]


def storable(value: JsonValue, *, deepest: int = DEEPEST) -> JsonValue:
    """What a database can keep as JSON. Raises ValueError, in words."""
    if deepest == 0:
        raise ValueError("This is nested too deeply")
    match value:
        case str() if not is_storable(value):
            raise ValueError("This holds characters that no text has")
        case float() if not math.isfinite(value):
            raise ValueError("This is not a number")
        case int() if abs(value) >= 2**63:
            raise ValueError("This number is too large")
        case list():
            for item in value:
                storable(item, deepest=deepest - 1)
        case dict():
            for name, item in value.items():
                storable(name)
                storable(item, deepest=deepest - 1)
    return value


def storable_text(text: str) -> str:
    """A text that a database can compare. Raises ValueError, in words."""
    storable(text)
    return text


def storable_record(record: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """A record that a database can keep. Raises ValueError, in words."""
    storable(record)
    return record


Answers = Annotated[
    dict[str, JsonValue],
    AfterValidator(storable_record),
    Field(description="Field of the form → answer. Days are ISO dates, times `HH:MM`, rows a list of objects."),
]


# A day that a calendar may be asked about: the bank holidays around it are known.
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2099, 12, 31))]

# Why somebody does what they do; it stays on record.
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), AfterValidator(storable_text)
]


class Body(BaseModel):
    """What is sent. Fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """What is answered, read from a row or a value."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Listed(Out, Generic[Item]):
    """Some items of a list. `next` is what to send as `after` for those that follow; null at the end."""

    items: list[Item]
    next: UUID | None = None


class PersonRef(Out):
    """Somebody who did something. `id` is `system` for the service itself."""

    id: str
    name: str


class CaseRef(Out):
    """A case by its reference."""

    id: UUID
    reference: str


class PupilRef(Out):
    """A pupil by name."""

    id: UUID
    name: str


def person_ref(actor: str, names: Mapping[str, str]) -> PersonRef:
    """Who that is."""
    return PersonRef(id=actor, name=names.get(actor, "The service" if actor == SYSTEM else "Unknown"))


def person_or_none(actor: str | None, names: Mapping[str, str]) -> PersonRef | None:
    """Who that is; None for nobody."""
    return None if actor is None else person_ref(actor, names)


def case_ref(row: AnyRow) -> CaseRef:
    """The case of a row that carries its reference."""
    return CaseRef(id=row.case_id, reference=row.reference)


def pupil_ref(pupil_id: UUID, names: Mapping[UUID, str]) -> PupilRef | None:
    """The pupil, where it is one: a process may be about something else."""
    return PupilRef(id=pupil_id, name=names[pupil_id]) if pupil_id in names else None


def subjects_of(rows: Collection[AnyRow]) -> set[UUID]:
    """Whom these rows are about."""
    return {row.subject_id for row in rows}


def wanted(
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="At most so many items.")] = DEFAULT_ROWS,
    after: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
) -> Wanted:
    """Which part of a list is wanted."""
    return Wanted(limit, after)


WantedHere = Annotated[Wanted, Depends(wanted)]


def example(**values: Any) -> ConfigDict:
    """A model's example for the documentation."""
    return ConfigDict(json_schema_extra={"examples": [values]})
