"""Judging what a person answered: tidied first, then by the form's model, then against the rows it was given."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeGuard

from pydantic import BaseModel, ValidationError

from engine.errors import FormRefused
from engine.expressions import JSON
from engine.expressions.refusing import shortened
from engine.forms import sentences
from engine.forms.fields import MOST_CHOICES, MOST_ROWS, Field
from engine.forms.models import PLAIN, Offers

Seeded: TypeAlias = Mapping[str, object]
Answers: TypeAlias = dict[str, Any]

YES_NO: Mapping[str, bool] = {"yes": True, "true": True, "no": False, "false": False}
LONGEST = 100_000  # characters that are tidied; what is longer is refused anyway
LONGEST_NAME = 60
MOST_UNKNOWN = 20  # unknown fields that are told


def judged(
    answers: Mapping[str, object],
    fields: Sequence[Field],
    model: type[BaseModel],
    *,
    offers: Offers | None,
    seeded: Seeded | None,
) -> dict[str, JSON]:
    """The answers as JSON, one for every field. Raises FormRefused with a sentence for each field that is wrong."""
    judge = _Judge(fields, seeded or {})
    tidied = judge.tidied(answers)
    parsed: BaseModel | None = None
    try:
        parsed = model.model_validate(tidied, context={"offers": offers})
    except ValidationError as error:
        judge.note(error)
    judge.note_unanswered(tidied)
    judge.note_rows(tidied)
    if judge.problems or parsed is None:
        problems = judge.in_order()
        raise FormRefused(problems, {where: rules for where in problems if (rules := judge.rules_of(where))})
    return judge.ordered(parsed.model_dump(mode="json", by_alias=True))


def tidied(answers: Mapping[str, object], fields: Sequence[Field]) -> Answers:
    """The answers without what typing adds. What the form does not ask stays, so that it differs."""
    found = _Judge(fields, {}).tidied(answers)
    for one in fields:
        if one.key and _is_list(rows := found.get(one.name)):
            key = one.key
            found[one.name] = sorted(rows, key=lambda row: str(row.get(key)) if isinstance(row, dict) else "")
    return {**{name: value for name, value in answers.items() if name not in {one.name for one in fields}}, **found}


@dataclass
class _Judge:
    """One look at one set of answers. `places` keeps where a row stood before empty rows were left out."""

    fields: Sequence[Field]
    seeded: Seeded
    problems: dict[str, str] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)

    def tidied(self, answers: Mapping[str, object]) -> Answers:
        """The answers without blanks and empty rows; what was left empty is left out."""
        known = {one.name: one for one in self.fields}
        for name in [name for name in answers if name not in known][:MOST_UNKNOWN]:
            self.problems[shortened(str(name), LONGEST_NAME)] = sentences.UNKNOWN
        given = {name: tidy(known[name], value) for name, value in answers.items() if name in known}
        tidied = {name: value for name, value in given.items() if value is not None}
        for one in self.fields:
            if one.type == "rows" and isinstance(tidied.get(one.name), list):
                self._leave_out_empty_rows(one, tidied)
        return tidied

    def note(self, error: ValidationError) -> None:
        """Turns what the model found into sentences."""
        for found in error.errors(include_url=False, include_input=False):
            where = [part for part in found["loc"] if isinstance(part, str | int)]
            asked = self._asked(where)
            if asked is None:
                self.problems.setdefault(self._path(where), sentences.UNKNOWN)
            elif found["type"] == "missing":
                self.problems.setdefault(self._path(where), sentences.missing(asked))
            elif found["type"] == PLAIN:
                self.problems.setdefault(self._path(where), found["msg"])
            else:
                self.problems.setdefault(self._path(where), sentences.wrong(asked, found["type"], found.get("ctx", {})))

    def note_unanswered(self, tidied: Answers) -> None:
        """Notes what other answers make necessary, and rows that are too few."""
        self._note_conditions(self.fields, tidied, [])
        for one in self.fields:
            given = tidied.get(one.name)
            if one.type != "rows":
                continue
            for number, row in enumerate(given if isinstance(given, list) else []):
                if isinstance(row, dict):
                    self._note_conditions(one.of, row, [one.name, number])
            fewest = max(one.min_rows, 1 if one.is_needed(tidied) else 0)
            if not one.seeded and isinstance(given, list) and len(given) < fewest:
                self.problems.setdefault(one.name, sentences.few_rows(one, fewest))

    def note_rows(self, tidied: Answers) -> None:
        """Notes where the rows are not exactly those that were given, or a row stands twice."""
        for one in self.fields:
            if one.type != "rows" or not one.key:
                continue
            given = tidied.get(one.name, [])
            rows = [row.get(one.key) if isinstance(row, dict) else None for row in given] if _is_list(given) else []
            wanted = self._wanted(one)
            for number, key in enumerate(rows):
                where = self._path([one.name, number, one.key])
                if key in rows[:number]:
                    self.problems.setdefault(where, sentences.twice())
                elif one.seeded and key is not None and key not in wanted:
                    self.problems.setdefault(where, sentences.not_seeded())
            left_out = len([key for key in wanted if key not in rows])
            is_excused = one.required_when is not None and not rows and not one.is_needed(tidied)
            if one.seeded and left_out and not is_excused:
                self.problems.setdefault(one.name, sentences.rows_left_out(one, left_out))
            elif one.seeded and not wanted and one.is_needed(tidied):
                # An empty list must not pass unseen: nobody would be written to, and the case would go on.
                self.problems.setdefault(one.name, sentences.nothing_seeded(one))

    def ordered(self, parsed: Answers) -> Answers:
        """The answers with seeded rows in the order in which they were given out."""
        for one in self.fields:
            if one.seeded:
                wanted = self._wanted(one)
                parsed[one.name].sort(key=lambda row, key=one.key, wanted=wanted: wanted.index(row[key]))
        return parsed

    def in_order(self) -> dict[str, str]:
        """The problems in the order of the fields, as a page lists them; unknown fields last."""
        places = {one.name: place for place, one in enumerate(self.fields)}

        def place(where: str) -> tuple[int, int]:
            name, *rest = where.split(".")
            return places.get(name, len(places)), int(rest[0]) if rest and rest[0].isdigit() else -1

        return dict(sorted(self.problems.items(), key=lambda problem: place(problem[0])))

    def rules_of(self, where: str) -> tuple[str, ...]:
        """The rules for whose sake the field of a problem is asked."""
        asked = self._asked([part for part in where.split(".") if not part.isdigit()])
        return asked.rules if asked else ()

    def _leave_out_empty_rows(self, asked: Field, tidied: Answers) -> None:
        rows = tidied[asked.name]
        hidden = {one.name for one in asked.of if one.type == "id"} | ({asked.key} if asked.seeded else set())
        are_empty = [isinstance(row, dict) and not row.keys() - hidden for row in rows]
        if asked.seeded:
            is_left_out = all(are_empty) and asked.required_when is not None and not asked.is_needed(tidied)
            kept = [] if is_left_out else list(range(len(rows)))
        else:
            kept = [number for number, is_empty in enumerate(are_empty) if not is_empty]
        self.places[asked.name] = kept
        tidied[asked.name] = [rows[number] for number in kept]
        if not kept:
            del tidied[asked.name]

    def _note_conditions(self, fields: Iterable[Field], answers: Answers, where: list[str | int]) -> None:
        for one in fields:
            if one.required_when is not None and not one.seeded and one.name not in answers and one.is_needed(answers):
                self.problems.setdefault(self._path([*where, one.name]), sentences.missing(one))

    def _wanted(self, asked: Field) -> list[object]:
        rows = self.seeded.get(asked.name)
        return [row.get(asked.key) for row in rows if isinstance(row, dict)] if _is_list(rows) else []

    def _asked(self, where: Sequence[str | int]) -> Field | None:
        fields, asked = self.fields, None
        for part in where:
            if isinstance(part, str):
                asked = next((one for one in fields if one.name == part), None)
                fields = asked.of if asked else ()
        return asked

    def _path(self, where: Sequence[str | int]) -> str:
        parts = list(where)
        if len(parts) > 1 and isinstance(parts[1], int) and (kept := self.places.get(str(parts[0]))):
            parts[1] = kept[parts[1]]
        return ".".join(shortened(str(part), LONGEST_NAME) for part in parts)


def tidy(asked: Field, given: object) -> Any:
    """The answer without what typing adds: blanks around it, other line ends, numbers and yes or no as text.

    None when nothing was answered. What cannot be tidied is left for the model to refuse.
    """
    if isinstance(given, str):
        text = _tidy_text(given)
        return _typed(asked, text) if text else None
    if _is_list(given) and asked.type == "choices":
        values = [_tidy_text(one) if isinstance(one, str) else one for one in given[: MOST_CHOICES + 1]]
        return [value for value in values if value != ""] or None
    if _is_list(given) and asked.type == "rows":
        return [_tidy_row(asked.of, row) for row in given[: MOST_ROWS + 1]] or None
    return given


def _tidy_row(fields: Iterable[Field], row: object) -> object:
    if not isinstance(row, dict):
        return row
    known = {one.name: one for one in fields}
    tidied = {name: tidy(known[name], value) if name in known else value for name, value in row.items()}
    return {name: value for name, value in tidied.items() if value is not None}


def _tidy_text(text: str) -> str:
    if len(text) > LONGEST:
        return text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _typed(asked: Field, text: str) -> object:
    if asked.type == "integer" and re.fullmatch(r"[+-]?\d{1,18}", text, flags=re.ASCII):
        return int(text)
    if asked.type == "yes_no":
        return YES_NO.get(text.lower(), text)
    if asked.type == "time" and re.fullmatch(r"\d:\d\d", text, flags=re.ASCII):
        return f"0{text}"
    return text


def _is_list(given: object) -> TypeGuard[list[object]]:
    return isinstance(given, list)
