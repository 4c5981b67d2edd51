"""What was decided on a case, and on which figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from attendance import tables


@dataclass(frozen=True)
class Outcome:
    """A decision: O1 to O4 at the review, `closed` or `refer` after an internal review."""

    id: UUID
    stage: str
    code: str
    decided_on: date
    reason: str
    figures: Mapping[str, Any]
    internal_review_on: date | None
    details: Mapping[str, Any]

    @property
    def is_referral(self) -> bool:
        """Whether the case goes to the local authority."""
        return self.code in ("O3", "refer")


def outcome_of(db: Connection, case_id: UUID, *, stage: str) -> Outcome | None:
    """The decision of one stage, the latest version of it.

    An internal review belongs to the outcome that fixed it: one from before the outcome was decided again is over.
    """
    o = tables.outcome
    found = (
        select(o)
        .where(o.c.case_id == case_id, o.c.stage == stage)
        .order_by(o.c.recorded_at.desc(), o.c.id.desc())
        .limit(1)
    )
    row = db.execute(found).one_or_none()
    if row is None or (stage == "internal_review" and _is_over(db, row)):
        return None
    return Outcome(
        row.id, row.stage, row.code, row.decided_on, row.reason, row.figures, row.internal_review_on, row.details
    )


def _is_over(db: Connection, internal_review: Row[Any]) -> bool:
    o = tables.outcome.c
    again = select(o.id).where(
        o.case_id == internal_review.case_id, o.stage == "review", o.recorded_at > internal_review.recorded_at
    )
    return db.execute(again.limit(1)).one_or_none() is not None
