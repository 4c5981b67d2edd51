"""A form as the API gives it: JSON Schema of the answers, what is filled in, shown and offered."""

from typing import Any

from pydantic import Field

from api.rest.shapes import Out
from engine.reading import Asked


class Offered(Out):
    """One of the options that a field offers now."""

    value: str
    label: str


class FormOut(Out):
    """What is asked. `json_schema` describes the answers and holds the options on offer."""

    id: str
    title: str
    hint: str
    json_schema: dict[str, Any] = Field(description="JSON Schema 2020-12 of `answers`.")
    answers: dict[str, Any] = Field(description="What is filled in already. Rows that are here must come back.")
    shown: dict[str, Any] = Field(description="Facts to read before answering.")
    offers: dict[str, list[Offered]] = Field(description="Field → the options that it offers now.")


def form_out(asked: Asked | None) -> FormOut | None:
    """The form as it is put to a person now; None when nothing is asked."""
    if asked is None or asked.form is None:
        return None
    prepared = asked.prepared
    offers = prepared.get("offers") or {}
    return FormOut(
        id=asked.form.id,
        title=asked.form.title,
        hint=asked.form.hint,
        json_schema=asked.form.json_schema(offers),
        answers=prepared.get("answers") or {},
        shown=prepared.get("shown") or {},
        offers={name: [Offered(**option) for option in options] for name, options in offers.items()},
    )
