"""Pupils, the files of their registers, what became of each row, and their marks."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)
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

# A file as it came. The same one of the same school is kept once.
register_file = Table(
    "register_file",
    metadata,
    identity(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("filename", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    moment("kept_at", nullable=False),
    UniqueConstraint("school_id", "sha256"),
)

# Its content in pieces, compressed, so that nobody ever holds a whole one.
register_file_part = Table(
    "register_file_part",
    metadata,
    Column("file_id", Uuid, ForeignKey("register_file.id", ondelete="CASCADE"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

register_import = Table(
    "register_import",
    metadata,
    identity(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("file_id", Uuid, ForeignKey("register_file.id"), nullable=False),
    Column("filename", String, nullable=False),  # under which the file came this time
    Column("shape", String, nullable=False),
    Column("notes", JSONB, nullable=False),  # [sentence]
    Column("rows", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),  # marks of days to come
    Column("quarantined", Integer, nullable=False),
    Column("gaps", Integer, nullable=False),
    Column("conflicts", Integer, nullable=False),
    Column("pupils_new", Integer, nullable=False),
    Column("marks_new", Integer, nullable=False),
    Column("marks_changed", Integer, nullable=False),
    Column("marks_unchanged", Integer, nullable=False),
    Column("marks_closed", Integer, nullable=False),  # of those changed: into the mark of a closed day
    Column("last_day", Date),  # the last day with a mark
    Column("imported_by", String, nullable=False),
    moment("imported_at", nullable=False),
    Index("ix_register_import_school", "school_id", "imported_at"),
)

# Rows of which a person should know.
register_row = Table(
    "register_row",
    metadata,
    Column("import_id", Uuid, ForeignKey("register_import.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("said", JSONB, nullable=False),  # quarantined: reason, column, written; conflict: what replaced it and when
    CheckConstraint("kind IN ('quarantined', 'gap', 'conflict')", name="kind"),
)

# Which of a school's titles means what, where the known ones do not say.
register_mapping = Table(
    "register_mapping",
    metadata,
    Column("school_id", Uuid, ForeignKey("school.id"), primary_key=True),
    Column("titles", JSONB, nullable=False),  # {what we call a column: its title}
    Column("saved_by", String, nullable=False),
    moment("saved_at", nullable=False),
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
    Index("ix_mark_change_import", "import_id"),
)
