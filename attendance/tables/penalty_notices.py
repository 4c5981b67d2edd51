"""Penalty notices: each of one parent for one pupil, with the sessions it is about."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint, Uuid

from attendance.tables.columns import identity, metadata, moment

penalty_notice = Table(
    "penalty_notice",
    metadata,
    identity(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("reference", String, nullable=False),  # the authority's own
    Column("pupil_id", Uuid, ForeignKey("pupil.id"), nullable=False),
    Column("adult_id", Uuid, ForeignKey("adult.id"), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("status", String, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("recorded_by", String, nullable=False),
    moment("recorded_at", nullable=False),
    UniqueConstraint("school_id", "reference"),
    Index("ix_penalty_notice_pupil", "pupil_id"),
    CheckConstraint("status IN ('issued', 'paid', 'unpaid', 'withdrawn', 'prosecuted')", name="status"),
)

penalty_notice_session = Table(
    "penalty_notice_session",
    metadata,
    Column("notice_id", Uuid, ForeignKey("penalty_notice.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("session", String(2), primary_key=True),
)
