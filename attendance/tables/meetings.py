"""Panels and reviews, their invitations, replies and who came."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
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

meeting = Table(
    "meeting",
    metadata,
    identity(),
    Column("case_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),  # panel, review
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("place", String, nullable=False),
    Column("attendees", JSONB, nullable=False),  # [{"name", "role"}]
    Column("postage", String, nullable=False),  # first, second
    Column("state", String, nullable=False),  # arranged, rearranged, not_held, held
    Column("replaces", Uuid),
    Column("reason", Text, nullable=False, server_default=""),  # why it replaces, or why late
    Column("minutes", JSONB),
    moment("arranged_at", nullable=False),
    CheckConstraint("kind IN ('panel', 'review')", name="kind"),
    CheckConstraint("state IN ('arranged', 'rearranged', 'not_held', 'held')", name="state"),
    Index("ix_meeting_case", "case_id"),
)

# One letter of invitation to one parent; served again = another row, the older one superseded.
invitation = Table(
    "invitation",
    metadata,
    identity(),
    Column("meeting_id", Uuid, ForeignKey("meeting.id"), nullable=False),
    Column("adult_id", Uuid, ForeignKey("adult.id"), nullable=False),
    Column("delivery_id", Uuid, nullable=False),
    Column("serving", Integer, nullable=False),  # 1, 2 …
    Column("posted_on", Date),
    Column("postage", String),
    Column("proof", String, nullable=False, server_default=""),
    Column("received_on", Date),  # deemed
    moment("failed_at"),
    Column("failure", Text, nullable=False, server_default=""),
    moment("cancelled_at"),
    UniqueConstraint("meeting_id", "adult_id", "serving"),
)

reply = Table(
    "reply",
    metadata,
    identity(),
    Column("meeting_id", Uuid, ForeignKey("meeting.id"), nullable=False),
    Column("adult_id", Uuid, ForeignKey("adult.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("reasonable", Boolean),  # NULL: not decided yet
    Column("decision_reason", Text, nullable=False, server_default=""),
    Column("decided_by", String),
    moment("decided_at"),
)

attendance_at_meeting = Table(
    "attendance_at_meeting",
    metadata,
    Column("meeting_id", Uuid, ForeignKey("meeting.id"), primary_key=True),
    Column("adult_id", Uuid, ForeignKey("adult.id"), primary_key=True),
    Column("attended", Boolean, nullable=False),
    Column("signed", String, nullable=False),  # signed, refused, remote, absent
    Column("handed_over", Boolean, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
)

# When a letter other than an invitation was posted, which has that on its own row.
posting = Table(
    "posting",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("posted_on", Date, nullable=False),
    Column("postage", String, nullable=False),
    Column("proof", String, nullable=False),
    Column("recorded_by", String, nullable=False),
    moment("recorded_at", nullable=False),
    CheckConstraint("postage IN ('first', 'second')", name="postage"),
)
