"""A small process of its own, to try the engine on something that is not about attendance."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, select

from engine import clock, tables
from engine.bundles import read_folder
from engine.calls import Call, CaseFacts
from engine.cases import complete_task, open_case
from engine.database import transaction
from engine.ids import new_id
from engine.policy import Policy
from engine.registry import Accepted, Refusal, Registry, fact, handler
from engine.runtime import Runtime
from engine.versions import publish

BROKEN: set[str] = set()  # the handlers that fail for now
BUNDLE = Path(__file__).parents[1] / "bundles" / "small"


@dataclass(frozen=True)
class SmallFacts:
    """What the small process may read of its case."""

    db: Connection
    case: CaseFacts
    now: datetime
    policy: Policy


@fact
def in_days(facts: SmallFacts, days: int) -> str:
    """A moment so many days from now."""
    return (facts.now + timedelta(days=days)).isoformat()


@handler("small.choose")
def choose(call: Call) -> str:
    """The topic of a case is its own reference."""
    return call.case.reference


@handler("small.accept")
def accept(call: Call, answers: dict[str, Any], *, topic: str) -> Accepted:
    """Refuses nonsense, breaks on request, and takes the rest."""
    if answers["said"] == "nonsense":
        raise Refusal("nonsense", "That is nonsense.", rule="R001", field="said")
    if answers["said"] == "break":
        raise ZeroDivisionError("broken on request")
    happened = date.fromisoformat(answers["on_day"]) if answers.get("on_day") else None
    return Accepted(routing={"said": answers["said"]}, happened_on=happened)


@handler("small.tell")
def tell(call: Call) -> None:
    """Sends a note to the subject."""
    if "small.tell" in BROKEN:
        raise RuntimeError("the printer burns")
    call.deliver(letter="N1", recipient=call.case.subject_id, fields={"name": "you"})


@handler("small.raise")
def raise_deadline(call: Call, *, deadline: str) -> None:
    """Brings a missed deadline before somebody."""
    call.raise_deadline(deadline)


@handler("small.complaint")
def complaint(call: Call, answers: dict[str, Any]) -> Accepted:
    """Keeps what a complaint is about, unless it is broken."""
    if "small.complaint" in BROKEN or answers["about"] == "break":
        raise RuntimeError("the complaints book is lost")
    return Accepted(routing={"about": answers["about"]})


def render(template: bytes, fields: Mapping[str, Any]) -> tuple[str, bytes]:
    """Text in place of a page."""
    return "A note", template + repr(sorted(fields.items())).encode()


def small_runtime(engine: Engine) -> Runtime:
    """The engine with the small process published."""
    runtime = Runtime(engine, Registry.of(sys.modules[__name__]), SmallFacts, render)
    publish(runtime, read_folder(BUNDLE), actor="system")
    return runtime


def new_case(runtime: Runtime, *, owner_id: UUID, subject_id: UUID) -> UUID:
    """A case of the small process."""
    return open_case(runtime, process="small", owner_id=owner_id, subject_id=subject_id, actor="opener")


OWNER = new_id()
T, R = tables.task.c, tables.timer.c


def rows(runtime: Runtime, table: Any, *where: Any) -> list[Any]:
    """The rows of a table, oldest first."""
    with transaction(runtime.engine) as db:
        return list(db.execute(select(table).where(*where).order_by(table.c[next(iter(table.primary_key)).name])))


def open_task(runtime: Runtime, case_id: UUID, element: str) -> Any:
    """The one open task of an element."""
    (row,) = rows(runtime, tables.task, T.case_id == case_id, T.element == element, T.state == "open")
    return row


def do(runtime: Runtime, case_id: UUID, element: str, **answers: Any) -> None:
    """A clerk does an open task."""
    complete_task(runtime, open_task(runtime, case_id, element).id, actor="clerk", answers=answers)


def days_pass(runtime: Runtime, days: float) -> None:
    """Moves the clock on."""
    with transaction(runtime.engine) as db:
        clock.move_to(db, clock.now(db) + timedelta(days=days))


def restarted(runtime: Runtime) -> Runtime:
    """The engine as another process would have it: nothing kept in memory."""
    return Runtime(runtime.engine, runtime.registry, runtime.make_facts, runtime.render, basis=runtime.basis)
