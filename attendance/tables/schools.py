"""Schools, the versions of their calendars, and what is to become of those."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from attendance.tables.columns import identity, metadata, moment

school = Table(
    "school",
    metadata,
    identity(),
    Column("urn", String, nullable=False, unique=True),
    Column("laestab", String, nullable=False),
    Column("name", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("address", JSONB, nullable=False),  # list of lines, the postcode last
)

# Never changed: a new version is a new row.
calendar = Table(
    "calendar",
    metadata,
    identity(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", JSONB, nullable=False),  # terms, inset, closures, proclaimed, bank_holidays
    Column("approved_by", String),  # NULL: it came before any case rested on it
    Column("reason", Text, nullable=False, server_default=""),
    moment("created_at", nullable=False),
    UniqueConstraint("school_id", "version"),
)

# A change that nothing rests on yet. Approved, it is the content of a version.
calendar_draft = Table(
    "calendar_draft",
    metadata,
    identity(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("based_on", Integer, nullable=False),  # the version that it would follow
    Column("content", JSONB, nullable=False),
    Column("source", String, nullable=False),  # a file's name, or what was asked for
    Column("left_out", JSONB, nullable=False),  # [{"where", "reason"}]: what the file said and the draft does not
    Column("state", String, nullable=False),
    Column("revision", Integer, nullable=False),  # grows with every change; the ETag
    Column("drafted_by", String, nullable=False),
    moment("drafted_at", nullable=False),
    Column("closed_by", String),
    moment("closed_at"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("version", Integer),  # what it became
    CheckConstraint("state IN ('open', 'approved', 'discarded')", name="state"),
    Index("ix_calendar_draft_school", "school_id"),
)

# Bank holidays proclaimed late, moved or dropped: one statement for all schools. Approved, each school has a version.
proclamation = Table(
    "proclamation",
    metadata,
    identity(),
    Column("title", String, nullable=False),
    Column("added", JSONB, nullable=False),  # [day]
    Column("dropped", JSONB, nullable=False),  # [day]
    Column("published_until", Date),  # the last day that the published list of bank holidays reaches
    Column("state", String, nullable=False),
    Column("drafted_by", String, nullable=False),
    moment("drafted_at", nullable=False),
    Column("closed_by", String),
    moment("closed_at"),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('open', 'approved', 'discarded')", name="state"),
)
