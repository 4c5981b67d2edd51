"""Schools and the versions of their calendars."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint, Uuid
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
    Column("content", JSONB, nullable=False),  # terms, inset, closures, proclaimed
    moment("created_at", nullable=False),
    UniqueConstraint("school_id", "version"),
)
