"""What a case was decided on and what was decided: figures, plans, outcomes, applications."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
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

# Figures as they stood when something was decided on them. Never changed.
snapshot = Table(
    "snapshot",
    metadata,
    identity(),
    Column("case_id", Uuid, nullable=False),
    Column("what", String, nullable=False),  # opening, register_changed
    Column("as_at", Date, nullable=False),
    Column("figures", JSONB, nullable=False),  # the pupil's row of `register check`, window_weeks, sessions relied on
    Column("calendar_version", Integer, nullable=False),
    moment("taken_at", nullable=False),
    Index("ix_snapshot_case", "case_id"),
)

plan = Table(
    "plan",
    metadata,
    identity(),
    Column("case_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),  # panel, step_down
    Column("target_sessions", Integer),  # at most so many unauthorised sessions in the period
    Column("period_from", Date),
    Column("period_to", Date),
    Column("review_on", Date),
    Column("actions", JSONB, nullable=False),  # [{"barrier", "action", "who", "by"}]
    Column("owner", String, nullable=False, server_default=""),
    moment("agreed_at", nullable=False),
    CheckConstraint("kind IN ('panel', 'step_down')", name="kind"),
    Index("ix_plan_case", "case_id"),
)

outcome = Table(
    "outcome",
    metadata,
    identity(),
    Column("case_id", Uuid, nullable=False),
    Column("stage", String, nullable=False),  # review, internal_review
    Column("code", String, nullable=False),  # O1 O2 O3 O4; closed, refer
    Column("decided_on", Date, nullable=False),
    Column("advice", String, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("figures", JSONB, nullable=False),
    Column("internal_review_on", Date),
    Column("details", JSONB, nullable=False),
    Column("decided_by", String, nullable=False),
    moment("recorded_at", nullable=False),
    CheckConstraint("stage IN ('review', 'internal_review')", name="stage"),
    Index("ix_outcome_case", "case_id"),
)

# How attendance stood some school weeks after a target was achieved.
watch = Table(
    "watch",
    metadata,
    identity(),
    Column("case_id", Uuid, nullable=False),
    Column("school_weeks", Integer, nullable=False),
    Column("due_on", Date, nullable=False),  # the last day that is counted
    Column("figures", JSONB, nullable=False),  # the pupil's row of `register check`, and sessions since the closing
    Column("is_offered", Boolean, nullable=False),  # to take the case up again
    moment("looked_at", nullable=False),
    UniqueConstraint("case_id", "school_weeks"),
)

application = Table(
    "application",
    metadata,
    identity(),
    Column("case_id", Uuid, nullable=False),
    Column("submission", Integer, nullable=False),  # 1, 2 … after each return
    Column("submitted_on", Date),
    Column("receipt", String, nullable=False, server_default=""),
    Column("decision", String),  # returned, declined, other_measure, proceedings
    Column("decision_reason", Text, nullable=False, server_default=""),
    Column("received_on", Date),  # by the authority
    Column("measure", String),  # of other_measure: penalty_notice, supervision_order …
    Column("decided_on", Date),
    UniqueConstraint("case_id", "submission"),
)
