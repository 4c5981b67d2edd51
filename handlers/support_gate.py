"""Support comes first: what was considered before the authority is asked, answered with evidence for each area."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.registry import Refusal
from handlers.answers import Answers, Choice, choice, rows_of, text_of

AREAS = {
    "send": "Special educational needs and disability",
    "health": "Physical or mental health",
    "social_care": "Social care",
    "young_carer": "Young carer",
    "early_help": "Early Help",
}
ANSWERS = {
    "in_place": "Support is in place",
    "offered": "Offered and not taken up",
    "not_needed": "Looked at, nothing found",
}
RULE = "R001"  # prosecution only where appropriate


def gate_offers() -> list[Choice]:
    """The areas as choices of a form's rows."""
    return [choice(area, words) for area, words in AREAS.items()]


def gate_rows(*known: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row for each area, filled in from the first answers that have it; empty where nobody has answered."""
    found: dict[str, Mapping[str, Any]] = {}
    for rows in known:
        for each in rows:
            if each.get("answer"):
                found.setdefault(each["area"], each)
    return [{"area": area, **found.get(area, {})} for area in AREAS]


def check_gate(answers: Answers) -> None:
    """Refuses where an area is not answered, or has no evidence. Source: R001, domain.md 6.3."""
    rows = {each["area"]: each for each in rows_of(answers, "support")}
    for area, words in AREAS.items():
        own = rows.get(area, {})
        if not own.get("answer") or not text_of(own, "evidence"):
            raise Refusal(
                "support_not_considered",
                f"{words}: say what was considered, and what shows it, before the authority is asked.",
                rule=RULE,
                field="support",
            )
