"""What a complete evidence pack holds, as the council edits it: the list `lists/evidence.json` of a bundle."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from typing import Any

ASKED = "asked"  # no record shows it: a person ticks it when the evidence is collected
STRENGTHS = ("must", "should", "consider")
MOST_ITEMS = 100


@dataclass(frozen=True)
class Item:
    """One thing that a pack needs. `check` names the record that shows it, or is `asked`."""

    id: str
    title: str
    check: str
    supplier: str
    rule: str
    strength: str


@dataclass(frozen=True)
class Found:
    """An item, and whether one parent's case has it."""

    item: Item
    is_there: bool
    said: str  # what is there, or what is missing


def read_checklist(content: bytes) -> tuple[Item, ...]:
    """The items in their order. Raises ValueError with all that is wrong."""
    wrong = [f"{where}: {sentence}" if where else sentence for where, sentence in checklist_problems(content)]
    if wrong:
        raise ValueError(" ".join(wrong))
    return tuple(Item(**item) for item in json.loads(content)["items"])


def checklist_problems(content: bytes, *, checks: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Where, and the sentence, for each fault; `checks` are the records that can be asked, where they are known."""
    try:
        raw = json.loads(content)
        items = raw["items"]
    except (ValueError, KeyError, TypeError):
        yield "", "A checklist is a record with a list of `items`."
        return
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        yield "", f"There must be 1 to {MOST_ITEMS} items."
        return
    seen: set[str] = set()
    for number, item in enumerate(items, start=1):
        yield from _of_item(f"item {number}", item, seen, checks)


def _of_item(where: str, item: Any, seen: set[str], checks: Collection[str] | None) -> Iterator[tuple[str, str]]:
    names = [field.name for field in fields(Item)]
    if (
        not isinstance(item, dict)
        or sorted(item) != sorted(names)
        or not all(isinstance(v, str) for v in item.values())
    ):
        yield where, f"An item has the texts {', '.join(names)}, and nothing else."
        return
    if item["id"] in seen:
        yield where, f"The id {item['id']} is used twice."
    seen.add(item["id"])
    for name in names:
        if not item[name].strip():
            yield where, f"The {name} is empty."
    if item["strength"] not in STRENGTHS:
        yield where, f"The strength is one of {', '.join(STRENGTHS)}."
    if checks is not None and item["check"] not in (*checks, ASKED):
        yield where, f"No record is called {item['check']}. Use one of {', '.join((*sorted(checks), ASKED))}."
