"""Published versions of processes."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from engine.tables.columns import identity, metadata, moment

process_version = Table(
    "process_version",
    metadata,
    identity(),
    Column("process", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("published_by", String, nullable=False),
    moment("published_at", nullable=False),
    Column("contracts", JSONB, nullable=False),  # name -> input schema of each handler and fact the bundle uses
    UniqueConstraint("process", "number"),
)


process_file = Table(
    "process_file",
    metadata,
    Column("version_id", Uuid, ForeignKey("process_version.id"), primary_key=True),
    Column("path", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
