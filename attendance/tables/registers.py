"""Pupils, the files of their registers, and their marks."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from attendance.tables.columns import identity, metadata, moment

pupil = Table(
    "pupil",
    metadata,
    identity(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("upn", String, nullable=False),
    Column("admission_number", String, nullable=False, server_default=""),
    Column("surname", String, nullable=False, server_default=""),
    Column("forename", String, nullable=False, server_default=""),
    Column("born", Date),
    Column("year", String, nullable=False, server_default=""),
    Column("registration_group", String, nullable=False, server_default=""),
    UniqueConstraint("school_id", "upn"),
)

register_import = Table(
    "register_import",
    metadata,
    identity(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("filename", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("marks_new", Integer, nullable=False),
    Column("marks_changed", Integer, nullable=False),
    Column("quarantined", JSONB, nullable=False),  # [{"row", "reason"}]
    Column("gaps", JSONB, nullable=False),  # [row]
    Column("conflicts", JSONB, nullable=False),  # [{"row", "superseded_by"}]
    Column("last_day", Date),  # the last day with a mark
    Column("imported_by", String, nullable=False),
    moment("imported_at", nullable=False),
)

mark = Table(
    "mark",
    metadata,
    Column("pupil_id", Uuid, ForeignKey("pupil.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("am", String(2)),
    Column("pm", String(2)),
)

mark_change = Table(
    "mark_change",
    metadata,
    identity(),
    Column("pupil_id", Uuid, ForeignKey("pupil.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("session", String(2), nullable=False),
    Column("was", String(2)),
    Column("became", String(2)),
    Column("import_id", Uuid, ForeignKey("register_import.id"), nullable=False),
    moment("at", nullable=False),
    Index("ix_mark_change_pupil", "pupil_id", "day"),
)
