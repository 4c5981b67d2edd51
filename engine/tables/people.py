"""People, their roles and tokens, and what they asked for twice."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Table, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from engine.tables.columns import identity, metadata, moment

person = Table(
    "person",
    metadata,
    identity(),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, unique=True),
    Column("active", Boolean, nullable=False, server_default="true"),
    moment("created_at", nullable=False),
)


membership = Table(
    "membership",
    metadata,
    Column("person_id", Uuid, ForeignKey("person.id"), primary_key=True),
    Column("owner_id", Uuid, primary_key=True),
    Column("role", String, primary_key=True),
)


token = Table(
    "token",
    metadata,
    identity(),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", String, nullable=False),
    moment("created_at", nullable=False),
    moment("expires_at"),
    moment("revoked_at"),
)


idempotency = Table(
    "idempotency",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
