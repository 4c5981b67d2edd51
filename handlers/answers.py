"""Typed reading of answers that have passed their form, and the shape of what `prepare` gives a form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attendance.words import in_words
from engine.registry import Refusal

Answers = Mapping[str, Any]  # checked by the form, dates as ISO text
Prepared = dict[str, Any]  # answers, shown, offers: all three may be absent
Choice = dict[str, str]  # value, label


def prepared(
    *,
    answers: Answers | None = None,
    shown: Mapping[str, Any] | None = None,
    offers: Mapping[str, Sequence[Choice]] | None = None,
) -> Prepared:
    """What a form starts with: answers filled in, facts to read, choices on offer."""
    return {"answers": dict(answers or {}), "shown": dict(shown or {}), "offers": dict(offers or {})}


def choice(value: object, label: str) -> Choice:
    """One choice on offer."""
    return {"value": str(value), "label": label}


def text_of(answers: Answers, name: str) -> str:
    """The answer without the blanks around it; "" when it was left out."""
    return (answers.get(name) or "").strip()


def date_of(answers: Answers, name: str) -> date:
    """A day that the form requires."""
    return date.fromisoformat(answers[name])


def past_day(answers: Answers, name: str, *, today: date, rule: str = "", field: str = "") -> date:
    """A day on which something happened. Refuses one that is still to come."""
    day = date_of(answers, name)
    if day > today:
        raise Refusal("in_the_future", f"{in_words(day)} is still to come.", rule=rule, field=field or name)
    return day


def rows_of(answers: Answers, name: str) -> list[Answers]:
    """The rows of an answer; none when it was left out."""
    return list(answers.get(name) or [])


def lines_of(answers: Answers, name: str) -> list[str]:
    """A long text as its lines, without empty ones."""
    return [line.strip() for line in text_of(answers, name).splitlines() if line.strip()]


def iso(day: date | None) -> str | None:
    """A day as JSON has it."""
    return None if day is None else day.isoformat()
