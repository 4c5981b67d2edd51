"""Something that the small process's timers rest on and that changes: a season, which shifts every moment by days."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from engine import tables
from engine.registry import Registry
from engine.runtime import Outdated, Runtime
from tests.engine.small import SmallFacts


@dataclass
class Season:
    """A basis with one number. Version and shift are set by the test; `told` is what cases were told."""

    version: int = 1
    shift: int = 0
    forgets: bool = False  # cases stay of the version before
    broken_for: set[UUID] = field(default_factory=set)
    dies_at: int = 0  # the number of the case, counted from 1, at which the worker dies
    told: list[tuple[UUID, set[str]]] = field(default_factory=list)

    def turn(self, *, shift: int) -> None:
        """A new version with another shift."""
        self.version += 1
        self.shift = shift

    def outdated(self, db: Connection, *, now: datetime, held_back: Collection[tuple[UUID, str]]) -> Outdated | None:
        """A case with a timer to come of another version."""
        t = tables.timer.c
        found = select(t.case_id, t.owner_id).where(
            t.calendar_version != str(self.version),
            t.fired_at.is_(None),
            t.met_on.is_(None),
            t.ended_at.is_(None),
            t.set_by.is_(None),
            t.due_at > now,
            t.case_id.not_in([case_id for case_id, basis in held_back if basis == str(self.version)]),
        )
        row = db.execute(found.order_by(t.case_id).limit(1)).one_or_none()
        return None if row is None else Outdated(row.case_id, row.owner_id, str(self.version))

    def changed(
        self, facts: "SeasonFacts", versions: Collection[str], *, note: Callable[..., None], **_: object
    ) -> None:
        """Notes the turn."""
        if len(self.told) + 1 == self.dies_at:
            raise SystemExit("killed")
        self.told.append((facts.case.id, set(versions)))
        note("season_turned", to=self.version)


@dataclass(frozen=True)
class SeasonFacts(SmallFacts):
    """Facts that know the season."""

    season: Season

    @property
    def calendar_version(self) -> int:
        """The season's version."""
        return self.season.version - self.season.forgets


def in_days(facts: SeasonFacts, days: int) -> str:
    """So many days after the case was opened, and as many more as the season says."""
    if facts.case.id in facts.season.broken_for:
        raise RuntimeError("no season here")
    return (facts.case.opened_at + timedelta(days=days + facts.season.shift)).isoformat()


def with_season(runtime: Runtime, season: Season) -> Runtime:
    """The small process's engine, its moments by the season."""

    def facts(db: Any, case: Any, now: Any, policy: Any) -> SeasonFacts:
        return SeasonFacts(db, case, now, policy, season)

    registry = Registry(runtime.registry.handlers, {**runtime.registry.facts, "in_days": in_days})
    return replace(runtime, registry=registry, make_facts=facts, basis=season)
