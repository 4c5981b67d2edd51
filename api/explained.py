"""A case explained in words, for the command line: its clocks, its limits, and what if."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from api.case_facts import facts_of_case
from api.ledger import Clock, Pause, ledger
from api.what_if import Consequence, Supposition, what_if
from attendance.words import in_words
from engine import tables
from engine.clock import london_day
from engine.database import transaction
from engine.errors import NotFound
from engine.queries.cases import case_by_id
from engine.runtime import Runtime
from engine.versions import process_of
from handlers.readiness import Readiness, readiness
from handlers.time_left import DayLimit, Submitted, day_limits, submitted_on


@dataclass(frozen=True)
class Explained:
    """Everything about a case's dates."""

    reference: str
    clocks: list[Clock]
    limits: list[DayLimit]
    today: Submitted | None
    follows: list[Consequence] | None

    @property
    def as_json(self) -> dict[str, Any]:
        """Days and moments as ISO text."""
        found: dict[str, Any] = _plain(asdict(self))
        return found

    @property
    def words(self) -> str:
        """Line by line."""
        lines = [self.reference]
        for clock in self.clocks:
            rules = f" [{', '.join(clock.rules)}]" if clock.rules else ""
            lines.append(f"{in_words(london_day(clock.due_at))}  {clock.name}{rules}, {clock.state}")
            lines.append(f"    {clock.words} Calendar version {clock.calendar_version}.")
            for former in clock.former:
                before, at = in_words(london_day(former.was)), in_words(london_day(former.at))
                lines.append(f"    It was {before} until {at}.")
            lines += [f"    {_pause_in_words(pause)}" for pause in clock.pauses]
        lines += ["", "Sessions relied on [R079]"]
        lines += [f"  {in_words(each.day)}, {each.sessions}: until {each.words}" for each in self.limits]
        lines += [self.today.words] if self.today else []
        if self.follows is not None:
            lines += ["", "What if"]
            lines += [_in_words(each) for each in self.follows] or ["  Nothing would change."]
        return "\n".join(lines)


def explained(runtime: Runtime, reference: str, supposed: Supposition) -> Explained:
    """The case with this reference. Raises NotFound, AlreadyOver where something is supposed of a closed case."""
    with transaction(runtime.engine) as db:
        case_id = _case_of(db, reference)
        facts = facts_of_case(runtime, db, case_id)
        clocks = ledger(db, process_of(runtime, db, case_by_id(db, case_id).version_id), case_id, now=facts.now)
        limits = day_limits(facts) if facts.has_opened else []
        today = submitted_on(facts, facts.today) if facts.has_opened else None
    return Explained(
        reference, clocks, limits, today, what_if(runtime, case_id, supposed) if supposed.is_anything else None
    )


def stands(runtime: Runtime, reference: str) -> Readiness:
    """How the case with this reference would stand in court today. Raises NotFound."""
    with transaction(runtime.engine) as db:
        return readiness(facts_of_case(runtime, db, _case_of(db, reference)))


def _case_of(db: Connection, reference: str) -> UUID:
    c = tables.case.c
    found = db.execute(select(c.id).where(c.reference == reference)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"There is no case {reference}.")
    case_id: UUID = found
    return case_id


def _pause_in_words(pause: Pause) -> str:
    at, until = (in_words(london_day(moment)) for moment in (pause.at, pause.until))
    said = f"Paused on {at} until {until}: {pause.reason}"
    return said if pause.resumed_at is None else f"{said} Ended on {in_words(london_day(pause.resumed_at))}."


def _in_words(each: Consequence) -> str:
    rule = f"{each.rule}  " if each.rule else ""
    moved = f": {_day(each.was)} → {_day(each.becomes)}" if each.was and each.becomes else ""
    return f"  {rule}{each.words}{moved}"


def _day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        return in_words(london_day(value))
    return in_words(value) if value else "–"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value
