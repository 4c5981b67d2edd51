"""A form: what it asks, the schema of its answers, and whether answers fit."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from engine.errors import FormRefused
from engine.expressions import JSON
from engine.forms.answers import Seeded, judged, tidied
from engine.forms.drafts import drafted
from engine.forms.fields import Field
from engine.forms.models import Offers, allowed_values, as_options, model_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class Form:
    """What one task or report asks."""

    id: str
    title: str
    fields: tuple[Field, ...]
    hint: str = ""

    def parse(self, answers: object, *, offers: Offers | None = None, seeded: Seeded | None = None) -> dict[str, JSON]:
        """The answers as JSON, one for every field: None, or an empty list, where nothing was answered.

        offers: field, or `rows.field`, to the options that `prepare` offers. seeded: field to the rows it gave.
        Raises FormRefused with a sentence for each field; a field of a row is `rows.2.field`, counted from 0.
        """
        return judged(_record(answers), self.fields, self.model, offers=offers, seeded=seeded)

    def tidied(self, answers: object) -> dict[str, Any]:
        """The answers as the form reads them, judged no further; rows with a key in the order of their keys."""
        return tidied(_record(answers), self.fields)

    def draft(self, answers: object, *, refuses: bool = True) -> dict[str, JSON]:
        """What is asked among half-finished answers, to be kept as it was typed.

        Raises FormRefused for too much, unless nobody could hear it: then all that fits is kept.
        """
        return drafted(_record(answers), self.fields, refuses=refuses)

    def without_confidential(self, answers: Mapping[str, object]) -> dict[str, object]:
        """The answers, or a draft of them, with what is confidential empty, and without what the form does not ask."""
        return _without_confidential(answers, self.fields)

    def json_schema(self, offers: Offers | None = None) -> dict[str, Any]:
        """JSON Schema 2020-12 of the answers; fields that `prepare` offers options for take them from `offers`."""
        schema = copy.deepcopy(self._schema)
        for field in self.fields:
            self._offer(schema["properties"][field.name], field, field.name, offers)
            if field.type == "rows":
                row = schema["$defs"][schema["properties"][field.name]["items"]["$ref"].rpartition("/")[2]]
                for part in field.of:
                    self._offer(row["properties"][part.name], part, f"{field.name}.{part.name}", offers)
        return schema

    @cached_property
    def model(self) -> type[BaseModel]:
        """The pydantic model of the answers."""
        return model_of(self.title, self.fields)

    @cached_property
    def _schema(self) -> dict[str, Any]:
        schema = {"$schema": DIALECT, **self.model.model_json_schema(by_alias=True)}
        return {**schema, "description": self.hint} if self.hint else schema

    def _offer(self, schema: dict[str, Any], field: Field, path: str, offers: Offers | None) -> None:
        if not field.offers or offers is None:
            return
        options = as_options(allowed_values(field, path, offers))
        (schema["items"] if field.type == "choices" else schema).update(options)


def _without_confidential(answers: Mapping[str, object], fields: Iterable[Field]) -> dict[str, object]:
    return {one.name: _shown(answers[one.name], one) for one in fields if one.name in answers}


def _shown(given: object, asked: Field) -> object:
    if asked.confidential:
        return None
    if asked.type != "rows":
        return given
    rows = given if isinstance(given, list) else []
    return [_without_confidential(row, asked.of) for row in rows if isinstance(row, Mapping)]


def _record(answers: object) -> Mapping[str, object]:
    if not isinstance(answers, Mapping):
        raise FormRefused({"": "Answers are a record of field and answer"})
    return answers
