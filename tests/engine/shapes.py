"""Tiny diagrams of one situation each, with the few handlers and facts that they name."""

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from engine.bundles import Bundle
from engine.registry import Accepted, Registry, fact, handler

DIAGRAMS = Path(__file__).parents[1] / "diagrams"
OPENED = date(2026, 11, 2)


@fact
def opened_on(facts: Any) -> date:
    """The day on which the case was opened."""
    return OPENED


@fact
def weeks_after(facts: Any, number: int, day: date) -> date:
    """So many weeks later."""
    return day + timedelta(weeks=number)


@fact
def start_of(facts: Any, day: date) -> str:
    """The first moment of a day."""
    return datetime.combine(day, time(), UTC).isoformat()


@fact(fixed_by="R079")
def fixed_moment(facts: Any) -> str:
    """A moment that a rule leaves to nobody's hand."""
    return start_of(facts, OPENED)


@fact
def is_big(facts: Any, what: str) -> bool:
    """Whether something is big; `that` is."""
    return what == "that"


@handler("shape.do")
def do(call: Any) -> None:
    """Does nothing."""


@handler("shape.list")
def list_people(call: Any) -> list[str]:
    """Two people."""
    return ["Ada", "Ben"]


@handler("shape.each")
def each(call: Any, *, person: str) -> str:
    """Says whom it was for."""
    return person


@handler("shape.send")
def send(call: Any, *, letter: str, recipient: str = "") -> None:
    """Sends nothing."""


@handler("shape.raise")
def raise_deadline(call: Any, *, deadline: str) -> None:
    """Raises nothing."""


@handler("shape.prepare")
def prepare(call: Any) -> dict[str, Any]:
    """Shows nothing."""
    return {}


@handler("shape.accept")
def accept(call: Any, answers: dict[str, Any]) -> Accepted:
    """Takes whatever was said."""
    return Accepted(routing=answers)


REGISTRY = Registry.of(sys.modules[__name__])


def bundle_of(*diagrams: str, changed: Mapping[str, bytes] | None = None) -> Bundle:
    """The named diagrams, or those of a named folder, with the forms, letters and tables that they all share.

    changed: files in place of the shared ones, or beside them.
    """
    shared = [path for folder in ("forms", "letters", "decisions") for path in (DIAGRAMS / folder).iterdir()]
    files = {path.relative_to(DIAGRAMS).as_posix(): path.read_bytes() for path in (*shared, DIAGRAMS / "policy.json")}
    for name in diagrams:
        folder = DIAGRAMS / name
        paths = sorted(folder.iterdir()) if folder.is_dir() else [DIAGRAMS / f"{name}.bpmn"]
        files |= {path.name: path.read_bytes() for path in paths}
    return Bundle("shape", files | dict(changed or {}))
