"""Plans: the target, the individual actions, the day they are looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from attendance import tables


@dataclass(frozen=True)
class Plan:
    """What was agreed. A step-down plan has no target."""

    id: UUID
    kind: str
    target_sessions: int | None  # at most so many unauthorised sessions in the period
    period_from: date | None
    period_to: date | None
    review_on: date | None
    actions: Sequence[Mapping[str, Any]]
    owner: str


def plan_of(db: Connection, case_id: UUID, *, kind: str) -> Plan | None:
    """The plan of one kind that was agreed last, if any."""
    p = tables.plan
    found = (
        select(p).where(p.c.case_id == case_id, p.c.kind == kind).order_by(p.c.agreed_at.desc(), p.c.id.desc()).limit(1)
    )
    row = db.execute(found).one_or_none()
    if row is None:
        return None
    return Plan(
        row.id, row.kind, row.target_sessions, row.period_from, row.period_to, row.review_on, row.actions, row.owner
    )


def same_actions_elsewhere(db: Connection, case_id: UUID, actions: Sequence[str]) -> list[str]:
    """Which of these actions stand word for word in another case's plan. Source: R057, domain.md E39."""
    p = tables.plan
    others = {
        _bare(action["action"])
        for row in db.execute(select(p.c.actions).where(p.c.case_id != case_id))
        for action in row.actions
    }
    return [action for action in actions if _bare(action) in others]


def _bare(words: str) -> str:
    return " ".join(words.lower().split()).strip(".!")
