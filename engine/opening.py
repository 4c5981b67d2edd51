"""How a case begins: its row in one statement, and a word to the closed case that it takes up again."""

from datetime import datetime

from sqlalchemy import Connection, text, update

from engine import tables
from engine.clock import lock_case
from engine.database import AnyRow
from engine.exchange import Prepared
from engine.history import Notes


def tell_former(db: Connection, case: AnyRow, *, actor: str, reason: str, now: datetime) -> str:
    """Notes on the closed case that another one takes it up again. Gives its reference."""
    former, _ = lock_case(db, case.follows)
    notes = Notes(former.id, actor=actor, at=now)
    notes.add("reopened", facts={"by_case": case.reference, "reason": reason})
    notes.write(db)
    c = tables.case.c
    db.execute(update(tables.case).where(c.id == former.id).values(revision=c.revision + 1))
    return str(former.reference)


OPEN = Prepared(
    text(
        """
        WITH moment AS MATERIALIZED (
            SELECT clock_timestamp()
                + make_interval(secs => COALESCE((SELECT offset_seconds FROM clock WHERE demo), 0)) AS now
        ), version AS (
            SELECT id FROM process_version WHERE process = CAST(:process AS text) ORDER BY number DESC LIMIT 1
        ), number AS (
            INSERT INTO case_number (year, last)
            SELECT EXTRACT(year FROM now AT TIME ZONE 'UTC')::integer, 1 FROM moment
            ON CONFLICT (year) DO UPDATE SET last = case_number.last + 1
            RETURNING year, last
        )
        INSERT INTO "case" (
            id, reference, process, version_id, owner_id, subject_id, revision, opened_by, opened_at,
            follows
        )
        SELECT CAST(:id AS uuid),
            CAST(:letters AS text) || '-' || year || '-' || lpad(last::text, greatest(5, length(last::text)), '0'),
            CAST(:process AS text), version.id, CAST(:owner_id AS uuid), CAST(:subject_id AS uuid), 0,
            CAST(:actor AS text), now, CAST(:follows AS uuid)
        FROM moment, version, number
        ON CONFLICT (process, subject_id) WHERE closed_at IS NULL DO NOTHING
        RETURNING *, EXISTS (
            SELECT FROM incident
            WHERE command = 'open_case' AND resolved_at IS NULL
              AND arguments ->> 'subject_id' = CAST(CAST(:subject_id AS uuid) AS text)
        ) AS has_failed
        """
    )
)
