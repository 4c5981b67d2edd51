"""What cases wait for: moments and messages."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from engine.tables.columns import claimable, identity, metadata, moment

timer = Table(
    "timer",
    metadata,
    identity(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("token", Uuid, nullable=False),
    Column("element", String, nullable=False),
    Column("path", String, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),  # wait or deadline
    Column("task_id", Uuid),  # a user task's due date: the deadline is the task's
    Column("met_by_element", String),  # the step whose completion meets this deadline
    moment("due_at", nullable=False),
    Column("expression", String, nullable=False),
    Column("derivation", JSONB, nullable=False),
    Column("calendar_version", String, nullable=False, server_default=""),
    moment("created_at", nullable=False),
    moment("fired_at"),
    Column("met_on", Date),
    Column("met_by", String),
    moment("raised_at"),  # when it was brought before a supervisor
    moment("paused_from"),  # its moment before a person paused it; meanwhile `due_at` is when the pause is over
    moment("paused_until"),
    Column("set_by", String),  # a person set the moment by hand, and it is not worked out again
    *claimable(),
    moment("ended_at"),  # what it guarded is over
    CheckConstraint("kind IN ('wait', 'deadline')", name="kind"),
    Index("ix_timer_due", "due_at", postgresql_where=text("fired_at IS NULL AND ended_at IS NULL AND task_id IS NULL")),
    # Pages of lists: of one owner, and of somebody who sees many.
    Index("ix_timer_open", "owner_id", "due_at", "id", postgresql_where=text("met_on IS NULL AND ended_at IS NULL")),
    Index("ix_timer_first", "due_at", "id", postgresql_where=text("met_on IS NULL AND ended_at IS NULL")),
    # Which timers rest on an older version is asked with every tick.
    Index(
        "ix_timer_version",
        "owner_id",
        "calendar_version",
        postgresql_where=text("fired_at IS NULL AND met_on IS NULL AND ended_at IS NULL"),
    ),
    UniqueConstraint("case_id", "token"),
)


# What a case waits to hear.
listener = Table(
    "listener",
    metadata,
    Column("case_id", Uuid, ForeignKey("case.id"), primary_key=True),
    Column("token", Uuid, primary_key=True),
    Column("element", String, nullable=False),
    Column("path", String, nullable=False),
    Column("message", String, nullable=False),
    Column("key", String, nullable=False, server_default=""),
    Column("form", String, nullable=False, server_default=""),
    Column("groups", JSONB, nullable=False),
    moment("created_at", nullable=False),
)


inbox = Table(
    "inbox",
    metadata,
    identity(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("message", String, nullable=False),
    Column("key", String, nullable=False, server_default=""),
    Column("merge", String),  # at most one waiting row per case and merge word; NULL is never merged
    Column("answers", JSONB, nullable=False),
    Column("routing", JSONB, nullable=False),
    Column("actor", String, nullable=False),
    moment("received_at", nullable=False),
    moment("heard_at"),
    moment("left_at"),  # nobody will hear it any more: it stands before a person
    *claimable(),
    Index("ix_inbox_waiting", "case_id", postgresql_where=text("heard_at IS NULL AND left_at IS NULL")),
    Index(
        "uq_inbox_merge",
        "case_id",
        "merge",
        unique=True,
        postgresql_where=text("heard_at IS NULL AND left_at IS NULL AND merge IS NOT NULL"),
    ),
)
