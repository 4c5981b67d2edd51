"""Work that takes long: it is asked for in a request, done by whoever claims it, and says how far it is."""

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, String, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from engine.tables.columns import identity, metadata, moment

work = Table(
    "work",
    metadata,
    identity(),
    Column("kind", String, nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("state", String, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("progress", Float, nullable=False, server_default="0"),  # 0 to 1
    Column("result", JSONB),
    Column("problem", Text, nullable=False, server_default=""),  # why it failed, as a sentence
    Column("actor", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("lease_until"),  # afterwards whoever claimed it is held to be dead
    moment("created_at", nullable=False),
    moment("ended_at"),
    moment("cancel_asked_at"),
    Column("cancelled_by", String),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    Index("ix_work_open", "kind", "created_at", postgresql_where=text("ended_at IS NULL")),
    Index("ix_work_owner", "owner_id", "created_at"),
)
