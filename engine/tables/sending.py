"""What goes out, and what went wrong."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from engine.tables.columns import claimable, identity, metadata, moment

document = Table(
    "document",
    metadata,
    identity(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),  # the letter's code
    Column("title", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    moment("created_at", nullable=False),
    Index("ix_document_case", "case_id"),
)


delivery = Table(
    "delivery",
    metadata,
    identity(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("letter", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("document_id", Uuid, ForeignKey("document.id"), nullable=False),
    Column("fields", JSONB, nullable=False),  # what the letter was made from
    Column("state", String, nullable=False),
    *claimable(),
    Column("problem", Text),
    moment("created_at", nullable=False),
    moment("sent_at"),
    moment("cancelled_at"),
    moment("recalled_at"),  # the channel was told that a letter it had already is not to go out
    CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'in_doubt', 'cancelled')", name="state"),
    Index(
        "ix_delivery_due",
        "id",
        postgresql_where=text("state IN ('queued', 'sending') OR (state = 'cancelled' AND recalled_at IS NULL)"),
    ),
    Index("ix_delivery_case", "case_id"),
)


incident = Table(
    "incident",
    metadata,
    identity(),
    Column("case_id", Uuid),  # not a foreign key: opening a case can fail too
    Column("owner_id", Uuid),
    Column("command", String, nullable=False),
    Column("about", String(64), nullable=False),  # the hash of what was asked, and by whom
    Column("arguments", JSONB, nullable=False),
    Column("actor", String, nullable=False),
    Column("element", String, nullable=False, server_default=""),
    Column("problem", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    moment("first_at", nullable=False),
    moment("last_at", nullable=False),
    moment("resolved_at"),
    Column("resolved_by", String),
    Index("ix_incident_open", "case_id", postgresql_where=text("resolved_at IS NULL")),
    # Two that fail at the same moment at the same thing are one incident.
    Index("uq_incident_open", "about", unique=True, postgresql_where=text("resolved_at IS NULL")),
)
