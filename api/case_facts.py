"""The facts of a case as its expressions would read them now, for what the API shows."""

from uuid import UUID

from sqlalchemy import Connection

from engine.calls import CaseFacts
from engine.clock import now as read_clock
from engine.queries.cases import case_by_id
from engine.runtime import Runtime
from engine.versions import process_of
from handlers.facts import Facts


def facts_of_case(runtime: Runtime, db: Connection, case_id: UUID) -> Facts:
    """Raises NotFound."""
    row = case_by_id(db, case_id)
    case = CaseFacts(row.id, row.reference, row.process, row.owner_id, row.subject_id, row.opened_at)
    return Facts(db=db, case=case, now=read_clock(db), policy=process_of(runtime, db, row.version_id).policy)
