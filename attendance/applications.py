"""Applications to prosecute: submitted, returned, decided."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from attendance import tables


@dataclass(frozen=True)
class Application:
    """One submission; after a return the next one is another."""

    id: UUID
    submission: int
    submitted_on: date | None
    receipt: str
    decision: str | None
    decision_reason: str
    decided_on: date | None


def latest_application(db: Connection, case_id: UUID) -> Application | None:
    """The submission made last, if any."""
    a = tables.application
    row = db.execute(select(a).where(a.c.case_id == case_id).order_by(a.c.submission.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return Application(
        row.id, row.submission, row.submitted_on, row.receipt, row.decision, row.decision_reason, row.decided_on
    )
